"""Links into Temporal's Web UI, in what commands print."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.runtime.web_ui import WebUi
from number_orders.starters.executions import orders_query
from number_orders.starters.ready_lists import ready_lists
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.models import OrderStatus
from tests.support.command import EXAMPLES, run
from tests.support.order_driver import OrderDriver

URL = "https://temporal.example/ui"


@pytest.fixture
def settings(temporal: WorkflowEnvironment, store_url: str) -> dict[str, str]:
    return {
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        "STORE_URL": store_url,
        "TEMPORAL_UI_URL": f"{URL}/",
    }


def _query(address: str) -> str:
    [query] = parse_qs(urlsplit(address).query)["query"]
    return query


async def test_status(driver: OrderDriver, tmp_path: Path, settings: dict[str, str]) -> None:
    """`status` ends with the order's page, and without the setting it says the same but that."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    shown = await run(tmp_path, "status", driver.location_id, **settings)
    page = WebUi(URL, "default").order(driver.handle.id)
    assert shown.output.splitlines()[-1] == f"  Web UI: {page}"
    del settings["TEMPORAL_UI_URL"]
    without = await run(tmp_path, "status", driver.location_id, **settings)
    assert without.output == shown.output.replace(f"  Web UI: {page}\n", "")


async def test_list(location_id: str, tmp_path: Path, settings: dict[str, str]) -> None:
    """`list` ends with the same list in the Web UI, whether anything is in it or not."""
    ended = await run(
        tmp_path, "list", "--status", "overdue", "--batch-id", location_id, **settings
    )
    empty, link = ended.output.splitlines()
    assert empty == "No orders."
    assert link.startswith(f"Web UI: {URL}/namespaces/default/workflows?")
    assert _query(link) == orders_query(status="overdue", batch_id=location_id)


@pytest.mark.usefixtures("working")
async def test_start(location_id: str, tmp_path: Path, settings: dict[str, str]) -> None:
    """`start` names the order's page below what comes next, of an order that was there, too."""
    arguments = ("start", str(EXAMPLES / "cologne.json"), "--location-id", location_id)
    started = await run(tmp_path, *arguments, **settings)
    again = await run(tmp_path, *arguments, **settings)
    page = WebUi(URL, "default").order(workflow_id(location_id))
    for ended, says in ((started, "Started "), (again, "nothing was changed")):
        said, link = ended.output.splitlines()
        assert says in said
        assert link == f"Web UI: {page}"


async def test_wrong_address(location_id: str, tmp_path: Path, settings: dict[str, str]) -> None:
    """A wrong address is said before an order is started."""
    arguments = ("start", str(EXAMPLES / "cologne.json"), "--location-id", location_id)
    refused = await run(tmp_path, *arguments, **settings | {"TEMPORAL_UI_URL": "temporal.example"})
    assert (refused.code, refused.output) == (2, "")
    assert "TEMPORAL_UI_URL is wrong" in refused.errors
    shown = await run(tmp_path, "status", location_id, **settings)
    assert "There is no order" in shown.errors


async def test_ready_lists(tmp_path: Path) -> None:
    """`web-ui` prints each ready list on a line of its own, without asking Temporal."""
    settings = {
        "TEMPORAL_UI_URL": URL,
        "TEMPORAL_NAMESPACE": "numbers",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    ended = await run(tmp_path, "web-ui", "--batch-id", "spring", **settings)
    assert (ended.code, ended.errors) == (0, "")
    printed = dict(line.rsplit(maxsplit=1) for line in ended.output.splitlines())
    assert {name: _query(address) for name, address in printed.items()} == ready_lists("spring")
    assert all(f"{URL}/namespaces/numbers/workflows?" in address for address in printed.values())


async def test_without_an_address(tmp_path: Path) -> None:
    """Without the setting `web-ui` says in one line which one is missing."""
    ended = await run(tmp_path, "web-ui")
    assert (ended.code, ended.output) == (2, "")
    assert "TEMPORAL_UI_URL is missing" in ended.errors
    assert ended.errors.count("\n") == 1
