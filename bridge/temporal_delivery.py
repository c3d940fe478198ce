"""Handing a push to its order, and telling apart why that may not have worked."""

import asyncio
import logging
import re
from enum import StrEnum

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.converter import decode_typed_search_attributes
from temporalio.service import RPCError, RPCStatusCode

from number_orders.evidence.received_push import ReceivedPush
from number_orders.runtime.executions import ENDED
from number_orders.workflows.contract import (
    ORDER_COMPLETED,
    ORDER_STATUS,
    PHONE_NUMBER,
    TENIOS_ORDER_ID,
)
from number_orders.workflows.phone_numbers import is_spelling_of
from number_orders.workflows.push_judgement import PushReading

_log = logging.getLogger(__name__)


class DeliveryOutcome(StrEnum):
    """What became of a push that was handed to Temporal."""

    DELIVERED = "delivered"
    """Temporal has it; it is in the order's history."""
    ENDED = "the order has its number"
    """The order has ended, and already has everything that the push says."""
    NEWS = "the order has ended, and the push says something else"
    """Another number, another order, a failure: a person has to see this push."""
    TOO_LATE = "the order has ended without a number"
    """Timed out, abandoned, terminated: a person has to see this push."""
    UNKNOWN = "Temporal knows no such order"
    FULL = "the order's history is full"
    """Until a worker continues the order in a new history: it has to be handed over again."""
    AWAY = "Temporal is away"
    """Anything else: it may or may not have arrived, and has to be handed over again."""


# Temporal terminates a workflow whose history reaches 50 MiB. Without a worker, 60 pushes an hour
# with the largest body do that in half a day. Its other limit, 51,200 events, needs no check here:
# before that, Temporal refuses the 10,000th signal.
_HISTORY_BYTES_AT_MOST = 10 * 1024 * 1024


async def deliver(
    client: Client, push: ReceivedPush, *, within_seconds: float, look_first: bool = True
) -> DeliveryOutcome:
    """Signal the push to its order. To do it twice is harmless: the order knows deliveries.

    Args:
        client: Temporal.
        push: The push.
        within_seconds: After that, Temporal counts as away.
        look_first: Whether the order may have had so many pushes that its history is full. Without
            that, it is looked at only if it does not take the signal.
    """
    reading = push.delivery.reading or push.read_anew()
    push = push.with_reading(reading)
    try:
        async with asyncio.timeout(within_seconds):
            if not look_first and await _signalled(client, push):
                return DeliveryOutcome.DELIVERED
            order = await _described(client, push.workflow_id)
            if order.status in ENDED:
                return _ended(order, reading)
            if order.history_size_bytes > _HISTORY_BYTES_AT_MOST:
                return DeliveryOutcome.FULL
            # Unless it ended meanwhile, which the next try finds.
            is_signalled = await _signalled(client, push)
    except RPCError as error:
        return _failure(error)
    except Exception as error:  # noqa: BLE001 -- whatever it was, the push is kept and tried again
        # Not the error's own words: a codec's may repeat the body.
        _log.warning("A push cannot be handed over (%s)", type(error).__name__)
        return DeliveryOutcome.AWAY
    return DeliveryOutcome.DELIVERED if is_signalled else DeliveryOutcome.AWAY


async def _signalled(client: Client, push: ReceivedPush) -> bool:
    """Whether a running order took the push. Raises if that is not known."""
    try:
        handle = client.get_workflow_handle(push.workflow_id)
        await handle.signal(ORDER_COMPLETED, push.delivery)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def _described(client: Client, workflow_id: str) -> WorkflowExecutionInfo:
    described = await client.workflow_service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
        ),
        retry=True,
    )
    return described.workflow_execution_info


def _ended(order: WorkflowExecutionInfo, reading: PushReading) -> DeliveryOutcome:
    """Whether an ended order has what the push says; all else is a dead letter."""
    known = decode_typed_search_attributes(order.search_attributes)
    phone_number, order_id = known.get(PHONE_NUMBER), known.get(TENIOS_ORDER_ID)
    if phone_number is None and known.get(ORDER_STATUS) != "completed":
        return DeliveryOutcome.TOO_LATE
    others = [
        number
        for number in reading.phone_numbers
        if phone_number is None or not is_spelling_of(number, phone_number)
    ]
    foreign = set(reading.order_ids) - {order_id}
    if reading.objection or foreign or others:
        return DeliveryOutcome.NEWS
    return DeliveryOutcome.ENDED


def _failure(error: RPCError) -> DeliveryOutcome:
    # Nothing is refused for good: also the ten thousandth signal is taken by the order's next run.
    # An unknown namespace is NOT_FOUND as well, but a mistake in the settings; an order that ends
    # between our two calls is one that the next try finds ended.
    if error.status is RPCStatusCode.NOT_FOUND and re.search(
        "workflow (execution )?not found", error.message
    ):
        return DeliveryOutcome.UNKNOWN
    return DeliveryOutcome.AWAY
