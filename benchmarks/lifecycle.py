"""How many whole lifecycles a second, and what each costs: rounds of all, one after the other."""

import asyncio
import dataclasses
import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temporalio.client import WorkflowHandle

from benchmarks.contenders import Bare, Contender, LimitedBare, Ours
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
    events: float
    """Of each order's history, as `history_bytes`, in the median."""
    history_bytes: float


async def lifecycles(processes: Processes, orders: int, rounds: int) -> dict[str, Round]:
    """The medians of all, in rounds by turns, after one that does not count."""
    kinds: Sequence[type[Contender]] = (Bare, LimitedBare, Ours)
    contenders = [await kind.prepared(processes) for kind in kinds]
    measured: dict[str, list[Round]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        await one_round(processes, contender, orders)
    for _ in range(rounds):
        for contender in contenders:
            measured[contender.name].append(await one_round(processes, contender, orders))
    return {name: _medians(of_one) for name, of_one in measured.items()}


async def one_round(processes: Processes, contender: Contender, orders: int) -> Round:
    """So many orders from start to number, each approved as soon as it is started."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one() -> WorkflowHandle[Any, Any]:
        async with at_once:
            handle = await contender.start(f"bench-{time.time_ns():x}-{next(_names)}")
            await contender.approve(handle)
        await handle.result()
        return handle

    server, own = _cpu(processes, contender)
    began = time.perf_counter()
    handles = await asyncio.gather(*(one() for _ in range(orders)))
    taken = time.perf_counter() - began
    server_after, own_after = _cpu(processes, contender)
    infos = [(await one.describe()).raw_description.workflow_execution_info for one in handles]
    return Round(
        per_second=orders / taken,
        server_cpu_ms=1000 * (server_after - server) / orders,
        own_cpu_ms=1000 * (own_after - own) / orders,
        events=statistics.median(info.history_length for info in infos),
        history_bytes=statistics.median(info.history_size_bytes for info in infos),
    )


def _cpu(processes: Processes, contender: Contender) -> tuple[float, float]:
    own = sum(processes.cpu_seconds(program) for program in contender.programs)
    return processes.cpu_seconds("server"), own


def _medians(rounds: Sequence[Round]) -> Round:
    fields = [field.name for field in dataclasses.fields(Round)]
    return Round(
        **{name: statistics.median(getattr(one, name) for one in rounds) for name in fields}
    )
