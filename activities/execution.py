"""How an activity runs: heard by Temporal all the time, and to its end where it must be."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

from temporalio import activity

# A quarter of the heartbeat timeout: Temporal may miss one or two.
_HEARTBEAT_SECONDS = 5.0

_Result = TypeVar("_Result")


@contextlib.asynccontextmanager
async def heartbeating() -> AsyncIterator[None]:
    """Tell Temporal that this activity lives, so that the death of its worker is soon noticed."""
    beating = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beating.cancel()


async def uninterrupted(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run `work` to its end, heard by Temporal, although the activity is cancelled meanwhile.

    A call to TENIOS that is broken off may have taken effect all the same.
    """
    working = asyncio.create_task(work)
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            # The start of the activity is as good as a first heartbeat.
            await asyncio.wait([working], timeout=_HEARTBEAT_SECONDS)
        if working.done():
            return working.result()
        activity.heartbeat()


def own_workflow_id() -> str:
    """The order that the current activity runs for."""
    workflow_id = activity.info().workflow_id
    if workflow_id is None:
        raise RuntimeError("This runs in a workflow only, whose id names ledger and callback")
    return workflow_id


async def _beat() -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT_SECONDS)
        activity.heartbeat()
