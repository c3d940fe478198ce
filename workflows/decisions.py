"""Which decision about a verification counts. Pure: the same messages give the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.models import Decision


@dataclass(frozen=True)
class ReceivedDecision:
    """A decision as it was received."""

    received_at: datetime
    decision: Decision


def deciding(received: Sequence[ReceivedDecision], verification_id: str) -> ReceivedDecision | None:
    """The first decision about this verification: it wins, whatever comes later.

    A decision that names no verification is about the one that the order has. It may have come
    before TENIOS' answer to the submission was here, and counts then too.
    """
    return next(
        (r for r in received if r.decision.verification_id in (None, verification_id)), None
    )


def effect(
    received: ReceivedDecision, verification_id: str | None, settled: ReceivedDecision | None
) -> str:
    """What became of a decision, for people."""
    if received is settled:
        return "applied"
    if verification_id is None:
        return "kept until the verification is submitted"
    if received.decision.verification_id not in (None, verification_id):
        return f"not applied: the current verification is {verification_id}"
    return "not applied: an earlier decision came first"


def describe(decision: Decision) -> str:
    """A decision as one line."""
    verb = "approved" if decision.approved else "rejected"
    about = f" verification {decision.verification_id}" if decision.verification_id else ""
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{verb}{about} by {decision.decided_by}{reason}"
