"""What became of an order that was started before, as far as Temporal itself knows it."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from temporalio.client import Client, WorkflowHistoryEventFilterType

from number_orders.starters.errors import NoSuchOrder
from number_orders.starters.executions import COMPLETED, Execution, describe
from number_orders.workflows.contract import NOT_AN_ORDER, ORDER_STATUS
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder

_UNKNOWN_AT_TENIOS = (OrderStatus.OUTCOME_UNKNOWN, OrderStatus.TIMED_OUT)


@dataclass(frozen=True)
class ExistingOrder:
    """The current run of an order."""

    workflow_id: str
    first_run_id: str
    since: datetime
    """When this run began."""
    status: str
    """The order's own; empty if it has not said one."""
    by_force: str | None
    """How it was ended in Temporal, if it did not end by itself."""
    abandoned: bool = False
    """It ended although TENIOS may have its order: a person waits for it no longer."""

    @property
    def unknown_fate(self) -> str | None:
        """Why nobody can say whether TENIOS has its order; `None` if somebody can."""
        if self.by_force is not None:
            return f"{self.by_force} in Temporal"
        if self.abandoned:
            return "abandoned"
        return self.status if self.status in _UNKNOWN_AT_TENIOS else None


async def existing_order(client: Client, workflow_id: str) -> ExistingOrder | None:
    """The order of this id, or `None`: none was started, or what was started could be no order."""
    try:
        description = await describe(client, workflow_id)
    except NoSuchOrder:
        return None
    run = description.execution
    if run.state == "failed" and await _was_no_order(client, run):
        return None
    return ExistingOrder(
        workflow_id,
        description.raw.workflow_execution_info.first_run_id,
        run.start_time,
        run.attributes.get(ORDER_STATUS.name, ""),
        run.ended_by_force and run.ended_by_force.replace("_", " "),
        abandoned=await _was_abandoned(client, run),
    )


async def _was_abandoned(client: Client, run: Execution) -> bool:
    if run.attributes.get(ORDER_STATUS.name) != OrderStatus.CANCELLED or run.state != COMPLETED:
        return False
    handle = client.get_workflow_handle_for(NumberOrder.run, run.id, run_id=run.run_id)
    try:
        return (await handle.result()).abandoned
    except ValidationError:
        # Somebody else's, or of another version: nobody can tell.
        return True


async def _was_no_order(client: Client, run: Execution) -> bool:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    ends = handle.fetch_history_events(event_filter_type=WorkflowHistoryEventFilterType.CLOSE_EVENT)
    async for event in ends:
        failure = event.workflow_execution_failed_event_attributes.failure
        return failure.application_failure_info.type == NOT_AN_ORDER
    return False
