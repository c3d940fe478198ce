"""`number-orders dev`: everything on this machine, until Ctrl-C."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer

from number_orders.cli.web_ui import print_ready_lists
from number_orders.devstack.ports import USUAL_PORTS
from number_orders.devstack.stack import Stack, running_stack
from number_orders.runtime.process import on_stop_signal


def dev(
    folder: Annotated[Path, typer.Option(help="Where all state is kept.")] = Path("var"),
    auto: Annotated[
        float | None,
        typer.Option(min=0, help="Let the sandbox approve and complete after this many seconds."),
    ] = None,
) -> None:
    """Run Temporal, the sandbox, the bridge and a worker here."""
    asyncio.run(until_told_to_stop(_dev(folder, auto)))


async def _dev(folder: Path, auto: float | None) -> None:
    async with running_stack(folder, auto_seconds=auto) as stack:
        print_urls(stack)
        typer.echo("\nOrders in the Web UI:")
        print_ready_lists(stack.web_ui)
        if stack.ports.temporal != USUAL_PORTS.temporal:
            typer.echo(f"\nIn your other terminal: export TEMPORAL_ADDRESS={stack.temporal}")
        if folder != Path("var"):
            typer.echo(f"In your other terminal: export STORE_URL={stack.store_url}")
        typer.echo(f"For links in your other terminal: export TEMPORAL_UI_URL={stack.web_ui.root}")
        typer.echo("\nNext:  number-orders start examples/cologne.json\nStop:  Ctrl-C")
        await watch(stack)


def print_urls(stack: Stack) -> None:
    """Where everything is, and which usual port was taken."""
    for service, usual, chosen in stack.ports.moved():
        typer.echo(f"Instead of port {usual}, {service} is at {chosen}.")
    typer.echo(f"Temporal Web UI  {stack.web_ui.root}")
    typer.echo(f"TENIOS sandbox   {stack.sandbox}/_sandbox/")
    typer.echo(f"Webhook bridge   {stack.bridge}/health/ready")
    typer.echo(f"Evidence store   {stack.store_url}")
    typer.echo(f"Temporal         {stack.temporal}")
    typer.echo(f"State and logs   {stack.folder}")


async def until_told_to_stop(work: Coroutine[None, None, None]) -> signal.Signals | None:
    """Do the work, or cancel it once this process is asked to stop; says which signal did that."""
    doing = asyncio.ensure_future(work)
    told: list[signal.Signals] = []

    def stop(signal_number: signal.Signals) -> None:
        # The first one is enough: what is being stopped is not to be interrupted.
        if not told:
            told.append(signal_number)
            doing.cancel()
            # The terminal may have gone.
            with contextlib.suppress(OSError):
                typer.echo("Stopping ...")

    on_stop_signal(stop)
    try:
        await doing
    except asyncio.CancelledError:
        if not told:
            raise
        return told[0]
    return None


async def watch(stack: Stack) -> None:
    """Wait without end; a service that ends by itself is an error."""
    while True:
        stack.check()
        await asyncio.sleep(0.5)
