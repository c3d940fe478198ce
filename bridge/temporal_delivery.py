"""Handing a push to its order, and telling apart why that may not have worked."""

import asyncio
import re
from enum import StrEnum

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from bridge.received_push import ReceivedPush
from workflows.contract import ORDER_COMPLETED, ORDER_STATUS, PHONE_NUMBER


class Handed(StrEnum):
    """What became of a push that was handed to Temporal."""

    DELIVERED = "delivered"
    """Temporal has it; it is in the order's history."""
    ENDED = "the order has its number"
    """The order has ended, and was told its number before."""
    TOO_LATE = "the order has ended without a number"
    """Timed out, abandoned, terminated: a person has to see this push."""
    UNKNOWN = "Temporal knows no such order"
    REFUSED = "the order takes no more"
    """Its history is nearly full, or Temporal refuses for good."""
    AWAY = "Temporal is away"
    """Anything else: it may or may not have arrived, and has to be handed over again."""


# Temporal terminates a workflow at 50 MiB or 51,200 events, and an order's own events need room.
_HISTORY_BYTES_AT_MOST = 10 * 1024 * 1024
_HISTORY_EVENTS_AT_MOST = 5_000


async def hand_over(client: Client, push: ReceivedPush, *, within_seconds: float) -> Handed:
    """Signal the push to its order. To do it twice is harmless: the order knows deliveries."""
    handle = client.get_workflow_handle(push.workflow_id)
    try:
        async with asyncio.timeout(within_seconds):
            order = await handle.describe()
            if order.status is not WorkflowExecutionStatus.RUNNING:
                return _ended(order)
            if _is_full(order):
                return Handed.REFUSED
            await handle.signal(ORDER_COMPLETED, push.delivery)
    except RPCError as error:
        return _failure(error)
    except (TimeoutError, RuntimeError):
        # The client raises the second where it could not connect at all.
        return Handed.AWAY
    return Handed.DELIVERED


def _ended(order: WorkflowExecutionDescription) -> Handed:
    numbered = order.typed_search_attributes.get(PHONE_NUMBER) is not None
    completed = order.typed_search_attributes.get(ORDER_STATUS) == "completed"
    return Handed.ENDED if numbered or completed else Handed.TOO_LATE


def _is_full(order: WorkflowExecutionDescription) -> bool:
    size = order.raw_description.workflow_execution_info.history_size_bytes
    return size > _HISTORY_BYTES_AT_MOST or order.history_length > _HISTORY_EVENTS_AT_MOST


def _failure(error: RPCError) -> Handed:
    if error.status is RPCStatusCode.INVALID_ARGUMENT:
        return Handed.REFUSED
    # An unknown namespace is NOT_FOUND as well, but a mistake in the settings; an order that ends
    # between our two calls is one that the next try finds ended.
    if error.status is RPCStatusCode.NOT_FOUND and re.search(
        "workflow (execution )?not found", error.message
    ):
        return Handed.UNKNOWN
    return Handed.AWAY
