"""What is answered 2xx is never lost: it is in Temporal, or kept and forwarded later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from limits import RateLimitItemPerHour
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from number_orders.bridge.app import create_app
from number_orders.bridge.server import server_config
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.workflows.models import OrderStatus
from tests.bridge.orders import until_kept
from tests.conftest import BRIDGE_KEYS, serving
from tests.support.gate import Gate
from tests.support.order_driver import OrderDriver
from tests.support.until import until

KEYS = CallbackKeys.parse(BRIDGE_KEYS)


@asynccontextmanager
async def bridge(address: str, store: EvidenceStore) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge of the test's own."""
    client = await Client.connect(address, lazy=True, data_converter=pydantic_data_converter)
    app = create_app(client, KEYS, store, Messenger(SecretStr("")), secret_required=False)
    async with (
        serving(app, server_config) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http,
    ):
        yield http


@pytest.fixture
async def gate(temporal: WorkflowEnvironment) -> AsyncIterator[Gate]:
    gate = Gate(temporal.client.service_client.config.target_host)
    await gate.open()
    yield gate
    await gate.shut()


@pytest.fixture
def own_store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore.open(tmp_path.as_uri())


async def test_kept_and_forwarded(
    driver: OrderDriver, gate: Gate, own_store: EvidenceStore
) -> None:
    """While Temporal is away a push is kept and answered 202; then it completes its order."""
    snapshot = await driver.placed()
    path = KEYS.callback(driver.handle.id).path
    await gate.shut()
    async with bridge(gate.address, own_store) as http:
        push = {"order_id": snapshot.order_id, "phone_number": "+49221123456"}
        answer = await http.post(path, json=push)
        assert (answer.status_code, answer.json()["status"]) == (202, "kept")
        health = (await http.get("/health/ready")).json()
        assert health == {
            "status": "ready",
            "temporal": "away",
            "store": "usable",
            "pending": 1,
        }
        await gate.open()
        assert (await driver.result()).outcome is OrderStatus.COMPLETED
        await until_kept(own_store, "archive", 1)
    assert await KeptPushes(own_store).ids("pending") == []


async def test_forwarded_after_a_restart(
    driver: OrderDriver, gate: Gate, own_store: EvidenceStore
) -> None:
    """What one bridge kept, others hand over in order; several on one store do no harm."""
    await driver.placed()
    path = KEYS.callback(driver.handle.id).path
    await gate.shut()
    async with bridge(gate.address, own_store) as http:
        for n in (1, 2):
            await http.post(path, json={"status": "failed", "n": n})
    await gate.open()
    async with bridge(gate.address, own_store), bridge(gate.address, own_store):
        snapshot = await driver.until_message(3)
        await until_kept(own_store, "archive", 2)

    assert ['"n":1' in m.summary for m in snapshot.messages[1:]] == [True, False]


async def test_a_push_queues_behind_what_is_pending(
    driver: OrderDriver, gate: Gate, own_store: EvidenceStore
) -> None:
    """While something is pending, a push is kept at once, without asking Temporal first."""
    await driver.placed()
    path = KEYS.callback(driver.handle.id).path
    await gate.shut()
    async with bridge(gate.address, own_store) as http:
        answers = [await http.post(path, json={"n": n}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [202] * 5
    kept = KeptPushes(own_store)
    pushes = [await kept.read("pending", push_id) for push_id in await kept.ids("pending")]
    assert [push.delivery.delivery_id for push in pushes if push] == [
        answer.json()["delivery_id"] for answer in answers
    ]


async def test_unknown_order(temporal: WorkflowEnvironment, own_store: EvidenceStore) -> None:
    """A push for an order that Temporal does not know is kept as a dead letter."""
    address = temporal.client.service_client.config.target_host
    async with bridge(address, own_store) as http:
        answer = await http.post(KEYS.callback("number-order:nobody").path, json={"order_id": 1})
        assert answer.status_code == 202
        [push_id] = await until_kept(own_store, "dead", 1)
    push = await KeptPushes(own_store).read("dead", push_id)
    assert push is not None
    assert push.workflow_id == "number-order:nobody"


async def test_ended_order(driver: OrderDriver, own_store: EvidenceStore) -> None:
    """A push for an order that has its number is archived and acknowledged."""
    await driver.placed()
    await driver.complete()
    await driver.result()
    async with bridge_to(driver, own_store) as http:
        answer = await http.post(KEYS.callback(driver.handle.id).path, json={"late": True})
        assert (answer.status_code, "already ended" in answer.text) == (200, True)
    assert len(await KeptPushes(own_store).ids("archive")) == 1


async def test_order_that_ended_without_a_number(
    driver: OrderDriver, own_store: EvidenceStore
) -> None:
    """A push for an order that timed out is a dead letter: somebody has paid for its number."""
    await driver.placed()
    await driver.forward(timedelta(days=8))
    await driver.result()
    async with bridge_to(driver, own_store) as http:
        answer = await http.post(KEYS.callback(driver.handle.id).path, json={"late": True})
        assert answer.status_code == 202
    assert len(await KeptPushes(own_store).ids("dead")) == 1


@asynccontextmanager
async def bridge_to(driver: OrderDriver, store: EvidenceStore) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge that has looked once and found nothing pending, so that it asks Temporal first."""
    async with bridge(driver.temporal.client.service_client.config.target_host, store) as http:
        await until_drained(http)
        yield http


async def until_drained(http: httpx.AsyncClient) -> None:
    async def is_drained() -> None:
        assert (await http.get("/health/ready")).json()["pending"] == 0

    await until(is_drained)


async def test_neither_temporal_nor_store(gate: Gate, tmp_path: Path) -> None:
    """If the push can be put nowhere it is refused with 503, so that TENIOS may repeat it."""
    store = EvidenceStore.open(tmp_path.as_uri())
    await gate.shut()
    (tmp_path / "callbacks").write_text("a file where a folder should be")
    async with bridge(gate.address, store) as http:
        answer = await http.post(KEYS.callback("number-order:a").path, json={})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert (await http.get("/health/ready")).status_code == 503


async def test_store_that_is_silent(
    driver: OrderDriver, own_store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store does not answer, the bridge is ready and pushes are delivered."""
    await driver.placed()
    async with bridge_to(driver, own_store) as http:
        monkeypatch.setattr("number_orders.bridge.app._STORE_LIMIT_SECONDS", 0.05)
        monkeypatch.setattr(own_store, "list", lambda _: asyncio.Event().wait())
        health = await http.get("/health/ready")
        assert (health.status_code, health.json()["store"]) == (200, "not usable")
        answer = await http.post(KEYS.callback(driver.handle.id).path, json={})
        assert (answer.status_code, answer.json()["status"]) == (200, "delivered")


async def test_temporal_that_is_silent(own_store: EvidenceStore) -> None:
    """A Temporal that takes connections and never answers keeps no bridge out of its proxy."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1024):
            pass
        writer.close()

    silent = await asyncio.start_server(listen, "127.0.0.1", 0)
    address = "127.0.0.1:{1}".format(*silent.sockets[0].getsockname())
    async with bridge(address, own_store) as http:
        # The proxy waits 5 s.
        health = await http.get("/health/ready", timeout=5)
        assert (health.status_code, health.json()["temporal"]) == (200, "away")
        answer = await http.post(KEYS.callback("number-order:a").path, json={})
        assert (answer.status_code, answer.json()["status"]) == (202, "kept")
    silent.close()


async def test_unreadable_file(temporal: WorkflowEnvironment, own_store: EvidenceStore) -> None:
    """A pending file that nobody can read blocks nothing: it becomes a dead letter."""
    broken = f"20261125T120000000000Z-{'0' * 16}"
    await own_store.create(f"callbacks/pending/{broken}.json", b"{")
    async with bridge(temporal.client.service_client.config.target_host, own_store):
        assert await until_kept(own_store, "dead", 1) == [broken]


async def test_files_that_are_not_ours(
    temporal: WorkflowEnvironment, own_store: EvidenceStore
) -> None:
    """What somebody else left beside the pushes is no push, and no dead letter."""
    ours = f"20261125T120000000000Z-{'0' * 16}"
    names = (
        ".DS_Store",
        "._x.json",
        "x.json",
        f"._{ours}.json",
        f"{ours}.json.tmp",
        f"a/{ours}.json",
    )
    for place in ("pending", "dead"):
        for name in names:
            await own_store.create(f"callbacks/{place}/{name}", b"{")
    async with bridge(temporal.client.service_client.config.target_host, own_store) as http:
        await until_drained(http)
        answer = await http.post(KEYS.callback("number-order:nobody").path, json={})
        assert answer.json()["status"] == "kept"
        await until_kept(own_store, "dead", 1)
    assert len(await own_store.list("callbacks/pending")) == len(names)


async def test_flood(driver: OrderDriver, own_store: EvidenceStore) -> None:
    """More pushes than any order gets are refused, but not TENIOS' own nor another order's."""
    await driver.placed()
    address = driver.temporal.client.service_client.config.target_host
    async with bridge(address, own_store) as http:
        path = KEYS.callback(driver.handle.id).path
        flood = [await http.post(path, json={"n": n, "status": "failed"}) for n in range(65)]
        codes = [answer.status_code for answer in flood]
        own = await http.post(path, json={"push_secret": KEYS.callback(driver.handle.id).secret})
        other = await http.post(KEYS.callback("number-order:other").path, json={})
    assert (codes.count(429), own.status_code, other.status_code) == (5, 200, 202)


async def test_refused_pushes_do_not_count(
    gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What we answered 401 or 503, and TENIOS has to send again, uses up nothing of the hour's."""
    monkeypatch.setattr("number_orders.bridge.app._FLOOD", RateLimitItemPerHour(2))
    store = EvidenceStore.open(tmp_path.as_uri())
    callback = KEYS.callback("number-order:a")
    await gate.shut()
    (tmp_path / "callbacks").write_text("a file where a folder should be")
    async with bridge(gate.address, store) as http:

        async def push(**fields: str) -> int:
            return (await http.post(callback.path, json=fields)).status_code

        assert [await push() for _ in range(4)] == [503] * 4
        assert [await push(push_secret="wrong") for _ in range(4)] == [401] * 4
        (tmp_path / "callbacks").unlink()
        assert [await push() for _ in range(3)] == [202, 202, 429]
