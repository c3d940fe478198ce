"""The attempt ledger: at most one order POST per attempt, whoever runs the activity again."""

import asyncio

import pytest
from obstore.store import LocalStore, ObjectStore
from temporalio.testing import ActivityEnvironment

from number_orders.activities.tenios import StoreDiffersError, WorkerWasFrozenError
from number_orders.evidence.attempts import OwnAttempt
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.tenios import errors
from number_orders.workflows.activity_interface import (
    Found,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    Refused,
    SubmitVerification,
)
from number_orders.workflows.calls import CALL
from number_orders.workflows.messages import Placed
from tests.activities.channel import Channel
from tests.activities.vendor import Vendor
from tests.conftest import BRIDGE_KEYS
from tests.support.office import PDF, order_input


async def test_lost_result_heals(vendor: Vendor) -> None:
    """Run again after its result was lost, the activity returns the recorded answer."""
    first = await vendor.place()
    assert isinstance(first, OrderPlaced)
    assert await vendor.place() == first
    assert await vendor.orders() == 1


@pytest.mark.parametrize("trouble", ["hang", "close", "fail", "garbage"])
async def test_ambiguous_outcome(
    vendor: Vendor, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an ambiguous answer every further run reports an unknown outcome and sends nothing."""
    if trouble == "hang":
        monkeypatch.setattr(vendor.client, "_call_limit_seconds", 2)
    await vendor.behave(after_accepting=trouble)
    assert isinstance(await vendor.place(), OutcomeUnknown)
    assert isinstance(await vendor.place(), OutcomeUnknown)
    assert await vendor.orders() == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, errors.CredentialsRefused), (404, errors.MethodUnknown), (429, errors.Throttled)],
)
async def test_nothing_happened(
    vendor: Vendor, status: int, expected: type[errors.TeniosError]
) -> None:
    """Where TENIOS provably did nothing, the attempt may begin again."""
    await vendor.behave(refuse_status=status)
    with pytest.raises(expected):
        await vendor.place()
    assert isinstance(await vendor.place(), OrderPlaced)
    assert await vendor.orders() == 1


async def test_refusal_is_not_repeated(vendor: Vendor) -> None:
    """TENIOS' refusal is returned again without another call; the next attempt is a new one."""
    await vendor.behave(refuse_status=400, refuse_code="INVALID_VALUE")
    assert isinstance(await vendor.place(), Refused)
    assert isinstance(await vendor.place(), Refused)
    assert isinstance(await vendor.place(settled_attempt=1), OrderPlaced)


async def test_further_attempt(vendor: Vendor) -> None:
    """After a person settled an attempt, one more is sent, and only one."""
    await vendor.behave(after_accepting="fail")
    assert isinstance(await vendor.place(), OutcomeUnknown)
    placed = await vendor.place(settled_attempt=1)
    assert isinstance(placed, OrderPlaced)
    assert await vendor.place(settled_attempt=1) == placed
    # A reset workflow remembers no settling; the latest attempt tells.
    assert await vendor.place() == placed
    assert await vendor.orders() == 2


async def test_earlier_workflow(vendor: Vendor) -> None:
    """An order that an earlier workflow of this id placed is named, and nothing is sent."""
    placed = await vendor.place()
    assert isinstance(placed, OrderPlaced)
    answer = await vendor.place(lineage="run-2")
    assert isinstance(answer, OutcomeUnknown)
    assert f"placed order {placed.order_id}" in answer.reason
    assert await vendor.orders() == 1


async def test_earlier_workflow_that_placed_nothing(vendor: Vendor) -> None:
    """An earlier workflow's refused order does not stand in the way."""
    await vendor.behave(refuse_status=400, refuse_code="INVALID_VALUE")
    assert isinstance(await vendor.place(), Refused)
    assert isinstance(await vendor.place(lineage="run-2"), OrderPlaced)


async def test_withdrawn(vendor: Vendor) -> None:
    """A withdrawn order is not sent by anybody; one that was sent cannot be withdrawn."""
    assert isinstance(await vendor.withdraw(), OrderWithdrawn)
    assert isinstance(await vendor.place(), OrderWithdrawn)
    assert await vendor.orders() == 0
    placed = await vendor.place(settled_attempt=1)
    assert isinstance(placed, OrderPlaced)
    assert await vendor.withdraw() == placed


async def test_withdrawal_stands(vendor: Vendor) -> None:
    """Whatever is tried after a withdrawal, who has not heard of that sends nothing."""
    assert isinstance(await vendor.withdraw(), OrderWithdrawn)
    await vendor.behave(refuse_status=403)
    with pytest.raises(errors.CredentialsRefused):
        await vendor.place(settled_attempt=1)
    assert isinstance(await vendor.place(), OrderWithdrawn)
    assert await vendor.orders() == 0


async def test_many_failures_leave_no_trace(vendor: Vendor) -> None:
    """While a key is wrong for days, the ledger does not grow."""
    await vendor.behave(refuse_status=403, times=10)
    for _ in range(10):
        with pytest.raises(errors.CredentialsRefused):
            await vendor.place()
    assert len(list(vendor.folder.glob("attempts/*/*"))) == 2  # intent and outcome of the last


async def test_another_store(vendor: Vendor) -> None:
    """A worker whose store is not the order's sends nothing."""
    with pytest.raises(StoreDiffersError, match="STORE_URL"):
        await vendor.place(store_id="another")
    assert await vendor.orders() == 0


async def test_another_store_for_the_verification(vendor: Vendor, store: EvidenceStore) -> None:
    """A worker whose store is not the order's does not submit the verification either."""
    order = order_input("a", await store.put_document(PDF), "another")
    request = SubmitVerification(
        address=order.address, area_code=order.area_code, document=order.document
    )
    with pytest.raises(StoreDiffersError, match="STORE_URL"):
        await ActivityEnvironment().run(vendor.calls.submit_verification, request)


async def test_two_workers_at_once(vendor: Vendor) -> None:
    """Of two workers that run the same task one sends; the other sends nothing."""
    await vendor.behave(latency_seconds=0.5)
    answers = await asyncio.gather(vendor.place(), vendor.place())
    assert sorted(answer.kind for answer in answers) == ["placed", "unknown"]
    assert await vendor.orders() == 1


async def test_worker_that_stood_still(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was frozen until others may think it dead sends nothing; the next one does."""

    async def stands_still(attempt: OwnAttempt) -> bool:
        attempt.began_at -= CALL["heartbeat_timeout"]
        return True

    monkeypatch.setattr(OwnAttempt, "may_be_sent", stands_still)
    with pytest.raises(WorkerWasFrozenError):
        await vendor.place()
    assert await vendor.orders() == 0
    monkeypatch.undo()
    assert isinstance(await vendor.place(), OrderPlaced)


async def test_cancelled_in_the_midst_of_the_call(vendor: Vendor) -> None:
    """An order call that Temporal cancels goes on to its end, and its answer is not lost."""
    await vendor.behave(latency_seconds=0.5)
    environment = ActivityEnvironment()
    placing = asyncio.create_task(environment.run(vendor.calls.place_order, vendor.request))
    while not list(vendor.folder.glob("attempts/*/*.intent")):
        await asyncio.sleep(0.01)
    environment.cancel()
    assert isinstance((await placing).answer, OrderPlaced)
    assert isinstance(await vendor.place(), OrderPlaced)
    assert await vendor.orders() == 1


async def test_refusal_that_repeats_the_secrets(vendor: Vendor) -> None:
    """Where TENIOS' words repeat the callback's address or secret, nobody gets to read it."""
    callback = CallbackKeys.parse(BRIDGE_KEYS).callback("test")
    await vendor.behave(refuse_status=400, refuse_code="X", repeat_request=True)
    answer = await vendor.place()
    assert isinstance(answer, Refused)
    assert "push_url" in answer.message
    assert callback.token not in answer.message
    assert callback.secret not in answer.message


class StandingStore(EvidenceStore):
    """A store in which the first execution stands still after it has looked."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store)
        self.looked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def list(self, folder: str) -> list[str]:
        keys = await super().list(folder)
        if not self.looked.is_set():
            self.looked.set()
            await self.go_on.wait()
        return keys


@pytest.mark.parametrize("method", ["place", "withdraw"])
async def test_execution_that_stood_still_after_it_looked(vendor: Vendor, method: str) -> None:
    """What another execution did since the ledger was read is not stepped over."""
    standing = StandingStore(LocalStore(vendor.folder))
    usual, vendor.calls = vendor.calls, vendor.calls_with(standing)
    first = asyncio.create_task(getattr(vendor, method)())
    await standing.looked.wait()
    vendor.calls = usual
    placed = await vendor.place()
    standing.go_on.set()

    assert await first == placed
    assert await vendor.orders() == 1


class StoreBeforeTheOrder(EvidenceStore):
    """A store in which an execution stands still when it looks right before it sends."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store)
        self.listings = 0
        self.looked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def list(self, folder: str) -> list[str]:
        self.listings += 1
        # One for what is known, one for what is the latest.
        if self.listings == 3:
            self.looked.set()
            await self.go_on.wait()
        return await super().list(folder)


async def test_not_placed_while_a_worker_stood_still(vendor: Vendor) -> None:
    """A worker that stood still before it sent does not, once a person has found nothing."""
    standing = StoreBeforeTheOrder(LocalStore(vendor.folder))
    usual, vendor.calls = vendor.calls, vendor.calls_with(standing)
    slow = asyncio.create_task(vendor.place())
    await standing.looked.wait()
    vendor.calls = usual
    assert isinstance((await vendor.find_not_placed()).answer, Found)
    standing.go_on.set()

    with pytest.raises(WorkerWasFrozenError):
        await slow
    assert await vendor.orders() == 0
    assert isinstance(await vendor.place(settled_attempt=1), OrderPlaced)


async def test_slow_twin_before_not_placed(vendor: Vendor) -> None:
    """A slow twin's order counts, although a person has found none, and nothing is sent again."""
    await vendor.behave(after_accepting="fail")
    assert isinstance(await vendor.place(), OutcomeUnknown)
    answer = OrderPlaced(order_id="1").model_dump_json()
    (vendor.folder / "attempts" / "test" / "000001.outcome").write_text(answer)
    assert (await vendor.find_not_placed()).answer == OrderPlaced(order_id="1")
    assert await vendor.orders() == 1


async def test_slow_twin_after_not_placed(vendor: Vendor, channel: Channel) -> None:
    """A slow twin's order is taken, although a person had found none, and people are told."""
    vendor.calls = vendor.calls_with(EvidenceStore.open(vendor.folder.as_uri()), channel.url)
    await vendor.behave(latency_seconds=1)
    slow = asyncio.create_task(vendor.place())
    while not await vendor.orders_asked_for():
        await asyncio.sleep(0.01)
    assert isinstance((await vendor.find_not_placed()).answer, Found)
    placed = await slow

    assert isinstance(placed, OrderPlaced)
    assert await vendor.place(settled_attempt=1) == placed
    assert await vendor.orders() == 1
    [told] = channel.received
    assert f"order {placed.order_id} after ann had resolved it as not_placed" in told


async def test_slow_twin_of_the_order_that_was_found(vendor: Vendor, channel: Channel) -> None:
    """An answer with the order that a person has found already is no news to anybody."""
    vendor.calls = vendor.calls_with(EvidenceStore.open(vendor.folder.as_uri()), channel.url)
    await vendor.behave(answer_latency_seconds=1)
    slow = asyncio.create_task(vendor.place())
    while await vendor.orders() == 0:
        await asyncio.sleep(0.01)
    [order] = (await vendor.http.get("/_sandbox/orders")).json()
    order_id = str(order["id"])
    await vendor.find(Placed(order_id=order_id))

    assert await slow == OrderPlaced(order_id=order_id)
    assert channel.received == []


@pytest.mark.parametrize("method", ["place", "withdraw"])
async def test_number_that_only_looks_free(vendor: Vendor, method: str) -> None:
    """Who takes a number that others have cleared away gets the answer of those ahead."""
    standing = StandingStore(LocalStore(vendor.folder))
    usual, vendor.calls = vendor.calls, vendor.calls_with(standing)
    first = asyncio.create_task(getattr(vendor, method)())
    await standing.looked.wait()
    vendor.calls = usual
    await vendor.behave(refuse_status=403)
    with pytest.raises(errors.CredentialsRefused):
        await vendor.place()
    placed = await vendor.place()
    standing.go_on.set()

    assert await first == placed
    assert await vendor.orders() == 1


async def test_entry_without_content(vendor: Vendor) -> None:
    """An intent that a power cut left empty is an intent all the same: nothing is sent."""
    ledger = vendor.folder / "attempts" / "test"
    ledger.mkdir(parents=True)
    (ledger / "000001.intent").touch()
    assert isinstance(await vendor.place(), OutcomeUnknown)
    assert await vendor.orders() == 0
    assert isinstance(await vendor.place(settled_attempt=1), OrderPlaced)
