"""How long the bridge takes to answer 50 callbacks a second, with Temporal and without.

`make bench`. Times are in milliseconds; the last column compares with `/health/live` of the same
bridge in the same run, which does nothing, so that the machine matters less.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from number_orders.devstack.stack import Stack, running_stack
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.starters.documents import read_pdf
from number_orders.starters.order_form import build_order, read_order_file
from number_orders.starters.orders import start_number_order
from number_orders.workflows.contract import workflow_id

_PER_SECOND = 50
_SECONDS = 10
_ORDERS = 50
_EXAMPLE = Path(__file__).parents[1] / "examples" / "cologne.json"

Call = Callable[[int], Awaitable[httpx.Response]]


async def main(folder: Path) -> None:
    """Measure in an empty folder, and print."""
    async with (
        running_stack(folder, auto_seconds=None) as stack,
        httpx.AsyncClient(base_url=stack.bridge, trust_env=False, timeout=30) as http,
    ):
        await _start_orders(stack)
        keys = CallbackKeys.parse((folder / "bridge-keys").read_text())
        paths = [keys.callback(workflow_id(f"bench-{n}")).path for n in range(_ORDERS)]

        async def live(_: int) -> httpx.Response:
            return await http.get("/health/live")

        async def push(number: int) -> httpx.Response:
            content = {"order_id": 1, "status": "pending", "n": number}
            return await http.post(paths[number % _ORDERS], json=content)

        nothing = await _measure(live, 200)
        up = await _measure(push, 200)
        stack.services["temporal"].process.kill()
        # The first one asks Temporal in vain and is kept; those behind it are kept at once.
        await push(-1)
        away = await _measure(push, 202)
    table = Table("50 callbacks a second", "median ms", "p99 ms", "largest ms", "median ratio")
    for name, times in {"does nothing": nothing, "Temporal up": up, "Temporal away": away}.items():
        table.add_row(
            name,
            f"{statistics.median(times):.1f}",
            f"{statistics.quantiles(times, n=100)[98]:.1f}",
            f"{max(times):.1f}",
            f"{statistics.median(times) / statistics.median(nothing):.1f}",
        )
    Console(width=100).print(table)


async def _start_orders(stack: Stack) -> None:
    fields = read_order_file(_EXAMPLE)
    pdf = read_pdf(Path(fields["document"]))
    store = EvidenceStore.open(stack.store_url)
    for number in range(_ORDERS):
        order = build_order(fields | {"location_id": f"bench-{number}"}, pdf)
        await start_number_order(stack.client, order, store, pdf)


async def _measure(call: Call, expected: int) -> list[float]:
    """Milliseconds of each call, begun at a fixed pace whether or not others are answered."""

    async def one(number: int) -> float:
        await asyncio.sleep(number / _PER_SECOND)
        began = time.perf_counter()
        answer = await call(number)
        taken = time.perf_counter() - began
        if answer.status_code != expected:
            raise RuntimeError(f"answered {answer.status_code}, not {expected}")
        return taken * 1000

    return list(await asyncio.gather(*(one(n) for n in range(_PER_SECOND * _SECONDS))))
