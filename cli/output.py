"""What commands print, for people and for programs."""

import codecs
import json
import sys

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_WIDTH_AT_LEAST = 130
_ANY_WIDTH = 10_000


def wide_console(at_least: int = _WIDTH_AT_LEAST) -> Console:
    """A console that cuts no id or number, even where nobody looks: they are there to be copied."""
    console = Console()
    console.width = max(console.width, at_least)
    return console


def print_table(table: Table) -> None:
    """Print a table as wide as it is: columns that are to wrap say where."""
    anywhere = wide_console(_ANY_WIDTH)
    wide_console(Measurement.get(anywhere, anywhere.options, table).maximum).print(table)


def print_json(content: object) -> None:
    """Print for a program."""
    # What such an output cannot show would not be JSON any more.
    shows_all = codecs.lookup(sys.stdout.encoding).name.startswith("utf")
    typer.echo(json.dumps(content, ensure_ascii=not shows_all, indent=2))
