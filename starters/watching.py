"""Looking at orders from outside."""

from datetime import timedelta

from temporalio.client import WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import UserError
from starters.orders import OrderHandle
from workflows.number_order import NumberOrder
from workflows.results import OrderSnapshot

_QUERY_LIMIT = timedelta(seconds=10)
# Whose limit ran out first, the server's or ours, or nobody has polled for a while.
_NO_WORKER = frozenset(
    {
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.FAILED_PRECONDITION,
    }
)


def next_step(location_id: str, number: int) -> str:
    """How to follow an order, as a person types it."""
    further = "" if number == 1 else f" --number {number}"
    return f"Next: number-orders status {location_id}{further}"


async def describe(handle: OrderHandle) -> WorkflowExecutionDescription:
    """What Temporal knows of an order; needs no worker."""
    try:
        return await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise UserError(
                f"There is no order {handle.id}: see number-orders list, or start it"
            ) from None
        raise


async def snapshot(handle: OrderHandle) -> OrderSnapshot:
    """Where an order stands; answered by a worker."""
    try:
        return await handle.query(NumberOrder.status, rpc_timeout=_QUERY_LIMIT)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise UserError(f"There is no order {handle.id}: see number-orders list") from None
        if error.status in _NO_WORKER:
            raise UserError(
                "No worker answers, and only a worker can tell: start one with number-orders"
                " worker; if one runs, see number-orders doctor"
            ) from None
        raise


def pending_failures(description: WorkflowExecutionDescription) -> list[str]:
    """Why the order's current call to TENIOS is being repeated, if it is."""
    return [
        f"{pending.activity_type.name}, attempt {pending.attempt}: {pending.last_failure.message}"
        for pending in description.raw_description.pending_activities
        if pending.HasField("last_failure")
    ]
