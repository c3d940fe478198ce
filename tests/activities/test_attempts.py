"""The attempt ledger: at most one order POST per attempt, whoever runs the activity again."""

import asyncio

import pytest
from temporalio.testing import ActivityEnvironment

from number_orders.activities.order_store import StoreDiffersError
from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.activities.tenios import WorkerWasFrozenError
from number_orders.evidence.attempts import OwnAttempt
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.tenios import errors
from number_orders.workflows.activity_interface import (
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    Refused,
    SubmitVerification,
)
from number_orders.workflows.calls import AT_TENIOS
from number_orders.workflows.models import DocumentType
from number_orders.workflows.shared_verifications import LookForVerification
from tests.activities.vendor import Vendor
from tests.conftest import BRIDGE_KEYS
from tests.support.order_driver import PDF, VERIFIED
from tests.support.until import until


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
    document = await store.keep_document(PDF, DocumentType.CONTRACT)
    request = SubmitVerification(data=VERIFIED, document=document, store_id="another")
    with pytest.raises(StoreDiffersError, match="STORE_URL"):
        await ActivityEnvironment().run(vendor.calls.submit_verification, request)


async def test_another_store_for_a_verification_of_before(store: EvidenceStore) -> None:
    """A worker with another store does not say that there is no verification."""
    request = LookForVerification(workflow_id="a", data=VERIFIED, store_id="another")
    with pytest.raises(StoreDiffersError, match="STORE_URL"):
        await ActivityEnvironment().run(SharedVerifications(store).look_for_verification, request)


async def test_worker_that_stood_still(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was frozen until others may think it dead sends nothing; the next one does."""

    async def stands_still(attempt: OwnAttempt) -> bool:
        attempt.began_at -= AT_TENIOS["heartbeat_timeout"]
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

    async def has_begun() -> None:
        assert list(vendor.folder.glob("attempts/*/*.intent"))

    placing = asyncio.create_task(environment.run(vendor.calls.place_order, vendor.request))
    await until(has_begun)
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


async def test_slow_twin_before_not_placed(vendor: Vendor) -> None:
    """A slow twin's order counts, although a person has found none, and nothing is sent again."""
    await vendor.behave(after_accepting="fail")
    assert isinstance(await vendor.place(), OutcomeUnknown)
    answer = OrderPlaced(order_id="1").model_dump_json()
    (vendor.folder / "attempts" / "test" / "000001.outcome").write_text(answer)
    assert (await vendor.find_not_placed()).answer == OrderPlaced(order_id="1")
    assert await vendor.orders() == 1


async def test_entry_without_content(vendor: Vendor) -> None:
    """An intent that a power cut left empty is an intent all the same: nothing is sent."""
    ledger = vendor.folder / "attempts" / "test"
    ledger.mkdir(parents=True)
    (ledger / "000001.intent").touch()
    assert isinstance(await vendor.place(), OutcomeUnknown)
    assert await vendor.orders() == 0
    assert isinstance(await vendor.place(settled_attempt=1), OrderPlaced)
