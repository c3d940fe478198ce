"""Looking at orders from outside."""

from datetime import UTC, timedelta

from pydantic import ValidationError
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from number_orders.runtime.errors import UserError
from number_orders.starters.errors import NotAnswered
from number_orders.starters.executions import Description, is_unknown_order
from number_orders.starters.orders import OrderHandle
from number_orders.starters.pollers import Work, answered, live_pollers
from number_orders.starters.standstill import failing_task, paused
from number_orders.workflows.contract import TASK_QUEUE
from number_orders.workflows.naming import command
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import OrderSnapshot

_QUERY_LIMIT = timedelta(seconds=10)
# Whose limit ran out first, the server's or ours; nobody has polled for a while; or it refuses.
_NO_ANSWER = frozenset(
    {
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.FAILED_PRECONDITION,
    }
)


def is_no_answer(error: RPCError) -> bool:
    """Whether no worker answered, for whatever reason."""
    return error.status in _NO_ANSWER


def next_step(workflow_id: str) -> str:
    """How to follow an order, as a person types it."""
    return f"Next: {command('status', workflow_id)}"


async def snapshot(client: Client, handle: OrderHandle) -> OrderSnapshot:
    """Where an order stands; answered by a worker.

    Raises:
        NotAnswered: No worker runs, or none answers within 10 s.
        UserError: There is no such order, or the worker's build does not fit it or this program.
    """
    try:
        return await answered(client, handle.query(NumberOrder.status, rpc_timeout=_QUERY_LIMIT))
    except WorkflowQueryFailedError:
        raise UserError(
            f"{handle.id}: the worker that answers cannot tell: the order's history does not fit"
            " its code. Look at its log, and let a build take it that the history fits: after an"
            " upgrade the one before, after going back the later one"
        ) from None
    except ValidationError:
        raise UserError(
            f"{handle.id}: the worker that answers is of another version than this command: use the"
            " command of the workers' build"
        ) from None
    except RPCError as error:
        if is_unknown_order(error):
            raise UserError(f"There is no order {handle.id}: see number-orders list") from None
        if is_no_answer(error):
            raise NotAnswered(f"{handle.id}: no worker answers") from None
        raise


async def silence(client: Client, description: Description) -> str:
    """Why no worker answers for an order."""
    if standstill := paused(description) or await failing_task(client, description):
        return standstill
    queue = description.raw.workflow_execution_info.task_queue
    if queue != TASK_QUEUE:
        return f"It was started for the task queue {queue}, where no worker of ours asks for work"
    if polling := await live_pollers(client, Work.ORDERS):
        asked_at = max(poller.last_access_time.ToDatetime(UTC) for poller in polling)
        return (
            f"No worker answers. The last one asked for work at {asked_at:%H:%M:%S} UTC: if it was"
            " killed since, start one with number-orders worker; if it runs, see its log"
        )
    return (
        "No worker answers, and only a worker can tell: start one with number-orders worker; if"
        " one runs, see number-orders doctor"
    )
