"""How workflow code waits: alike on every Python, and uninterrupted by a cancellation request."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow


async def waited(
    condition: Callable[[], bool], deadline: datetime | None = None, summary: str = ""
) -> bool:
    """Wait until a condition is true, or until the deadline; the result is whether it is true.

    Args:
        condition: Looked at whenever something has changed.
        deadline: Without it, the wait has no end.
        summary: What the deadline's timer is called in the Web UI.
    """
    if condition():
        return True
    left = None if deadline is None else deadline - workflow.now()
    if left is not None and left <= timedelta(0):
        return False
    # A timer of our own: a wait with a timeout is `asyncio.wait_for`, whose turns of the event
    # loop, and with them the order of commands, differ between Python 3.11 and 3.12.
    timer = None
    if left is not None:
        timer = asyncio.create_task(workflow.sleep(left, summary=summary or None))
    while not condition() and not (timer is not None and timer.done()):
        # The SDK raises this in every wait when Temporal's cancellation request comes, which
        # `run` records; nothing is interrupted by it.
        with contextlib.suppress(asyncio.CancelledError):
            await workflow.wait_condition(
                lambda: condition() or (timer is not None and timer.done())
            )
    if timer is not None:
        timer.cancel()
    return condition()
