"""`number-orders dev`: everything on this machine, until Ctrl-C."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from runtime.errors import UserError
from starters.cli.stack import USUAL_PORTS, Stack, running_stack


def dev(
    folder: Annotated[Path, typer.Option(help="Where all state is kept.")] = Path("var"),
    auto: Annotated[
        float | None,
        typer.Option(min=0, help="Let the sandbox approve and complete after this many seconds."),
    ] = None,
) -> None:
    """Run Temporal, the sandbox, the bridge and a worker on this machine."""
    asyncio.run(_dev(folder, auto))


async def _dev(folder: Path, auto: float | None) -> None:
    stop = stop_on_signals()
    async with running_stack(folder, auto_seconds=auto) as stack:
        print_urls(stack)
        if stack.ports.temporal != USUAL_PORTS.temporal:
            typer.echo(f"\nIn your other terminal: export TEMPORAL_ADDRESS={stack.temporal}")
        if folder != Path("var"):
            typer.echo(f"In your other terminal: export STORE_URL={stack.store_url}")
        typer.echo("\nNext:  number-orders start examples/cologne.json\nStop:  Ctrl-C")
        await until_stopped(stack, stop)
        typer.echo("Stopping ...")


def print_urls(stack: Stack) -> None:
    """Where everything is, and which usual port was taken."""
    for service, usual, chosen in stack.ports.moved():
        typer.echo(f"Port {usual} is taken, so {service} is at {chosen}.")
    typer.echo(f"Temporal Web UI  {stack.web_ui}")
    typer.echo(f"TENIOS sandbox   {stack.sandbox}/_sandbox/")
    typer.echo(f"Webhook bridge   {stack.bridge}/health/ready")
    typer.echo(f"Temporal         {stack.temporal}")
    typer.echo(f"State and logs   {stack.folder}")


def stop_on_signals() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    return stop


async def until_stopped(stack: Stack, stop: asyncio.Event) -> None:
    """Wait for Ctrl-C; a service that ends by itself is an error."""
    while not stop.is_set():
        if name := stack.ended():
            raise UserError(f"{name} ended by itself: see {stack.folder / 'log' / name}.log")
        try:
            await asyncio.wait_for(stop.wait(), timeout=0.5)
        except TimeoutError:
            continue
