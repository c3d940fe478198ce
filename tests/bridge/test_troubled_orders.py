"""A push that its order does not take is kept, and holds up no other order's."""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import PauseWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from number_orders.bridge import temporal_delivery
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.contract import SEARCH_ATTRIBUTES
from number_orders.workflows.messages import PushDelivery
from tests.bridge.bridges import Told, bridge, bridge_that_keeps, push
from tests.bridge.orders import idle_order, signals, until_kept
from tests.support.until import until


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore.open(tmp_path.as_uri())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between two tries are short."""
    monkeypatch.setattr("number_orders.bridge.forwarder._ORDER_BACKOFF_SECONDS", (0.05, 0.2))
    monkeypatch.setattr("number_orders.bridge.forwarder._LOOK_EVERY_SECONDS", 0.1)
    monkeypatch.setattr("number_orders.bridge.dead_letters._LOOK_EVERY_SECONDS", 0.1)
    monkeypatch.setattr("number_orders.bridge.dead_letters._BACKOFF_SECONDS", (0.05, 0.1))


@pytest.fixture
def looking_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is looked at before each push."""
    monkeypatch.setattr("number_orders.bridge.app._USUAL_BYTES", -1)


async def until_signalled(order: WorkflowHandle[Any, Any], count: int) -> None:
    async def has_been() -> None:
        assert len(await signals(order)) == count

    await until(has_been)


async def until_told(told: Told, count: int) -> None:
    async def were_told() -> None:
        assert len(told.messages) >= count, told.messages

    await until(were_told)


@pytest.mark.usefixtures("looking_first")
async def test_one_order_holds_up_no_other(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While an order takes nothing, its pushes wait in order and others' are handed over."""
    monkeypatch.setattr(temporal_delivery, "_HISTORY_BYTES_AT_MOST", 20_000)
    full = await idle_order(temporal.client, size=40_000)
    free = await idle_order(temporal.client)
    async with bridge(temporal.client, store) as http:
        assert [await push(http, full.id, n=n) for n in range(3)] == ["kept"] * 3
        await push(http, free.id)
        await until_signalled(free, 1)
        assert await signals(full) == []
        await until_kept(store, "pending", 3)
        monkeypatch.setattr(temporal_delivery, "_HISTORY_BYTES_AT_MOST", 200_000)
        await until_signalled(full, 3)
    deliveries = [PushDelivery.model_validate_json(signal) for signal in await signals(full)]
    assert [one.reading.excerpt for one in deliveries if one.reading] == [
        '{"n":0}',
        '{"n":1}',
        '{"n":2}',
    ]


@pytest.mark.parametrize(("size", "taken"), [(10, 3), (5000, 0)])
async def test_usual_pushes(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    taken: int,
) -> None:
    """Three small pushes an hour are not worth a look at the order; further or large ones are."""
    monkeypatch.setattr(temporal_delivery, "_HISTORY_BYTES_AT_MOST", 20_000)
    full = await idle_order(temporal.client, size=40_000)
    async with bridge(temporal.client, store) as http:
        answers = [await push(http, full.id, n=n, more="x" * size) for n in range(5)]
    assert answers == ["delivered"] * taken + ["kept"] * (5 - taken)


@pytest.mark.usefixtures("looking_first")
async def test_an_order_behind(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A push of an order of which another bridge left something queues behind that."""
    monkeypatch.setattr(temporal_delivery, "_HISTORY_BYTES_AT_MOST", 20_000)
    full = await idle_order(temporal.client, size=40_000)
    async with bridge(temporal.client, store) as http:
        await push(http, full.id, n=1)
    async with bridge(temporal.client, store) as http:
        calls = []
        monkeypatch.setattr("number_orders.bridge.intake.deliver", lambda *_, **__: calls.append(1))
        assert await push(http, full.id, n=2) == "kept"
        assert calls == []


async def test_order_that_was_paused(store: EvidenceStore) -> None:
    """A paused order, whose status the SDK cannot name, takes its push; a full one's is kept."""
    binary = shutil.which("temporal", path=str(Path(sys.executable).parent))
    async with await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
        dev_server_existing_path=binary,
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowPauseEnabled=true"),
            *("--dynamic-config-value", "history.maximumSignalsPerExecution=1"),
        ],
    ) as environment:
        order = await idle_order(environment.client)
        await environment.client.workflow_service.pause_workflow_execution(
            PauseWorkflowExecutionRequest(
                namespace=environment.client.namespace, workflow_id=order.id, request_id="1"
            )
        )
        with pytest.raises(ValueError, match="is not a valid"):
            await order.describe()
        async with bridge(environment.client, store) as http:
            assert await push(http, order.id) == "delivered"
            # One more than an order takes before it is continued in a new run.
            assert await push(http, order.id, n=2) == "kept"
            assert len(await KeptPushes(store).ids("pending")) == 1


@pytest.mark.usefixtures("looking_first")
async def test_whatever_a_signal_raises(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A push whose handing over fails in a way that nobody foresaw is kept, and others are not."""
    odd, plain = await idle_order(temporal.client), await idle_order(temporal.client)
    described = temporal_delivery._described  # noqa: SLF001 -- the call to Temporal that is to fail

    async def fails(client: Client, workflow_id: str) -> Any:
        if workflow_id == odd.id:
            raise ValueError("8 is not a valid WorkflowExecutionStatus")
        return await described(client, workflow_id)

    monkeypatch.setattr(temporal_delivery, "_described", fails)
    async with bridge(temporal.client, store) as http:
        assert await push(http, odd.id) == "kept"
        await push(http, plain.id)
        await until_signalled(plain, 1)
        [pending] = await until_kept(store, "pending", 1)
    kept = await KeptPushes(store).read("pending", pending)
    assert kept is not None
    assert kept.workflow_id == odd.id


async def test_order_that_was_continued(
    temporal: WorkflowEnvironment, store: EvidenceStore
) -> None:
    """A push goes to the run that an order has now, whatever became of those before."""
    order = await idle_order(temporal.client)
    await order.terminate()
    again = await temporal.client.start_workflow("NumberOrder", id=order.id, task_queue="nobody")
    async with bridge(temporal.client, store) as http:
        assert await push(http, order.id) == "delivered"
    assert len(await signals(again)) == 1


async def test_namespace_that_is_missing(
    temporal: WorkflowEnvironment, store: EvidenceStore
) -> None:
    """Where Temporal knows no namespace, which is a mistake in the settings, pushes wait."""
    config = temporal.client.config()
    client = Client(**{**config, "namespace": "missing"})
    told = Told()
    async with bridge(client, store, told) as http:
        assert await push(http, "number-order:a") == "kept"
        assert len(await KeptPushes(store).ids("pending")) == 1
    assert await KeptPushes(store).ids("dead") == []


async def test_told_until_it_was(
    temporal: WorkflowEnvironment, store: EvidenceStore, impatient: None
) -> None:
    """People are told of a dead letter until the telling succeeded, and then no more."""
    told = Told(failures=3)
    async with bridge(temporal.client, store, told) as http:
        await push(http, "number-order:nobody")
        await until_told(told, 1)
        await push(http, "number-order:nobody-else")
        await until_told(told, 2)
    assert "number-order:nobody: Temporal knows no such order" in told.messages[0]
    assert told.orders == [None, None]


async def test_told_of_an_order(
    temporal: WorkflowEnvironment, store: EvidenceStore, impatient: None
) -> None:
    """A message about a dead letter is about its order, which has a page if Temporal knows it."""
    order = await idle_order(temporal.client, status="timed_out", ended=True)
    told = Told()
    async with bridge(temporal.client, store, told) as http:
        await push(http, order.id)
        await until_told(told, 1)
    assert f"{order.id}: the order has ended without a number" in told.messages[0]
    assert told.orders == [order.id]


async def test_told_of_what_nobody_can_read(
    temporal: WorkflowEnvironment, store: EvidenceStore, impatient: None
) -> None:
    """A dead letter that cannot be read is told of, and names no order to look at."""
    broken = f"20261125T120000000000Z-{'0' * 16}"
    await store.create(f"callbacks/pending/{broken}.json", b"{")
    told = Told()
    async with bridge(temporal.client, store, told):
        await until_told(told, 1)
    assert broken in told.messages[0]
    assert told.orders == [None]


async def test_told_after_a_restart(
    temporal: WorkflowEnvironment, store: EvidenceStore, impatient: None
) -> None:
    """A dead letter that nobody was told of is told after a restart; one that was told is not."""
    async with bridge(temporal.client, store, Told(failures=10_000)) as http:
        await push(http, "number-order:nobody")
    told = Told()
    async with bridge(temporal.client, store, told):
        await until_told(told, 1)

        async def is_marked() -> None:
            assert not await KeptPushes(store).untold()

        await until(is_marked)
    again = Told()
    async with bridge(temporal.client, store, again) as http:
        await push(http, "number-order:nobody-else")
        await until_told(again, 1)
    assert "nobody-else" in again.messages[0]


async def test_store_that_fails_at_one_push(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kept push that the store does not give holds up no other."""
    orders = [await idle_order(temporal.client) for _ in range(2)]
    kept = KeptPushes(store)
    monkeypatch.setattr(
        "number_orders.bridge.forwarder.deliver", lambda *_, **__: asyncio.Event().wait()
    )
    async with bridge_that_keeps(temporal.client, store) as http:
        for order in orders:
            await push(http, order.id)
    monkeypatch.undo()
    broken, _ = await kept.ids("pending")
    read = EvidenceStore.read

    async def fails(self: EvidenceStore, key: str, **limits: float | None) -> bytes | None:
        if broken in key:
            raise OSError("no right")
        return await read(self, key, **limits)

    monkeypatch.setattr(EvidenceStore, "read", fails)
    async with bridge(temporal.client, store):
        await until_kept(store, "archive", 1)
    assert await kept.ids("pending") == [broken]


async def test_store_that_fails_altogether(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While nobody can tell what is pending, what comes goes to Temporal."""
    order = await idle_order(temporal.client)

    async def fails(_: str) -> list[str]:
        raise OSError("away")

    monkeypatch.setattr(store, "list", fails)
    async with bridge(temporal.client, store) as http:
        assert await push(http, order.id) == "delivered"
