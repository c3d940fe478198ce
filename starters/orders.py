"""Starting and finding number orders."""

from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from workflows import contract, search_attributes
from workflows.models import NumberOrderInput
from workflows.number_order import NumberOrder
from workflows.results import NumberOrderResult

OrderHandle = WorkflowHandle[NumberOrder, NumberOrderResult]


@dataclass(frozen=True)
class StartedOrder:
    """An order's handle, and whether this call created it."""

    handle: OrderHandle
    created: bool


async def start_number_order(client: Client, order: NumberOrderInput) -> StartedOrder:
    """Start an order, or return the one that its location has; then nothing is changed.

    The document must be in the evidence store before (`EvidenceStore.put_document`).
    """
    workflow_id = contract.workflow_id(order.location_id, order.number)
    try:
        handle = await client.start_workflow(
            NumberOrder.run,
            order,
            id=workflow_id,
            task_queue=contract.TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=f"{order.location_id}: {order.address.city} ({order.area_code})",
            search_attributes=search_attributes.at_start(order, datetime.now(UTC)),
        )
    except WorkflowAlreadyStartedError:
        return StartedOrder(order_handle(client, order.location_id, order.number), created=False)
    return StartedOrder(handle, created=True)


def order_handle(client: Client, location_id: str, number: int = 1) -> OrderHandle:
    """A typed handle for an order that may or may not exist."""
    return client.get_workflow_handle_for(
        NumberOrder.run, contract.workflow_id(location_id, number)
    )
