"""`number-orders approve` and `reject`: what a person at TENIOS decided about a verification."""

import asyncio
from datetime import UTC, datetime

import typer

from cli.arguments import (
    By,
    LocationId,
    Number,
    Reason,
    VerificationId,
    built,
    whoever_this_is,
)
from cli.sending import open_order, still_waits, vanished
from runtime.errors import UserError
from runtime.temporal import connect
from starters.executions import Execution
from starters.orders import order_handle
from starters.standstill import failing_task, paused
from workflows import contract
from workflows.commands import CORRECTABLE_AFTER
from workflows.messages import Decision
from workflows.models import OrderStatus


def approve(
    location_id: LocationId,
    verification_id: VerificationId = None,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Say that TENIOS approved the order's verification: the number is ordered."""
    asyncio.run(_decide(location_id, number, verification_id, approved=True, by=by, reason=reason))


def reject(
    location_id: LocationId,
    verification_id: VerificationId = None,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Say that TENIOS rejected the order's verification."""
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
    client = await connect()
    handle = order_handle(client, location_id, number)
    description = await open_order(client, handle.id, nothing="nothing was sent")
    if wrong := objection(description.execution, decision):
        standstill = paused(description) or await failing_task(client, description)
        why = f"{wrong}. {standstill}" if standstill else wrong
        raise UserError(f"{handle.id} {why}; nothing was sent")
    if decision.verification_id is None:
        # Exactly the verification that the person saw, whatever comes next.
        own = description.execution.attributes.get(contract.VERIFICATION_ID.name) or None
        if own is None and approved:
            raise UserError(
                f"{handle.id}: TENIOS gave no verification id yet, and without one nothing can be"
                " ordered: name it with --verification-id; nothing was sent"
            )
        decision = decision.model_copy(update={"verification_id": own})
    with vanished(handle.id, nothing="nothing was sent"):
        await handle.signal(contract.VERIFICATION_DECIDED, decision)
    verb = "Approved" if approved else "Rejected"
    about = f"verification {decision.verification_id}" if decision.verification_id else "the order"
    typer.echo(f"{verb} {about} of {handle.id}.")
    await still_waits(client, description)


def objection(execution: Execution, decision: Decision) -> str | None:
    """Why the order takes no such decision now; `None` if it does."""
    status = execution.attributes.get(contract.ORDER_STATUS.name)
    current = execution.attributes.get(contract.VERIFICATION_ID.name)
    if status == OrderStatus.AWAITING_APPROVAL:
        if current and decision.verification_id not in {None, current}:
            return f"waits for a decision about verification {current}, not about that one"
        return None
    names_another = decision.approved and decision.verification_id is not None
    if status != OrderStatus.PLACING_ORDER or not names_another:
        return f"is {status or 'without a status'}, not {OrderStatus.AWAITING_APPROVAL}"
    since = execution.attributes.get(contract.STATUS_SINCE.name)
    if not since or datetime.now(UTC) - datetime.fromisoformat(since) < CORRECTABLE_AFTER:
        return (
            f"is {status}, which takes another verification id only after"
            f" {CORRECTABLE_AFTER.total_seconds() / 60:.0f} minutes"
        )
    if decision.verification_id == current:
        return f"is {status} with just this verification id"
    return None
