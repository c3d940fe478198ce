"""Handing a push to its order, and telling apart why that may not have worked."""

import asyncio
import re
from enum import StrEnum

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from bridge.received_push import ReceivedPush
from workflows.contract import ORDER_COMPLETED


class Handed(StrEnum):
    """What became of a push that was handed to Temporal."""

    DELIVERED = "delivered"
    """Temporal has it; it is in the order's history."""
    ENDED = "ended"
    """The order has ended before."""
    UNKNOWN = "unknown order"
    """Temporal knows no such order."""
    REFUSED = "refused"
    """Temporal will never take this one, such as an order's ten-thousandth signal."""
    AWAY = "Temporal is away"
    """Anything else: it may or may not have arrived, and has to be handed over again."""


async def hand_over(client: Client, push: ReceivedPush, *, within_seconds: float) -> Handed:
    """Signal the push to its order. To do it twice is harmless: the order knows deliveries."""
    handle = client.get_workflow_handle(push.workflow_id)
    try:
        async with asyncio.timeout(within_seconds):
            await handle.signal(ORDER_COMPLETED, push.delivery)
    except RPCError as error:
        return _failure(error)
    except (TimeoutError, RuntimeError):
        # The client raises the second where it could not connect at all.
        return Handed.AWAY
    return Handed.DELIVERED


def _failure(error: RPCError) -> Handed:
    if error.status is RPCStatusCode.INVALID_ARGUMENT:
        return Handed.REFUSED
    if error.status is RPCStatusCode.NOT_FOUND:
        if "already completed" in error.message:
            return Handed.ENDED
        # An unknown namespace is NOT_FOUND as well, but a mistake in the settings.
        if re.search("workflow (execution )?not found", error.message):
            return Handed.UNKNOWN
    return Handed.AWAY
