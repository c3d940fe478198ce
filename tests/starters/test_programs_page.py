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

from number_orders.evidence.store import EvidenceStore
from number_orders.starters import NumberOrders, errors
from number_orders.starters.existing import existing_order
from number_orders.workflows import messages
from number_orders.workflows.models import DocumentType, OrderStatus
from tests.conftest import serving
from tests.support.command import EXAMPLES, environment
from tests.support.order_driver import PDF, OrderDriver, order_fields
from tests.support.until import LONG_ENOUGH_SECONDS, until

PAGE = (Path(__file__).parents[2] / "docs" / "programs.md").read_text()


PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
FIVE_LINES, RESULT, WEB_VIEW, JOB, SCRIPT, MESSAGES = PROGRAMS


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
    said = capsys.readouterr().out
    assert said == f"cancelled None {driver.location_id} has no number: cancelled by ann.\n"


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
        for odd in (b"no JSON", b'{"document": "a"}'):
            assert (await http.post("/orders", content=odd)).status_code == 400
        assert (await http.post("/orders", json=[])).status_code == 422
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


@pytest.mark.usefixtures("settings")
async def test_messages(driver: OrderDriver, store: EvidenceStore, tmp_path: Path) -> None:
    """The page's messages reject, correct and cancel an order; the last one comes too late."""
    (tmp_path / "better.pdf").write_bytes(PDF + b"% better")
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    names = {
        **{kind: getattr(messages, kind) for kind in messages.__dict__ if kind[0].isupper()},
        "orders": NumberOrders(driver.temporal.client, store),
        "Path": Path,
        "DocumentType": DocumentType,
    }
    reject, correct, resolve = re.fullmatch(
        r"(.*?)(document = .*?)(found = .*)", MESSAGES, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    await _run(reject.replace("koeln-01", driver.location_id), names)
    await driver.until(OrderStatus.REJECTED)
    await _run(correct.replace("koeln-01", driver.location_id), names)
    with pytest.raises(errors.UserError, match="nothing was changed"):
        await _run(resolve.replace("koeln-01", driver.location_id), names)
    assert (await driver.result()).outcome is OrderStatus.CANCELLED


async def test_other_data(driver: OrderDriver, settings: dict[str, str], tmp_path: Path) -> None:
    """The script does not take an order of other data for the one that it was given."""
    await driver.start()
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "contract.pdf").write_bytes(PDF)
    fields = {**order_fields(driver.location_id), "zip": "50668", "document": "contract.pdf"}
    (tmp_path / "order.json").write_text(json.dumps(fields))
    script = await asyncio.create_subprocess_exec(
        *(sys.executable, "script.py", "order.json"),
        cwd=tmp_path,
        env=environment(settings),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await script.communicate()
    assert (script.returncode, b"other data: ('address',)" in said) == (1, True), said


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
    table = PAGE.partition("## What is raised")[2]
    named = set(re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE))
    told = {name for cell in named for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(errors.__all__) - {"UserError"}
    assert all(issubclass(getattr(errors, name), errors.UserError) for name in errors.__all__)
