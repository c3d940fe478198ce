"""How long an order that is started alone waits while a batch is submitted at TENIOS' pace."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from benchmarks.contenders import Ours
from benchmarks.processes import running
from number_orders.workflows import priorities

_CALLS_PER_SECOND = 10.0
_ALONE = 20
_AT_ONCE = 50
_BETWEEN_SECONDS = 1.0
_ENDED = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED


async def slowest_alone(folder: Path, size: int) -> float:
    """How long the slowest of twenty orders took to be submitted, in seconds, by Temporal's clock.

    Args:
        folder: For the processes.
        size: How many orders the batch has; more than are submitted meanwhile.
    """
    async with running(folder, calls_per_second=_CALLS_PER_SECOND) as processes:
        ours = await Ours.prepared(processes)
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def start_in_batch(number: int) -> None:
            async with at_once:
                await ours.start(f"batch-{number}", priorities.in_batch("batch"))

        await asyncio.gather(*map(start_in_batch, range(size)))
        alone = []
        for number in range(_ALONE):
            alone.append(await ours.start(f"alone-{size + number}", priorities.alone()))
            await asyncio.sleep(_BETWEEN_SECONDS)
        waited = [await _submitted_after(handle) for handle in alone]
        submitted = await processes.verifications()
        if submitted >= size:
            raise RuntimeError(f"The batch of {size} was over before: it held nobody up")
        return max(waited)


async def _submitted_after(handle: WorkflowHandle[Any, Any]) -> float:
    while True:
        events: Sequence[Any] = (await handle.fetch_history()).events
        ended = next((event for event in events if event.event_type == _ENDED), None)
        if ended is not None:
            return (ended.event_time.ToNanoseconds() - events[0].event_time.ToNanoseconds()) / 1e9
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        slowest = asyncio.run(slowest_alone(Path(folder), int(sys.argv[1])))
        print(f"The slowest of {_ALONE} orders started alone was submitted after {slowest:.1f} s")  # noqa: T201 -- its output
