"""The command's entry: `number-orders` and what it can do."""

import importlib
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from number_orders.runtime.errors import UsageError
from number_orders.runtime.process import run_process


class _Place(NamedTuple):
    """Where a command is implemented, and its line in the list of commands."""

    module: str
    name: str
    summary: str


COMMANDS = {
    "demo": _Place("demo", "demo", "Watch three numbers being ordered from a stand-in for TENIOS."),
    "dev": _Place("dev", "dev", "Run Temporal, the sandbox, the bridge and a worker here."),
    "start": _Place("start", "start", "Start an order from flags, from a JSON file, or from both."),
    "plan": _Place("plan", "plan", "Check and compare a table of locations; start nothing."),
    "apply": _Place("apply", "apply", "Start what is new in a table of locations."),
    "template": _Place("template", "template", "Write an empty table of locations to fill in."),
    "list": _Place("orders", "list_orders", "List orders, the newest first."),
    "status": _Place("orders", "status", "Show where an order stands and what it waits for."),
    "web-ui": _Place(
        "web_ui", "web_ui", "Print the addresses of ready lists in Temporal's Web UI."
    ),
    "approve": _Place("deciding", "approve", "Say that TENIOS approved the verification."),
    "reject": _Place("deciding", "reject", "Say that TENIOS rejected the verification."),
    "resubmit": _Place("operating", "resubmit", "Submit a rejected verification again."),
    "resolve": _Place("operating", "resolve", "Say what you found out at TENIOS about an order."),
    "cancel": _Place("operating", "cancel", "Cancel an order, and give its number back."),
    "document": _Place("documents", "document", "Put a document into the evidence store."),
    "verifications": _Place(
        "verifications", "verifications", "List verifications, and the orders that used them."
    ),
    "callbacks": _Place("callbacks", "callbacks", "Show, replay and reread pushes."),
    "worker": _Place("worker", "worker", "Run workflows and activities."),
    "bridge": _Place("bridge", "bridge", "Receive TENIOS' pushes and pass them on as signals."),
    "sandbox": _Place(
        "sandbox", "sandbox", "Run a stand-in for TENIOS, with a page at /_sandbox/."
    ),
    "promote": _Place("promote", "promote", "Let the workers of one build take all orders."),
    "fence": _Place("fence", "fence", "Let every order ask a person before it is sent."),
    "setup": _Place("setup", "setup", "Create what is missing of namespace, attributes and store."),
    "doctor": _Place("doctor", "doctor", "Check everything that orders need."),
}


class _Commands(TyperGroup):
    """Lists the commands by their lines above, and imports the one that was typed.

    To import all of them takes longer than most of them run.
    """

    def __init__(self, **settings: Any) -> None:
        stand_ins = {name: TyperCommand(name, help=line.summary) for name, line in COMMANDS.items()}
        super().__init__(**settings | {"commands": stand_ins})

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that was typed, and its arguments."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and command(name), rest


def command(name: str) -> Any:
    """A command, imported with all that it needs."""
    place = COMMANDS[name]
    module = importlib.import_module(f"number_orders.cli.{place.module}")
    implementation = getattr(module, place.name)
    if isinstance(implementation, typer.Typer):
        return typer.main.get_command(implementation)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(implementation)
    return typer.main.get_command(alone)


app = typer.Typer(
    name="number-orders",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"number-orders {importlib.metadata.version('number-orders')}")
        raise typer.Exit


@app.callback()
def number_orders(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show it.")
    ] = False,
) -> None:
    """Orders local phone numbers from TENIOS as durable Temporal workflows."""


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
