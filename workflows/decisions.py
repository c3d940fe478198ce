"""Which decision about a verification counts. Pure: the same messages give the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.messages import Decision


@dataclass(frozen=True)
class ReceivedDecision:
    """A decision as it was received."""

    received_at: datetime
    round: int
    """In which round of the order it came: 1 for the first verification."""
    decision: Decision


def deciding(
    received: Sequence[ReceivedDecision], verification_id: str, current_round: int
) -> ReceivedDecision | None:
    """The first decision about this verification: it wins, whatever comes later."""
    return next((r for r in received if _is_about(r, verification_id, current_round)), None)


def effect(
    received: ReceivedDecision,
    verification_id: str | None,
    current_round: int,
    applied: Sequence[ReceivedDecision],
) -> str:
    """What became of a decision, for people."""
    if any(received is one for one in applied):
        return "applied"
    if verification_id is None:
        return "kept until the verification is submitted"
    if not _is_about(received, verification_id, current_round):
        return f"not applied: the current verification is {verification_id}"
    return "not applied: an earlier decision came first"


def _is_about(received: ReceivedDecision, verification_id: str, current_round: int) -> bool:
    """Whether a decision is about this verification.

    One that names no verification is about the round it came in. It may have come before TENIOS'
    answer to the submission was here, and counts then too.
    """
    named = received.decision.verification_id
    return received.round == current_round if named is None else named == verification_id


def describe(decision: Decision) -> str:
    """A decision as one line."""
    verb = "approved" if decision.approved else "rejected"
    about = f" verification {decision.verification_id}" if decision.verification_id else ""
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{verb}{about} by {decision.decided_by}{reason}"
