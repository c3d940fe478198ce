"""The order of a workflow's commands must not depend on Python's version: a replay compares it."""

import ast
from pathlib import Path

import pytest

WORKFLOWS = Path(__file__).parents[2] / "workflows"

# They run for another number of turns of the event loop on 3.11 than on 3.12.
DIFFERENT = {"wait_for", "timeout", "timeout_at", "gather", "wait", "as_completed", "TaskGroup"}


@pytest.mark.parametrize("file", sorted(WORKFLOWS.glob("*.py")), ids=lambda file: file.stem)
def test_waits(file: Path) -> None:
    """Workflow code waits with conditions without a timeout, and with timers of its own."""
    for call in (
        node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)
    ):
        called = ast.unparse(call.func)
        module, _, name = called.rpartition(".")
        assert module != "asyncio" or name not in DIFFERENT, f"{called} in line {call.lineno}"
        if name == "wait_condition":
            assert not [keyword for keyword in call.keywords if keyword.arg == "timeout"], called
