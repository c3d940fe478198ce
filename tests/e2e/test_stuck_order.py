"""An order that does not come through: `BAD_CREDENTIALS` may mean another wrong identifier.

TENIOS refuses such an order for its verification with the words for a wrong key, and no waiting
helps: people correct it, or approve another verification.
"""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.activity_interface import OrderAttempt, OrderPlaced, PlaceOrder
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.histories.scenario import until_a_call_failed
from tests.support.office import Office
from tests.tenios.test_client import verification_request

TEN_MINUTES = timedelta(minutes=10)


async def stuck(office: Office) -> OrderSnapshot:
    """Approve what TENIOS has not approved, which it refuses as if the key were wrong."""
    await office.behave("/number/order", wrong_verification_as="BAD_CREDENTIALS", times=1000)
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=True)
    snapshot = await office.until(OrderStatus.PLACING_ORDER)
    await until_a_call_failed(office)
    return snapshot


async def another_approved(office: Office, tenios: TeniosClient) -> str:
    """Another verification, which TENIOS has approved."""
    created = await tenios.create_verification(verification_request())
    assert created.verification_id is not None
    await office.approve_at_tenios(created.verification_id)
    return created.verification_id


async def scheduled(office: Office) -> list[str]:
    """The calls of the order, in the order in which they were made."""
    history = await office.handle.fetch_history()
    names = [
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
    ]
    return [name for name in names if name not in {"", "notify"}]


async def accepted(office: Office) -> list[str]:
    """The verifications for which TENIOS has taken an order."""
    posts = await office.order_posts()
    return [post["body"]["verification_id"] for post in posts if post["status"] == 200]


async def test_corrected(office: Office) -> None:
    """After ten minutes it can be corrected; the attempt is withdrawn before."""
    first = await stuck(office)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.resubmit(area_code="30")
    assert "it can be corrected from" in str(refused.value.cause)
    await office.forward(TEN_MINUTES)
    await office.resubmit(area_code="30")
    again = await office.until(OrderStatus.AWAITING_APPROVAL)
    assert again.earlier_verification_ids == (first.verification_id,)
    assert again.rounds_left == first.rounds_left - 1
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.behave_well()

    assert await accepted(office) == [again.verification_id]
    assert await scheduled(office) == [
        "submit_verification",
        "place_order",
        "withdraw_order",
        "submit_verification",
        "place_order",
    ]


async def test_another_verification(office: Office, tenios: TeniosClient) -> None:
    """After ten minutes another verification's approval takes its place, in the same round."""
    first = await stuck(office)
    early, wanted = [await another_approved(office, tenios) for _ in range(2)]
    await office.decide(approved=True, verification_id=early)
    before = await office.until_message(2)
    assert before.verification_id == first.verification_id
    assert before.messages[1].effect.startswith("not applied: the current verification is")
    await office.forward(TEN_MINUTES)
    assert (await office.status()).verification_id == first.verification_id
    await office.decide(approved=True, verification_id=wanted)
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.behave_well()

    assert (placed.verification_id, placed.rounds_left) == (wanted, first.rounds_left)
    assert await accepted(office) == [wanted]
    assert await scheduled(office) == [
        "submit_verification",
        "place_order",
        "withdraw_order",
        "place_order",
    ]


async def test_two_other_verifications(office: Office, tenios: TeniosClient) -> None:
    """Each approval of another verification counts once, and none comes back by itself."""
    await stuck(office)
    await office.forward(TEN_MINUTES)
    await office.decide(approved=True, verification_id="not-approved-at-tenios")
    await office.until_verification("not-approved-at-tenios")
    wanted = await another_approved(office, tenios)
    await office.decide(approved=True, verification_id=wanted)
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.behave_well()

    assert placed.verification_id == wanted
    assert await accepted(office) == [wanted]
    assert (await scheduled(office)).count("withdraw_order") == 2


async def test_healed_before_it_was_corrected(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction that comes when TENIOS has just taken the order changes nothing any more."""
    first = await stuck(office)
    await office.forward(TEN_MINUTES)
    withdraw = AttemptLedger.withdraw

    async def withdraw_too_late(self: AttemptLedger, request: PlaceOrder) -> OrderAttempt:
        own = await self.begin(request)
        assert isinstance(own, OwnAttempt)
        await own.record(OrderPlaced(order_id="4711"))
        return await withdraw(self, request)

    monkeypatch.setattr(AttemptLedger, "withdraw", withdraw_too_late)
    await office.resubmit(area_code="30")
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.behave_well()

    assert (placed.order_id, placed.verification_id) == ("4711", first.verification_id)
    assert "The correction came too late: TENIOS has the order." in placed.attention
    assert await accepted(office) == []


async def test_corrected_and_cancelled(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that is cancelled while its correction is being prepared is not submitted again."""
    first = await stuck(office)
    await office.forward(TEN_MINUTES)
    withdraw = AttemptLedger.withdraw
    asked, may_go_on = asyncio.Event(), asyncio.Event()

    async def late(self: AttemptLedger, request: PlaceOrder) -> OrderAttempt:
        asked.set()
        await may_go_on.wait()
        return await withdraw(self, request)

    monkeypatch.setattr(AttemptLedger, "withdraw", late)
    await office.resubmit(area_code="30")
    await asked.wait()
    await office.cancel()
    may_go_on.set()
    result = await office.result()
    await office.behave_well()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.verification_id == first.verification_id
    assert result.earlier_verification_ids == ()
    assert (await scheduled(office)).count("submit_verification") == 1
