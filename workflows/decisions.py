"""Which decision about a verification counts. Pure: the same messages give the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from number_orders.workflows.messages import Decision


@dataclass(frozen=True)
class ReceivedDecision:
    """A decision as it was received."""

    number: int
    """Counts the decisions that the order received, from 1."""
    received_at: datetime
    round: int
    """In which round of the order it came: 1 for the first verification."""
    decision: Decision


@dataclass(frozen=True)
class Question:
    """The verification that a decision is wanted about."""

    verification_id: str | None
    """`None` while, or because, TENIOS gave no id."""
    round: int
    earlier_ids: tuple[str | None, ...] = ()
    """The verification ids of the rounds before, in their order."""
    after: int = 0
    """Decisions up to this number are used up: TENIOS did not know of the approval."""

    def is_answered_by(self, received: ReceivedDecision) -> bool:
        """Whether a decision is about this verification, and still counts.

        A decision counts for one round only. If it names this verification, that is the round in
        which the id became known, or in which the decision came if that was later. If it names
        none, or the order has no id, that is the round in which the decision came.
        """
        if received.number <= self.after:
            return False
        named = received.decision.verification_id
        if named is None:
            has_what_is_needed = self.verification_id is not None or not received.decision.approved
            return received.round == self.round and has_what_is_needed
        if self.verification_id is None:
            return received.round == self.round and named not in self.earlier_ids
        # TENIOS may give the same id again: a decision of an earlier round is not about new data.
        known_since = ((*self.earlier_ids, self.verification_id).index(self.verification_id)) + 1
        return named == self.verification_id and max(received.round, known_since) == self.round


def deciding(received: Sequence[ReceivedDecision], question: Question) -> ReceivedDecision | None:
    """The first decision about this verification: it wins, whatever comes later."""
    return next((one for one in received if question.is_answered_by(one)), None)


def contradicting(
    received: Sequence[ReceivedDecision], question: Question
) -> Sequence[ReceivedDecision]:
    """Decisions about this verification that say another thing than the one that came first."""
    about = [one for one in received if question.is_answered_by(one)]
    return [one for one in about if one.decision.approved != about[0].decision.approved]


def replacing(
    received: Sequence[ReceivedDecision], question: Question, not_before: datetime
) -> ReceivedDecision | None:
    """An approval of another verification, where the order does not come through with this one."""
    return next(
        (
            one
            for one in received
            if one.decision.approved
            and one.number > question.after
            and one.received_at >= not_before
            and one.decision.verification_id
            not in {None, question.verification_id, *question.earlier_ids}
        ),
        None,
    )


def effect(
    received: ReceivedDecision,
    question: Question,
    applied: Sequence[int],
    *,
    is_submitted: bool,
) -> str:
    """What became of a decision, for people; `applied` has the numbers of those that counted."""
    if received.number in applied:
        return "applied"
    if not is_submitted:
        return "kept until the verification is submitted"
    return f"not applied: {_why_not(received, question)}"


def _why_not(received: ReceivedDecision, question: Question) -> str:
    named = received.decision.verification_id
    if question.is_answered_by(received):
        return "an earlier decision came first"
    if received.number <= question.after:
        return "it came before TENIOS refused the order for its verification"
    if question.verification_id is None and named is None:
        return "TENIOS gave no verification id, so the approval has to bring it (--verification-id)"
    if named in {None, question.verification_id}:
        return "it was about an earlier verification"
    return f"the current verification is {question.verification_id}"


def describe(decision: Decision) -> str:
    """A decision as one line."""
    verb = "approved" if decision.approved else "rejected"
    about = f" verification {decision.verification_id}" if decision.verification_id else ""
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{verb}{about} by {decision.decided_by}{reason}"
