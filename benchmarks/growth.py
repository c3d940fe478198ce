"""What it costs that many orders are open: a burst of them, and the lifecycles beside them."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from temporalio.client import WorkflowHandle

from benchmarks.contenders import Contender
from benchmarks.lifecycle import one_round
from benchmarks.processes import Processes

_CACHED = 800
"""Orders of the small burst: fewer than the 1,000 that the SDK keeps at hand."""
_STARTED_AT_ONCE = 50
_ASKED = 20
_CHECK_SECONDS = 2.0
_AT_REST_SECONDS = 0.1
"""CPU between two checks, which an idle worker needs for its polls."""


@dataclass(frozen=True)
class Growth:
    """What a contender showed before and with many open orders."""

    calm_per_second: float
    per_second: float
    """With all of them open."""
    calm_cpu_ms: float
    """Its own processes' for each order of a small burst that comes to its approval."""
    burst_cpu_ms: float
    """The same for each order of the large one."""
    order_kib: float
    """What an order of the small burst takes of its own processes' memory: all are in the cache."""
    further_order_kib: float
    """What one of the large burst takes."""
    slowest_query_ms: float
    """Of some, to orders that were started first; 0 where it answers no query."""


async def growth(processes: Processes, contender: Contender, opened: int, orders: int) -> Growth:
    """Measure one contender, alone on its server."""
    await one_round(processes, contender, orders)
    calm = await one_round(processes, contender, orders)
    cached = min(opened, _CACHED)
    before = _memory_kib(processes, contender)
    calm_cpu_ms, _ = await _burst(processes, contender, cached)
    between = _memory_kib(processes, contender)
    burst_cpu_ms, handles = await _burst(processes, contender, opened)
    after = _memory_kib(processes, contender)
    beside = await one_round(processes, contender, orders)
    return Growth(
        calm_per_second=calm.per_second,
        per_second=beside.per_second,
        calm_cpu_ms=calm_cpu_ms,
        burst_cpu_ms=burst_cpu_ms,
        order_kib=(between - before) / cached,
        further_order_kib=(after - between) / opened,
        slowest_query_ms=max([await _query_ms(one, contender) for one in handles[:_ASKED]]),
    )


def _memory_kib(processes: Processes, contender: Contender) -> float:
    return sum(map(processes.memory_bytes, contender.programs)) / 1024


async def _burst(
    processes: Processes, contender: Contender, opened: int
) -> tuple[float, list[WorkflowHandle[Any, Any]]]:
    """Start so many at once, and wait until each has been verified and all have come to rest."""
    at_once = asyncio.Semaphore(_STARTED_AT_ONCE)
    name = f"open-{time.time_ns():x}"

    async def start(number: int) -> WorkflowHandle[Any, Any]:
        async with at_once:
            return await contender.start(f"{name}-{number}")

    before = sum(map(processes.cpu_seconds, contender.programs))
    expected = await processes.verifications() + opened
    handles = await asyncio.gather(*(start(number) for number in range(opened)))
    used, used_before = sum(map(processes.cpu_seconds, contender.programs)), 0.0
    while await processes.verifications() < expected or used - used_before > _AT_REST_SECONDS:
        await asyncio.sleep(_CHECK_SECONDS)
        used, used_before = sum(map(processes.cpu_seconds, contender.programs)), used
    return 1000 * (used - before) / opened, handles


async def _query_ms(handle: WorkflowHandle[Any, Any], contender: Contender) -> float:
    began = time.perf_counter()
    await contender.ask(handle)
    return 1000 * (time.perf_counter() - began)
