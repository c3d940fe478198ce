"""What a command imports: what it does not need would be waited for each time."""

import subprocess
import sys

import pytest

from number_orders.cli.main import COMMANDS, command

_SEEN = """
import contextlib, sys
from number_orders.cli.main import app, command
with contextlib.suppress(SystemExit):
    command(sys.argv[1]) if sys.argv[1:] else app(["--help"])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
_HEAVY = {
    "apprise",
    "babel",
    "httpx",
    "obstore",
    "openpyxl",
    "phonenumbers",
    "pydantic",
    "pypdf",
    "temporalio",
    "uvicorn",
    "xlsxwriter",
}


def _imported(*command: str) -> set[str]:
    seen = subprocess.run(
        [sys.executable, "-c", _SEEN, *command], check=True, capture_output=True, text=True
    )
    return set(seen.stdout.splitlines()[-1].split()) & _HEAVY


def test_help() -> None:
    """The list of commands needs none of them."""
    assert _imported() == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_line_in_the_list(name: str) -> None:
    """A command's line in the list is the first one of its own help."""
    assert COMMANDS[name].summary == command(name).help.partition("\n")[0]


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        ("list", {"obstore", "pydantic", "temporalio"}),
        ("status", {"obstore", "pydantic", "temporalio"}),
        ("approve", {"obstore", "pydantic", "temporalio"}),
        ("start", {"obstore", "pydantic", "temporalio"}),
        ("callbacks", {"obstore", "pydantic", "temporalio"}),
        ("document", {"obstore", "pydantic", "temporalio"}),
        ("plan", {"obstore", "pydantic", "temporalio"}),
        ("template", {"obstore", "pydantic", "temporalio"}),
        ("dev", {"httpx", "obstore", "pydantic", "temporalio"}),
        ("sandbox", {"httpx", "pydantic", "uvicorn"}),
        ("bridge", {"apprise", "obstore", "pydantic", "temporalio", "uvicorn"}),
        ("worker", {"apprise", "httpx", "obstore", "pydantic", "temporalio"}),
    ],
)
def test_command(command: str, needs: set[str]) -> None:
    """A command imports what it needs, and no other library that takes long."""
    assert _imported(command) == needs
