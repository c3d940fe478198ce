"""The first change that was made under running orders: the patch `status-since`."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from activities.tenios import TeniosCalls
from runtime.callback_keys import CallbackKeys
from runtime.evidence_store import EvidenceStore
from tenios.client import TeniosClient
from tests.conftest import BRIDGE_KEYS
from tests.histories.commands import commands, patches
from tests.histories.committed import files, read
from tests.histories.scenario import until_a_call_failed
from tests.office import PDF, Office, order_input
from workflows.contract import STATUS_SINCE, STATUS_SINCE_PATCH, workflow_id
from workflows.models import OrderStatus
from workflows.number_order import NumberOrder

Workers = Callable[[bool], Worker]


async def test_begun_with_it(office: Office) -> None:
    """An order says since when it has been in its status."""
    await office.placed()
    placed = await office.status()
    description = await office.handle.describe()

    assert description.typed_search_attributes.get(STATUS_SINCE) == placed.since


async def test_from_the_start(office: Office) -> None:
    """Before an order has changed its status, it says when it was started."""
    await office.behave("/verification/create", refuse_status=403, times=1000)
    before = datetime.now(UTC)
    await office.start()
    after = datetime.now(UTC)
    description = await office.handle.describe()
    await office.behave_well()

    since = description.typed_search_attributes.get(STATUS_SINCE)
    assert since is not None
    assert before <= since <= after


@pytest.fixture
def workers(
    temporal: WorkflowEnvironment,
    tenios: TeniosClient,
    store: EvidenceStore,
    bridge_url: str,
    location_id: str,
) -> Workers:
    """Workers of one order's own queue; without the patch they write what those before it wrote."""
    calls = TeniosCalls(tenios, store, CallbackKeys.parse(BRIDGE_KEYS), bridge_url)

    def worker(patched: bool) -> Worker:
        return Worker(
            temporal.client,
            task_queue=location_id,
            workflows=[NumberOrder],
            activities=[calls.submit_verification, calls.withdraw_order],
            patch_activation_callback=lambda _: patched,
        )

    return worker


async def start(office: Office, store: EvidenceStore) -> None:
    """Start an order whose queue only the test's own workers poll."""
    order = order_input(office.location_id, await store.put_document(PDF), await store.identity())
    with office.temporal.with_time_skipping_disabled():
        office.handle = await office.temporal.client.start_workflow(
            NumberOrder.run,
            order,
            id=workflow_id(office.location_id),
            task_queue=office.location_id,
        )


def recorded(era: str, name: str = "ended.cancelled.before_the_order") -> WorkflowHistory:
    [file] = [file for file in files(era) if file.stem == name]
    return read(file)


def kinds(history: WorkflowHistory) -> list[str]:
    return [command.kind for command in commands(history)]


def upserts(history: WorkflowHistory) -> list[str]:
    return [str(command) for command in commands(history) if command.kind.startswith("upsert")]


async def test_in_flight(office: Office, store: EvidenceStore, workers: Workers) -> None:
    """An order that changed its status before the patch goes on as it was begun."""
    async with workers(False):
        await start(office, store)
        await office.until(OrderStatus.AWAITING_APPROVAL)
    async with workers(True):
        await office.cancel()
        await office.result()
    history = await office.handle.fetch_history()

    assert patches(history) == set()
    assert kinds(history) == kinds(recorded("001-first-orders"))
    assert upserts(history) == upserts(recorded("001-first-orders"))


async def test_in_flight_in_its_first_status(
    office: Office, store: EvidenceStore, workers: Workers
) -> None:
    """An order that has not changed its status before the patch goes on with it."""
    await office.behave("/verification/create", refuse_status=403, times=1000)
    async with workers(False):
        await start(office, store)
        await until_a_call_failed(office)
    await office.behave_well()
    async with workers(True):
        await office.until(OrderStatus.AWAITING_APPROVAL)
        await office.cancel()
        await office.result()
    history = await office.handle.fetch_history()

    assert patches(history) == {STATUS_SINCE_PATCH}
    assert upserts(history) == upserts(recorded("002-status-since"))


async def test_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build from before the patch cannot go on with an order that has it, and says so."""
    monkeypatch.setattr(workflow, "patched", lambda _: False)
    replayer = Replayer(workflows=[NumberOrder], data_converter=pydantic_data_converter)
    history = recorded("002-status-since", "waiting.awaiting_approval.undecided")

    with pytest.raises(workflow.NondeterminismError, match=r"patch marker .*status-since"):
        await replayer.replay_workflow(history)
