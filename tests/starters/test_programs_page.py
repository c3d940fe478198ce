"""The programs of docs/programs.md run as they stand there."""

import ast
import asyncio
import base64
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from number_orders.starters import errors
from number_orders.starters.existing import existing_order
from number_orders.workflows.models import OrderStatus
from tests.conftest import serving
from tests.support.command import EXAMPLES, environment
from tests.support.order_driver import PDF, OrderDriver, order_fields
from tests.support.until import LONG_ENOUGH_SECONDS, until

PAGE = (Path(__file__).parents[2] / "docs" / "programs.md").read_text()


PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
FIVE_LINES, RESULT, WEB_VIEW, JOB, SCRIPT = PROGRAMS


@pytest.fixture
async def settings(
    driver: OrderDriver, store_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, str]:
    """The settings that a program reads from its environment, in a folder without `.env`."""
    await driver.store.identity()
    target = driver.temporal.client.service_client.config.target_host
    settings = {"TEMPORAL_ADDRESS": target, "STORE_URL": store_url}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(EXAMPLES)
    return settings


async def _run(program: str, names: dict[str, Any]) -> None:
    code = compile(program, "programs.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    running = eval(code, names)  # noqa: S307 -- our own page
    if inspect.iscoroutine(running):
        await running


@pytest.mark.usefixtures("settings")
async def test_five_lines(driver: OrderDriver, capsys: pytest.CaptureFixture[str]) -> None:
    """One starts an order and the other one waits for its end."""
    names: dict[str, Any] = {}
    await _run(FIVE_LINES.replace("koeln-01", driver.location_id), names)
    driver.handle = names["started"].handle
    assert names["started"].created
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    await _run(RESULT.replace("koeln-01", driver.location_id), names)
    assert names["result"].outcome is OrderStatus.CANCELLED
    assert capsys.readouterr().out == "cancelled None\n"


@pytest.mark.usefixtures("settings")
async def test_web_view(driver: OrderDriver) -> None:
    """It starts and shows orders, and says by field what is wrong."""
    names: dict[str, Any] = {}
    await _run(WEB_VIEW, names)
    fields = {**order_fields(driver.location_id), "document": base64.b64encode(PDF).decode()}
    async with (
        serving(names["app"]) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=LONG_ENOUGH_SECONDS) as http,
    ):
        refused = await http.post("/orders", json={**fields, "zip": "1067", "colour": "red"})
        assert (refused.status_code, set(refused.json())) == (422, {"colour", "zip"})
        assert (await http.get(f"/orders/{driver.location_id}")).status_code == 404
        first, second = [(await http.post("/orders", json=fields)).json() for _ in range(2)]
        driver.handle = driver.typed_handle()
        shown = (await http.get(f"/orders/{driver.location_id}")).json()
    assert (first["created"], second) == (True, {"created": False, "differences": []})
    assert shown["area_code"] == "221"
    await driver.cancel()


@pytest.mark.usefixtures("settings")
async def test_synchronous_job(driver: OrderDriver) -> None:
    """It connects in each call, in any thread, and a second call finds the order."""
    names: dict[str, Any] = {}
    await _run(JOB, names)
    fields = {**order_fields(driver.location_id), "document": PDF}
    created = [await asyncio.to_thread(names["order_number"], fields) for _ in range(2)]
    driver.handle = driver.typed_handle()
    assert created == [True, False]
    await driver.cancel()


async def test_script(driver: OrderDriver, settings: dict[str, str], tmp_path: Path) -> None:
    """It is killed, and started again with the same file, and then tells the order's end."""
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "contract.pdf").write_bytes(PDF)
    fields = {**order_fields(driver.location_id), "document": "contract.pdf"}
    (tmp_path / "order.json").write_text(json.dumps(fields))

    async def started() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "script.py", "order.json"),
            env=environment(settings),
            stdout=asyncio.subprocess.PIPE,
        )

    driver.handle = driver.typed_handle()
    script = await started()

    async def is_there() -> None:
        assert await existing_order(driver.temporal.client, driver.handle.id)

    await until(is_there)
    script.kill()
    await script.wait()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    script = await started()
    await driver.cancel()
    output, _ = await script.communicate()
    assert (script.returncode, output) == (0, b"cancelled None\n")


def test_errors() -> None:
    """The page names all errors of the tree, and nothing else that looks like one."""
    named = set(re.findall(r"^\| (`.*?) \|", PAGE, flags=re.MULTILINE))
    told = {name for cell in named for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(errors.__all__) - {"UserError"}
    assert all(issubclass(getattr(errors, name), errors.UserError) for name in errors.__all__)
