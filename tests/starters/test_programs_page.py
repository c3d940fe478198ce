"""The programs of docs/programs.md run as they stand there."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from number_orders.starters import errors
from number_orders.workflows.models import OrderStatus
from tests.support.office import Office

PAGE = (Path(__file__).parents[2] / "docs" / "programs.md").read_text()


async def _run(program: str, names: dict[str, Any]) -> None:
    code = compile(program, "programs.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    running = eval(code, names)  # noqa: S307 -- our own page
    if inspect.iscoroutine(running):
        await running


async def test_programs(
    office: Office,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One starts an order and the other one waits for its end."""
    start, wait = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    target = office.temporal.client.service_client.config.target_host
    monkeypatch.setenv("TEMPORAL_ADDRESS", target)
    monkeypatch.setenv("STORE_URL", store_url)
    names: dict[str, Any] = {}
    with office.temporal.with_time_skipping_disabled():
        await _run(start.replace("koeln-01", office.location_id), names)
    office.handle = names["started"].handle
    assert names["started"].created
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.cancel()
    await _run(wait.replace("koeln-01", office.location_id), names)
    assert names["result"].outcome is OrderStatus.CANCELLED
    assert capsys.readouterr().out == "cancelled None\n"


def test_errors() -> None:
    """The page names all errors of the tree, and nothing else that looks like one."""
    named = set(re.findall(r"^\| (`.*?) \|", PAGE, flags=re.MULTILINE))
    told = {name for cell in named for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(errors.__all__) - {"UserError"}
    assert all(issubclass(getattr(errors, name), errors.UserError) for name in errors.__all__)
