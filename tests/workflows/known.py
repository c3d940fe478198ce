"""What an order should make of all that it received: plain lists, and other words than the code."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

KEPT = 20
"""Messages of each kind."""

_Message = TypeVar("_Message")


@dataclass(frozen=True)
class KnownDecision:
    """A decision as the model keeps it."""

    number: int
    round: int
    at: datetime
    approved: bool
    named: str | None


@dataclass(frozen=True)
class Said:
    """What a push says."""

    ids: frozenset[str]
    numbers: tuple[str, ...]
    success: bool
    against: bool


@dataclass(frozen=True)
class KnownPush:
    """A push as the model keeps it."""

    delivery_id: str
    with_secret: bool
    placement: int
    said: Said

    @property
    def identity(self) -> tuple[str, str]:
        """What tells it from every other: a delivery may come with and without the secret."""
        return self.delivery_id, "secret" if self.with_secret else "url"

    def names(self, order_id: str | None) -> bool:
        """Whether it is about this very order."""
        return order_id is not None and self.said.ids == {order_id}

    def is_good(self, order_id: str | None, placement: int) -> bool:
        """Whether it says anything about the order, and nothing against it."""
        is_anothers = len(self.said.ids) > 1 or (
            order_id is not None and bool(self.said.ids) and not self.names(order_id)
        )
        came_for_it = self.placement == placement >= 1
        in_time = came_for_it or self.names(order_id)
        return in_time and not is_anothers and not self.said.against


@dataclass
class Known:
    """All that came in, and what the order is about now."""

    verifications: list[str | None] = field(default_factory=list)
    """One a round."""
    order_id: str | None = None
    placement: int = 0
    used_up: int = 0
    decisions: list[KnownDecision] = field(default_factory=list)
    pushes: list[KnownPush] = field(default_factory=list)
    unread: list[KnownPush] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    decisions_received: int = 0
    pushes_received: int = 0
    dropped: int = 0

    @property
    def round(self) -> int:
        """The one of the current verification."""
        return len(self.verifications)

    def decided(self, *, at: datetime, round_: int, approved: bool, named: str | None) -> None:
        self.decisions_received += 1
        decision = KnownDecision(self.decisions_received, round_, at, approved, named)
        self.keep(self.decisions, decision)

    def keep(self, kept: list[_Message], message: _Message) -> None:
        """Keep a message; of too many the oldest goes, and of pushes one without the secret."""
        kept.append(message)
        if len(kept) > KEPT:
            weak = [one for one in kept if isinstance(one, KnownPush) and not one.with_secret]
            is_read = kept is self.pushes
            kept.remove(weak[0] if weak and is_read else kept[0])
            self.dropped += 1

    def pushed(self, push: KnownPush) -> None:
        place = [one.identity for one in self.pushes]
        if push.identity not in place:
            self.pushes_received += 1
            self.keep(self.pushes, push)
            return
        at = place.index(push.identity)
        there = self.pushes[at]
        says_which = bool(push.said.ids or push.said.numbers)
        moved_on = there.placement < push.placement and not says_which
        if there.said != push.said or there.placement == 0 or moved_on:
            self.pushes_received += 1
            self.pushes[at] = push

    def read(self, said: Said) -> None:
        """The oldest push that came unread has been read."""
        self.pushed(replace(self.unread.pop(0), said=said))

    def decision(self) -> KnownDecision | None:
        """The first one that is about the current verification."""
        return next((one for one in self.decisions if self._answers(one)), None)

    def _answers(self, decision: KnownDecision) -> bool:
        *before, current = self.verifications
        is_of_this_round = decision.round == self.round
        if decision.number <= self.used_up:
            return False
        if decision.named is None:
            return is_of_this_round and (current is not None or not decision.approved)
        if current is None:
            return is_of_this_round and decision.named not in before
        return decision.named == current and (is_of_this_round or current not in before)

    def other_approval(self, since: datetime) -> KnownDecision | None:
        """The first approval, from then on, of a verification that was never this order's."""
        return next(
            (
                one
                for one in self.decisions
                if one.approved
                and one.named is not None
                and one.named not in self.verifications
                and one.at >= since
                and one.number > self.used_up
            ),
            None,
        )

    def good_pushes(self) -> list[KnownPush]:
        return [one for one in self.pushes if one.is_good(self.order_id, self.placement)]

    def delivering(self) -> list[str]:
        return [one.delivery_id for one in self.good_pushes() if len(one.said.numbers) == 1]

    def proving(self) -> list[str]:
        return [
            one.delivery_id
            for one in self.good_pushes()
            if one.said.numbers or one.said.ids or one.said.success
        ]

    def is_credible(self, push: KnownPush) -> bool:
        return push.with_secret or push.said.success or push.names(self.order_id)

    def completing(self) -> list[str]:
        """Credible ones first."""
        good = sorted(self.good_pushes(), key=lambda one: not self.is_credible(one))
        return [one.delivery_id for one in good]

    def contradicted(self) -> bool:
        """Whether a failure was reported of this order, or of none that is named."""
        return any(
            one.said.against and (not one.said.ids or one.names(self.order_id))
            for one in self.pushes
        )
