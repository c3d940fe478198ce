"""What the processes tell people, through a real channel on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from number_orders.runtime.web_ui import WebUi
from number_orders.workflows.contract import workflow_id
from tests.bridge.bridges import push
from tests.bridge.orders import idle_order
from tests.conftest import ACCESS_KEY, BRIDGE_KEYS
from tests.support.channel import Channel
from tests.support.command import COMMAND, EXAMPLES, environment, run
from tests.support.processes import Processes
from tests.support.until import until

WEB_UI = WebUi("https://temporal.example", "empty")


@pytest.fixture
def settings(
    temporal: WorkflowEnvironment, sandbox_url: str, store_url: str, channel: Channel
) -> dict[str, str]:
    return {
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        # In a namespace of its own, so that no other worker takes the orders.
        "TEMPORAL_NAMESPACE": WEB_UI.namespace,
        "TEMPORAL_UI_URL": WEB_UI.root,
        "STORE_URL": store_url,
        "NOTIFY_URLS": channel.url,
        "TENIOS_BASE_URL": sandbox_url,
        "TENIOS_ACCESS_KEY": ACCESS_KEY,
        "BRIDGE_PUBLIC_URL": "https://bridge.example",
        "BRIDGE_KEYS": BRIDGE_KEYS,
        "BRIDGE_PORT": "0",
    }


async def _told(channel: Channel) -> str:
    """The first message, once there is one."""

    async def is_told() -> str:
        assert channel.received
        return str(json.loads(channel.received[0])["message"])

    return await until(is_told)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path)
    yield processes
    processes.stop_all()


async def test_worker(
    tmp_path: Path,
    processes: Processes,
    settings: dict[str, str],
    channel: Channel,
    location_id: str,
) -> None:
    """A message of an order ends with its page, in the namespace that the worker works in."""
    processes.start("worker", [COMMAND, "worker"], environment(settings))
    order = str(EXAMPLES / "cologne.json")
    started = await run(tmp_path, "start", order, "--location-id", location_id, **settings)
    assert started.code == 0, started.errors

    async def is_rejected() -> None:
        rejected = await run(tmp_path, "reject", location_id, "--by", "ann", **settings)
        assert rejected.code == 0, rejected.errors

    await until(is_rejected)
    assert (await _told(channel)).splitlines()[-1] == WEB_UI.order(workflow_id(location_id))


async def test_bridge(
    temporal: WorkflowEnvironment,
    processes: Processes,
    settings: dict[str, str],
    channel: Channel,
) -> None:
    """A message about a dead letter ends with the page of the order that it is about."""
    client = Client(**{**temporal.client.config(), "namespace": WEB_UI.namespace})
    order = await idle_order(client, status="timed_out", ended=True)
    processes.start("bridge", [COMMAND, "bridge"], environment(settings))
    url = (await processes.says("bridge", "Listening on")).rpartition(" ")[2]
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
        await push(http, order.id)
    assert (await _told(channel)).splitlines()[-1] == WEB_UI.order(order.id)
