"""`callbacks reread`: what was parked is read again, after the table of words was extended."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.common import RawValue
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.push_judgement import PushReading
from tests.bridge.orders import idle_order, signals
from tests.conftest import BRIDGE_KEYS
from tests.support.command import run
from tests.support.until import until

KEYS = CallbackKeys.parse(BRIDGE_KEYS)
BODY = b'{"order_id":7,"number":"+492211234567","status":"completed"}'
READ_BEFORE = PushReading(excerpt="as it was", objection="its status is no known success")
READ_NOW = PushReading(
    excerpt=BODY.decode(), order_ids=("7",), phone_numbers=("+492211234567",), success=True
)


@pytest.fixture
def settings(temporal: WorkflowEnvironment, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "store").mkdir()
    return {
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        "STORE_URL": (tmp_path / "store").as_uri(),
    }


def parked(workflow_id: str, body: bytes = BODY) -> ReceivedPush:
    """A push that was read with a smaller table."""
    return ReceivedPush.of(KEYS.callback(workflow_id), content_of(body), {}, "url").with_reading(
        READ_BEFORE
    )


async def readings(order: WorkflowHandle[Any, Any]) -> list[PushReading | None]:
    return [PushDelivery.model_validate_json(one).reading for one in await signals(order)]


async def test_reread_kept(
    temporal: WorkflowEnvironment, tmp_path: Path, settings: dict[str, str]
) -> None:
    """A kept push is handed over with what it says now, which is shown beside what it said."""
    order = await idle_order(temporal.client)
    kept = KeptPushes(EvidenceStore.open(settings["STORE_URL"]))
    push_id = await kept.keep(parked(order.id), "dead")
    done = await run(tmp_path, "callbacks", "reread", push_id, **settings)
    assert (done.code, done.errors) == (0, "")
    assert "says order 7; number +492211234567; completed" in done.output
    assert "before: to be looked at: its status is no known success" in done.output
    assert await readings(order) == [READ_NOW]
    archived = await kept.read("archive", push_id)
    assert archived is not None
    assert archived.delivery.reading == READ_NOW
    assert await kept.ids("dead") == []


async def test_reread_for_an_order_that_takes_it_not(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    """A push that no order takes stays where it is."""
    kept = KeptPushes(EvidenceStore.open(settings["STORE_URL"]))
    push_id = await kept.keep(parked("number-order:nobody"), "dead")
    done = await run(tmp_path, "callbacks", "reread", push_id, **settings)
    assert (done.code, done.errors.count("\n")) == (1, 1)
    assert "the push stays where it is (dead)" in done.errors
    assert await kept.ids("dead") == [push_id]


async def test_reread_what_an_order_has(
    temporal: WorkflowEnvironment, tmp_path: Path, settings: dict[str, str]
) -> None:
    """What an order has is taken from its history; only what changed is handed over again."""
    order = await idle_order(temporal.client)
    unchanged = ReceivedPush.of(KEYS.callback(order.id), content_of(b'{"n":1}'), {}, "url").delivery
    for delivery in (parked(order.id).delivery, unchanged):
        await order.signal(ORDER_COMPLETED, delivery)
    await order.signal(ORDER_COMPLETED, "no delivery")
    location = order.id.removeprefix("number-order:")
    done = await run(tmp_path, "callbacks", "reread", "--order", location, **settings)
    assert (done.code, done.errors) == (0, "")
    assert done.output.count("handed over with what it says now") == 1
    sent = [PushDelivery.model_validate_json((await signals(order))[-1])]
    assert [(one.delivery_id, one.reading) for one in sent] == [
        (parked(order.id).delivery.delivery_id, READ_NOW)
    ]
    again = await run(tmp_path, "callbacks", "reread", "--order", location, **settings)
    assert "handed over" not in again.output
    assert len(await signals(order)) == 4


@workflow.defn(name="Continued")
class Continued:
    """Goes on in a new run once it has a signal."""

    def __init__(self) -> None:
        self.received = 0

    @workflow.signal(dynamic=True)
    async def any_signal(self, _: str, __: Sequence[RawValue]) -> None:
        self.received += 1

    @workflow.run
    async def run(self, runs: int) -> None:
        await workflow.wait_condition(lambda: self.received > 0)
        if runs > 1:
            workflow.continue_as_new(runs - 1)
        await workflow.wait_condition(lambda: False)


async def test_reread_what_an_earlier_run_has(
    temporal: WorkflowEnvironment, tmp_path: Path, settings: dict[str, str], location_id: str
) -> None:
    """A push that came before the order was continued in a new history is found there."""
    client = temporal.client
    worker = Worker(
        client,
        task_queue=location_id,
        workflows=[Continued],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        with temporal.with_time_skipping_disabled():
            order = await client.start_workflow(
                Continued.run, 3, id=f"number-order:{location_id}", task_queue=location_id
            )
        current = client.get_workflow_handle(order.id)
        run_id = (await current.describe()).run_id

        async def is_continued() -> str:
            now = (await current.describe()).run_id
            assert now != run_id
            return now

        for body in (BODY, b'{"status":"done"}'):
            await current.signal(ORDER_COMPLETED, parked(order.id, body).delivery)
            run_id = await until(is_continued)
        done = await run(tmp_path, "callbacks", "reread", "--order", location_id, **settings)
        assert (done.code, done.errors) == (0, "")
        assert done.output.count("handed over") == 2
        assert READ_NOW in await readings(current)
        await current.terminate()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "either the ID of a kept push, or --order"),
        (
            ["20261125T120000000000Z-0000000000000000", "--order", "y"],
            2,
            "either the ID of a kept push, or --order",
        ),
        (["../../etc/passwd"], 2, "expected one that number-orders callbacks shows"),
        (["20261125T120000000000Z-0000000000000000"], 1, "There is no readable push"),
        (["--order", "nowhere"], 1, "Temporal knows no order number-order:nowhere"),
    ],
)
async def test_wrong_use(
    tmp_path: Path, settings: dict[str, str], arguments: list[str], code: int, says: str
) -> None:
    """What cannot be reread is said in one line."""
    ended = await run(tmp_path, "callbacks", "reread", *arguments, **settings)
    assert (ended.code, ended.errors.count("\n")) == (code, 1)
    assert says in ended.errors


async def test_reread_of_an_ended_order(
    temporal: WorkflowEnvironment, tmp_path: Path, settings: dict[str, str]
) -> None:
    """An order that has ended takes no push any more, and the command says so."""
    order = await idle_order(temporal.client)
    await order.signal(ORDER_COMPLETED, parked(order.id).delivery)
    await order.terminate()
    location = order.id.removeprefix("number-order:")
    ended = await run(tmp_path, "callbacks", "reread", "--order", location, **settings)
    assert (ended.code, ended.errors.count("\n")) == (1, 1)
    assert "has ended" in ended.errors
