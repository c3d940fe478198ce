"""What commands print, for people and for programs."""

import codecs
import json
import sys

import typer
from rich.console import Console

_WIDTH_AT_LEAST = 130


def wide_console(at_least: int = _WIDTH_AT_LEAST) -> Console:
    """A console that cuts no id or number, even where nobody looks: they are there to be copied."""
    console = Console()
    console.width = max(console.width, at_least)
    return console


def print_json(content: object) -> None:
    """Print for a program."""
    # What such an output cannot show would not be JSON any more.
    shows_all = codecs.lookup(sys.stdout.encoding).name.startswith("utf")
    typer.echo(json.dumps(content, ensure_ascii=not shows_all, indent=2))
