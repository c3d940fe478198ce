"""`make bench`: all comparisons in one run, as tables and in `benchmarks/results/`."""

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import bridge_latency, worst_push
from benchmarks.commands import commands
from benchmarks.contenders import Bare, Ours
from benchmarks.growth import Growth, growth
from benchmarks.lifecycle import lifecycles, one_round
from benchmarks.processes import running
from number_orders.runtime.process import run_process

_RESULTS = Path(__file__).with_name("results")
_LIFECYCLE = {
    "per_second": "lifecycles a second",
    "server_cpu_ms": "server CPU an order, ms",
    "own_cpu_ms": "worker and webhook CPU an order, ms",
    "events": "events of a history",
    "history_bytes": "bytes of a history",
}
_GROWTH = {
    "kept": "lifecycles a second with all of them open, of those without",
    "calm_cpu_ms": "worker CPU an order of a small burst, ms",
    "burst_cpu_ms": "worker CPU an order of the large burst, ms",
    "order_kib": "memory of an order within the cache, KiB",
    "further_order_kib": "memory of each further order, KiB",
    "slowest_query_ms": "slowest query of twenty, ms",
}


@dataclass(frozen=True)
class _Sizes:
    orders: int
    """Of a round."""
    rounds: int
    times: int
    """Of each command."""


_FULL, _SMOKE = _Sizes(orders=500, rounds=3, times=5), _Sizes(orders=3, rounds=1, times=1)


def bench(
    opened: Annotated[int, typer.Option(min=0, help="Open orders; 0 leaves that out.")] = 2000,
    smoke: Annotated[bool, typer.Option(help="As small as can be, for a test.")] = False,
    results: Annotated[Path, typer.Option(help="The folder for the results.")] = _RESULTS,
) -> None:
    """Compare an order with the same lifecycle in bare Temporal."""
    sizes = _SMOKE if smoke else _FULL
    measured = asyncio.run(_measured(sizes, opened))
    results.mkdir(exist_ok=True)
    file = results / f"{datetime.now(UTC):%Y-%m-%d}.json"
    file.write_text(json.dumps(measured, indent=2) + "\n")
    if not smoke:
        with _folder() as folder:
            asyncio.run(bridge_latency.main(folder))
        worst_push.main()


async def _measured(sizes: _Sizes, opened: int) -> dict[str, Any]:
    console = Console(width=110)
    measured: dict[str, Any] = {
        **asdict(sizes),
        "opened": opened,
        "server": os.environ.get("TEMPORAL_ADDRESS", "the development server"),
    }
    with _folder() as folder:
        async with running(folder) as processes:
            # So many orders are there to be listed.
            await one_round(processes, await Ours.prepared(processes), sizes.orders)
            settings = {"STORE_URL": processes.store_url}
            measured["commands"] = await asyncio.to_thread(commands, folder, settings, sizes.times)
            console.print(_commands(measured["commands"]))
            found = await lifecycles(processes, sizes.orders, sizes.rounds)
            measured["lifecycle"] = {name: asdict(one) for name, one in found.items()}
            console.print(_compared("lifecycle", _LIFECYCLE, measured["lifecycle"]))
    if opened:
        measured["growth"] = {}
        for kind in (Bare, Ours):
            with _folder() as folder:
                async with running(folder) as processes:
                    contender = await kind.prepared(processes)
                    grown = await growth(processes, contender, opened, sizes.orders)
                    measured["growth"][contender.name] = _grown(grown)
        console.print(_compared(f"{opened} open", _GROWTH, measured["growth"]))
    return measured


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="number-orders-bench-") as folder:
        yield Path(folder)


def _grown(grown: Growth) -> dict[str, float]:
    return asdict(grown) | {"kept": grown.per_second / grown.calm_per_second}


def _compared(
    title: str, lines: Mapping[str, str], measured: Mapping[str, Mapping[str, float]]
) -> Table:
    *others, ours = measured.values()
    table = Table(title, *measured, *(f"ours / {name}" for name in list(measured)[:-1]))
    for name, line in lines.items():
        ratios = (f"{ours[name] / one[name]:.2f}" if one[name] else "" for one in others)
        table.add_row(line, *(f"{one[name]:.4g}" for one in measured.values()), *ratios)
    return table


def _commands(seconds: Mapping[str, float]) -> Table:
    table = Table("command", "seconds", "of python -c pass")
    for name, taken in seconds.items():
        table.add_row(name, f"{taken:.2f}", f"{taken / seconds['nothing']:.1f}")
    return table


if __name__ == "__main__":
    run_process(lambda: typer.run(bench))
