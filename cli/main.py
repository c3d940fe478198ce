"""The command's entry."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from number_orders.cli import deciding, operating, orders, services
from number_orders.cli.callbacks import callbacks
from number_orders.cli.demo import demo
from number_orders.cli.dev import dev
from number_orders.cli.doctor import doctor
from number_orders.cli.fence import fence
from number_orders.cli.promote import promote
from number_orders.cli.setup import setup
from number_orders.cli.start import start
from number_orders.runtime.errors import UsageError
from number_orders.runtime.process import run_process

app = typer.Typer(
    name="number-orders",
    help="Orders local phone numbers from TENIOS as durable Temporal workflows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(dev)
app.command()(start)
app.command("list")(orders.list_orders)
app.command()(orders.status)
app.command()(deciding.approve)
app.command()(deciding.reject)
app.command()(operating.resubmit)
app.command()(operating.resolve)
app.command()(operating.cancel)
app.add_typer(callbacks, name="callbacks")
app.command()(services.worker)
app.command()(services.bridge)
app.command()(services.sandbox)
app.command()(promote)
app.command()(fence)
app.command()(setup)
app.command()(doctor)


def main() -> NoReturn:
    """Run `number-orders` with the process's arguments."""
    run_process(_run)


def _run() -> None:
    _check_arguments(sys.argv[1:])
    app()


def _check_arguments(arguments: Sequence[str]) -> None:
    """Raise a `UsageError` for bytes that are no text: they are no part of any order's data."""
    for place, argument in enumerate(arguments, start=1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(argument).decode(errors="backslashreplace")
            raise UsageError(f"argument {place} ({shown}) is no text in UTF-8") from None


if __name__ == "__main__":
    main()
