"""`number-orders approve` and `reject`: what a person at TENIOS decided about a verification."""

import asyncio

import typer

from number_orders.cli.arguments import (
    By,
    LocationId,
    Number,
    Reason,
    VerificationId,
    built,
    whoever_this_is,
)
from number_orders.runtime.temporal import connect
from number_orders.starters.operations import decide
from number_orders.workflows.messages import Decision


def approve(
    location_id: LocationId,
    verification_id: VerificationId = None,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Say that TENIOS approved the verification.

    The number is ordered then.
    """
    asyncio.run(_decide(location_id, number, verification_id, approved=True, by=by, reason=reason))


def reject(
    location_id: LocationId,
    verification_id: VerificationId = None,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Say that TENIOS rejected the verification."""
    asyncio.run(_decide(location_id, number, verification_id, approved=False, by=by, reason=reason))


async def _decide(
    location_id: str,
    number: int,
    verification_id: str | None,
    *,
    approved: bool,
    by: str | None,
    reason: str | None,
) -> None:
    decision = built(
        Decision,
        {
            "approved": approved,
            "decided_by": by or whoever_this_is(),
            "reason": reason,
            "verification_id": verification_id,
        },
    )
    sent = await decide(await connect(), location_id, decision, number=number)
    verb = "Approved" if approved else "Rejected"
    verification_id = sent.decision.verification_id
    about = f"verification {verification_id}" if verification_id else "the order"
    typer.echo(f"{verb} {about} of {sent.workflow_id}.")
    if sent.standstill:
        typer.echo(f"But: {sent.standstill}", err=True)
