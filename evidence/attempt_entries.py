"""What stands in the attempt ledger, and what each entry means for an order."""

from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from number_orders.workflows.activity_interface import (
    Found,
    OrderAnswer,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    Refused,
)
from number_orders.workflows.messages import Abandon, Completed, NotPlaced, Placed
from number_orders.workflows.models import Model


class Intent(Model):
    """Somebody is about to send the order, or to make sure that it is not sent."""

    lineage: str
    verification_id: str
    execution: str
    """Tells one execution of the activity from every other."""
    began_at: AwareDatetime
    sends: bool
    """`False` where the number is taken so that nothing is sent under it."""
    found: Found | None = None
    """A person's finding that no attempt could take as its outcome; else it is a withdrawal."""


class NothingSent(Model):
    """TENIOS provably did nothing: the order may be sent by another attempt."""

    kind: Literal["not_sent"] = "not_sent"


class RecordedFinding(Found):
    """A person's finding as the outcome of an attempt, which may be an earlier workflow's."""

    lineage: str
    """Of the workflow in which it was found."""

    def as_found(self) -> Found:
        """As it is answered."""
        return Found(finding=self.finding, resolved_by=self.resolved_by)


class Unreadable(Model):
    """It is there, but a power cut, a fence or a newer version left what we cannot read."""


Outcome = Annotated[
    OrderPlaced | Refused | NothingSent | RecordedFinding, Field(discriminator="kind")
]
Late = Annotated[OrderPlaced | Refused, Field(discriminator="kind")]
_Said = Outcome | Found | OrderWithdrawn | Unreadable | None
_INTENT: TypeAdapter[Intent] = TypeAdapter(Intent)
_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
_LATE: TypeAdapter[Late] = TypeAdapter(Late)

_Content = TypeVar("_Content", Intent, Outcome, Late)

_UNREADABLE = (
    "The attempt ledger holds an entry that cannot be read, left by a power cut, by number-orders"
    " fence or by a newer version: whether the order was sent, only TENIOS can tell."
)


@dataclass(frozen=True)
class Entry:
    """One attempt, as far as it stands in the ledger."""

    digits: str
    """Its number, with the zeros before it."""
    intent: Intent | Unreadable | None
    outcome: Outcome | Unreadable | None
    """The first that was said: by TENIOS, or by a person."""
    late: Late | Unreadable | None
    """What TENIOS answered after a person had found the outcome."""

    @classmethod
    def read(
        cls, digits: str, intent: bytes | None, outcome: bytes | None, late: bytes | None
    ) -> Self:
        """From its objects in the store; `None` for one that is not there."""
        return cls(
            digits,
            intent=_decoded(_INTENT, intent),
            outcome=_decoded(_OUTCOME, outcome),
            late=_decoded(_LATE, late),
        )

    @property
    def number(self) -> int:
        """The attempt's number."""
        return int(self.digits)

    @property
    def is_open(self) -> bool:
        """It may have been sent, and nothing is known of it: a person's finding can be written."""
        sends = self.intent.sends if isinstance(self.intent, Intent) else self.intent is not None
        return sends and self.outcome is None and self.late is None

    @property
    def did_nothing(self) -> bool:
        """TENIOS provably did nothing, so that the entry may be cleared away.

        A withdrawal is not meant: it has to stay, since somebody may have read it.
        """
        return isinstance(self._said(), NothingSent) and self.late is None

    @property
    def may_have_been_taken(self) -> bool:
        """TENIOS may have the order, also where a person has found none."""
        said = self.outcome if self.late is None else self.late
        if isinstance(self.intent, Intent) and not self.intent.sends:
            return False
        return self.intent is not None and not isinstance(said, NothingSent | Refused)

    @property
    def is_refuted(self) -> bool:
        """A person found that the order was not placed, and then TENIOS answered all the same."""
        return is_not_placed(self.outcome) and isinstance(self.late, OrderPlaced | Unreadable)

    def answer(self, lineage: str) -> OrderAnswer | None:
        """What it means for an order of this lineage; `None` if it did nothing."""
        said = self._said()
        if isinstance(said, NothingSent) or (said is None and self.intent is None):
            return None
        if lineage == self._lineage or (
            isinstance(said, RecordedFinding) and lineage == said.lineage
        ):
            return _own_answer(said)
        if isinstance(said, Refused | OrderWithdrawn) or is_not_placed(said):
            return None
        return self._question(said)

    def order_answered(self, lineage: str) -> str | None:
        """The id of the order that TENIOS' answer to this attempt names; `None` if it names none.

        An earlier workflow's order counts only if the answer came after a person's finding. A late
        answer does not count if the person had found the number: that tells of the order.
        """
        if isinstance(self.late, OrderPlaced) and not (
            isinstance(self.outcome, Found) and isinstance(self.outcome.finding, Completed)
        ):
            return self.late.order_id
        if isinstance(self.outcome, OrderPlaced) and self._lineage == lineage:
            return self.outcome.order_id
        return None

    @property
    def _lineage(self) -> str | None:
        return self.intent.lineage if isinstance(self.intent, Intent) else None

    def _said(self) -> _Said:
        """What is known of it. The first that was said counts, unless TENIOS refuted it."""
        if isinstance(self.intent, Intent) and not self.intent.sends:
            return self.intent.found or OrderWithdrawn()
        if self.is_refuted or self.outcome is None or isinstance(self.outcome, Unreadable):
            return self.late or self.outcome
        return self.outcome

    def _question(self, said: _Said) -> OutcomeUnknown:
        """Only a person can tell whether an order of an earlier workflow is the one wanted now.

        Temporal may have forgotten that workflow, and an unreadable entry may be anybody's.
        """
        what, names = _description(said)
        if not isinstance(self.intent, Intent):
            hint = f" Perhaps an earlier workflow {what}." if names else ""
            return OutcomeUnknown(reason=_UNREADABLE + hint, names=names)
        began, verification_id = self.intent.began_at, self.intent.verification_id
        return OutcomeUnknown(
            reason=(
                f"An earlier workflow for this location {what}, at {began:%Y-%m-%d %H:%M} UTC for"
                f" verification {verification_id}. If its number is the one that is wanted, resolve"
                " with it; if another one is wanted, resolve with not-placed."
            ),
            names=names,
        )


def is_not_placed(said: object) -> bool:
    """Whether it is a person's finding that there is no such order."""
    return isinstance(said, Found) and isinstance(said.finding, NotPlaced)


def _own_answer(said: _Said) -> OrderAnswer:
    match said:
        case RecordedFinding():
            return said.as_found()
        case OrderPlaced() | Refused() | OrderWithdrawn() | Found():
            return said
        case Unreadable():
            return OutcomeUnknown(reason=_UNREADABLE)
    return OutcomeUnknown(reason="The order was being sent when its worker was stopped.")


def _description(said: _Said) -> tuple[str, str | None]:
    """What a workflow did; the order id or number by which a person knows that."""
    match said.finding if isinstance(said, Found) else said:
        case OrderPlaced(order_id=order_id) | Placed(order_id=order_id):
            return f"placed order {order_id}", order_id
        case Completed(phone_number=phone_number):
            return f"got the number {phone_number}", phone_number
        case Abandon():
            return "placed an order, or tried to, and was given up", None
        case _:
            return "placed an order, or tried to", None


def _decoded(adapter: TypeAdapter[_Content], content: bytes | None) -> _Content | Unreadable | None:
    if content is None:
        return None
    try:
        return adapter.validate_json(content)
    except ValidationError:
        return Unreadable()
