"""How many whole lifecycles a second, and what each costs: rounds of both, one after the other."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.contenders import Bare, Contender, Ours
from benchmarks.processes import Processes

_AT_ONCE = 50
"""Clients that start an order at the same time; more only wait for one another."""
_names = itertools.count(1)


@dataclass(frozen=True)
class Round:
    """What one round of a contender gave."""

    per_second: float
    server_cpu_ms: float
    """Temporal's (and its database's) for each order."""
    own_cpu_ms: float
    """Worker's and webhook's for each order."""


@dataclass(frozen=True)
class Lifecycles:
    """The medians of all rounds of a contender."""

    per_second: float
    server_cpu_ms: float
    own_cpu_ms: float
    events: int
    history_bytes: int


async def lifecycles(processes: Processes, orders: int, rounds: int) -> dict[str, Lifecycles]:
    """Measure both, in rounds by turns, after one that does not count."""
    contenders: Sequence[Contender] = [await kind.prepared(processes) for kind in (Bare, Ours)]
    measured: dict[str, list[Round]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        await one_round(processes, contender, orders)
    for _ in range(rounds):
        for contender in contenders:
            measured[contender.name].append(await one_round(processes, contender, orders))
    return {
        contender.name: await _summary(contender, measured[contender.name])
        for contender in contenders
    }


async def one_round(processes: Processes, contender: Contender, orders: int) -> Round:
    """So many orders from start to number, each approved as soon as it is started."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one() -> None:
        async with at_once:
            handle = await contender.start(f"bench-{time.time_ns():x}-{next(_names)}")
            await contender.approve(handle)
        await handle.result()

    server, own = _cpu(processes, contender)
    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(orders)))
    taken = time.perf_counter() - began
    server_after, own_after = _cpu(processes, contender)
    return Round(
        per_second=orders / taken,
        server_cpu_ms=1000 * (server_after - server) / orders,
        own_cpu_ms=1000 * (own_after - own) / orders,
    )


def _cpu(processes: Processes, contender: Contender) -> tuple[float, float]:
    own = sum(processes.cpu_seconds(program) for program in contender.programs)
    return processes.cpu_seconds("server"), own


async def _summary(contender: Contender, rounds: Sequence[Round]) -> Lifecycles:
    handle = await contender.start(f"bench-{time.time_ns():x}-events")
    await contender.approve(handle)
    await handle.result()
    description = await handle.describe()
    return Lifecycles(
        per_second=statistics.median(one.per_second for one in rounds),
        server_cpu_ms=statistics.median(one.server_cpu_ms for one in rounds),
        own_cpu_ms=statistics.median(one.own_cpu_ms for one in rounds),
        events=description.history_length,
        history_bytes=description.raw_description.workflow_execution_info.history_size_bytes,
    )
