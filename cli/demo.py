"""`number-orders demo`: three sample orders from start to end, on real servers."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.table import Table

from number_orders.cli.dev import print_urls, until_told_to_stop, watch
from number_orders.cli.output import wide_console
from number_orders.cli.web_ui import print_ready_lists
from number_orders.devstack.stack import Stack, running_stack
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UserError
from number_orders.starters import NumberOrders, read_order_file
from number_orders.starters.orders import OrderHandle
from number_orders.starters.watching import snapshot
from number_orders.workflows import contract
from number_orders.workflows.messages import Decision
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot

_EXAMPLES = Path(__file__).parents[1] / "examples"
_SAMPLES = ("cologne.json", "berlin.json", "munich.json")
_REJECTED = "muenchen-01"
_ENDED = (OrderStatus.COMPLETED, OrderStatus.REJECTED, OrderStatus.TIMED_OUT)
_LIMIT_SECONDS = 60


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running, with the Web UI.")
    ] = False,
) -> None:
    """Watch three numbers being ordered from a stand-in for TENIOS."""
    told = asyncio.run(until_told_to_stop(_demo(keep=keep)))
    if told is not None:
        typer.echo("Stopped", err=True)
        raise typer.Exit(128 + told)


async def _demo(*, keep: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="number-orders-demo-"))
    try:
        async with running_stack(folder, auto_seconds=None) as stack:
            print_urls(stack)
            typer.echo("")
            try:
                async with asyncio.timeout(_LIMIT_SECONDS):
                    await _Demo(stack).run()
            except TimeoutError:
                _show_logs(folder)
                raise UserError(
                    "The demo ended before its orders had; the logs stand above"
                ) from None
            if keep:
                typer.echo("")
                print_ready_lists(stack.web_ui)
                typer.echo("\nEverything is left running. Stop it with Ctrl-C.")
                # Which is how this ends, and no failure.
                with contextlib.suppress(asyncio.CancelledError):
                    await watch(stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show_logs(folder: Path) -> None:
    for log in sorted((folder / "log").glob("*.log")):
        typer.echo(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}", err=True)


class _Demo:
    """Plays the people: TENIOS' service team in the sandbox, and the engineer who reports it."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._began = time.monotonic()
        self._seen: dict[str, OrderStatus] = {}
        self._ended_after: dict[str, float] = {}

    async def run(self) -> None:
        """Start the samples, see them through, and print how they ended."""
        handles = [await self._start(_EXAMPLES / name) for name in _SAMPLES]
        async with httpx.AsyncClient(
            base_url=f"{self._stack.sandbox}/_sandbox", trust_env=False
        ) as team:
            while len(self._ended_after) < len(handles):
                for handle in handles:
                    await self._advance(handle, await snapshot(self._stack.client, handle), team)
                await asyncio.sleep(0.1)
        self._print_table([await snapshot(self._stack.client, handle) for handle in handles])

    async def _start(self, file: Path) -> OrderHandle:
        store = EvidenceStore.open(self._stack.store_url)
        orders = NumberOrders(self._stack.client, store)
        return (await orders.start(read_order_file(file))).handle

    async def _advance(
        self, handle: OrderHandle, order: OrderSnapshot, team: httpx.AsyncClient
    ) -> None:
        if self._seen.get(handle.id) == order.status:
            return
        self._seen[handle.id] = order.status
        self._say(order.location_id, order.status)
        if order.status is OrderStatus.AWAITING_APPROVAL:
            await self._decide(handle, order, team)
        elif order.status is OrderStatus.AWAITING_COMPLETION:
            self._say(order.location_id, "  TENIOS completes the order and pushes")
            await team.post(f"/orders/{order.order_id}/complete")
        elif order.status in _ENDED:
            self._ended_after[order.location_id] = time.monotonic() - self._began

    async def _decide(
        self, handle: OrderHandle, order: OrderSnapshot, team: httpx.AsyncClient
    ) -> None:
        approved = order.location_id != _REJECTED
        verb = "approve" if approved else "reject"
        await team.post(f"/verifications/{order.verification_id}/{verb}")
        self._say(order.location_id, f"  TENIOS' service team decides: {verb}; a person reports it")
        decision = Decision(
            approved=approved,
            decided_by="demo",
            reason=None if approved else "the document is out of date",
            verification_id=order.verification_id,
        )
        await handle.signal(contract.VERIFICATION_DECIDED, decision)

    def _say(self, location_id: str, what: str) -> None:
        typer.echo(f"{time.monotonic() - self._began:6.2f} s  {location_id:<12} {what}")

    def _print_table(self, orders: list[OrderSnapshot]) -> None:
        table = Table(
            "location", "area code", "status", "verification id", "order id", "number", "seconds"
        )
        for order in orders:
            table.add_row(
                order.location_id,
                order.area_code or "-",
                order.status,
                order.verification_id or "-",
                order.order_id or "-",
                order.phone_number or "-",
                f"{self._ended_after[order.location_id]:.2f}",
            )
        console = wide_console()
        console.print()
        console.print(table)
