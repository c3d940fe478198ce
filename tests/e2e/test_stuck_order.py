"""An order that does not come through: `BAD_CREDENTIALS` may mean another wrong identifier.

TENIOS refuses such an order for its verification with the words for a wrong key, and no waiting
helps: people correct it, or approve another verification.
"""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.activity_interface import OrderAttempt, OrderPlaced, PlaceOrder
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.histories.scenario import until_a_call_failed
from tests.support.order_driver import OrderDriver
from tests.support.until import until
from tests.tenios.test_client import verification_request

TEN_MINUTES = timedelta(minutes=10)
AGAIN_AND_AGAIN = ("place_order", "place_order")
"""The first tries of a call, and then without end."""


async def stuck(driver: OrderDriver) -> OrderSnapshot:
    """Approve what TENIOS has not approved, which it refuses as if the key were wrong."""
    await driver.behave("/number/order", wrong_verification_as="BAD_CREDENTIALS", times=1000)
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True)
    snapshot = await driver.until(OrderStatus.PLACING_ORDER)
    await until_a_call_failed(driver)
    return snapshot


async def another_approved(driver: OrderDriver, tenios: TeniosClient) -> str:
    """Another verification, which TENIOS has approved."""
    created = await tenios.create_verification(verification_request())
    assert created.verification_id is not None
    await driver.approve_at_tenios(created.verification_id)
    return created.verification_id


async def scheduled(driver: OrderDriver) -> list[str]:
    """The calls of the order, in the order in which they were made."""
    history = await driver.handle.fetch_history()
    names = [
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
    ]
    return [name for name in names if name not in {"", "notify"}]


async def accepted(driver: OrderDriver) -> list[str]:
    """The verifications for which TENIOS has taken an order."""
    posts = await driver.order_posts()
    return [post["body"]["verification_id"] for post in posts if post["status"] == 200]


async def test_corrected(driver: OrderDriver) -> None:
    """After ten minutes it can be corrected; the attempt is withdrawn before."""
    first = await stuck(driver)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resubmit(area_code="30")
    assert "it can be corrected from" in str(refused.value.cause)
    await driver.forward(TEN_MINUTES)
    await driver.resubmit(area_code="30")
    again = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert again.earlier_verification_ids == (first.verification_id,)
    assert again.rounds_left == first.rounds_left - 1
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.behave_well()

    assert await accepted(driver) == [again.verification_id]
    assert await scheduled(driver) == [
        "submit_verification",
        *AGAIN_AND_AGAIN,
        "withdraw_order",
        "submit_verification",
        "place_order",
    ]


async def test_push_meanwhile(driver: OrderDriver) -> None:
    """That a call does not come through stays to be seen while a push is read beside it."""
    await stuck(driver)

    async def told() -> None:
        await driver.forward(TEN_MINUTES)
        assert any("not come through" in note for note in (await driver.status()).attention)

    await until(told)
    await driver.handle.signal(
        ORDER_COMPLETED,
        PushDelivery(
            delivery_id="1",
            received_at=datetime.now(UTC),
            body=base64.b64encode(b'{"status": "pending"}').decode(),
            authenticated_by="url",
        ),
    )

    async def is_read() -> OrderSnapshot:
        snapshot = await driver.status()
        assert [message for message in snapshot.messages if "pending" in message.summary]
        return snapshot

    snapshot = await until(is_read)
    assert any("not come through" in note for note in snapshot.attention)
    await driver.behave_well()


async def test_another_verification(driver: OrderDriver, tenios: TeniosClient) -> None:
    """After ten minutes another verification's approval takes its place, in the same round."""
    first = await stuck(driver)
    early, wanted = [await another_approved(driver, tenios) for _ in range(2)]
    await driver.decide(approved=True, verification_id=early)
    before = await driver.until_message(2)
    assert before.verification_id == first.verification_id
    assert before.messages[1].effect.startswith("not applied: the current verification is")
    await driver.forward(TEN_MINUTES)
    assert (await driver.status()).verification_id == first.verification_id
    await driver.decide(approved=True, verification_id=wanted)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.behave_well()

    assert (placed.verification_id, placed.rounds_left) == (wanted, first.rounds_left)
    assert await accepted(driver) == [wanted]
    assert await scheduled(driver) == [
        "submit_verification",
        *AGAIN_AND_AGAIN,
        "withdraw_order",
        "place_order",
    ]


async def test_two_other_verifications(driver: OrderDriver, tenios: TeniosClient) -> None:
    """Each approval of another verification counts once, and none comes back by itself."""
    await stuck(driver)
    await driver.forward(TEN_MINUTES)
    await driver.decide(approved=True, verification_id="not-approved-at-tenios")
    await driver.until_verification("not-approved-at-tenios")
    wanted = await another_approved(driver, tenios)
    await driver.decide(approved=True, verification_id=wanted)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.behave_well()

    assert placed.verification_id == wanted
    assert await accepted(driver) == [wanted]
    assert (await scheduled(driver)).count("withdraw_order") == 2


async def test_healed_before_it_was_corrected(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction that comes when TENIOS has just taken the order changes nothing any more."""
    first = await stuck(driver)
    await driver.forward(TEN_MINUTES)
    withdraw = AttemptLedger.withdraw

    async def withdraw_too_late(self: AttemptLedger, request: PlaceOrder) -> OrderAttempt:
        own = await self.begin(request)
        assert isinstance(own, OwnAttempt)
        await own.record(OrderPlaced(order_id="4711"))
        return await withdraw(self, request)

    monkeypatch.setattr(AttemptLedger, "withdraw", withdraw_too_late)
    await driver.resubmit(area_code="30")
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.behave_well()

    assert (placed.order_id, placed.verification_id) == ("4711", first.verification_id)
    assert "The correction came too late: TENIOS has the order." in placed.attention
    assert await accepted(driver) == []


async def test_corrected_and_cancelled(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order that is cancelled while its correction is being prepared is not submitted again."""
    first = await stuck(driver)
    await driver.forward(TEN_MINUTES)
    withdraw = AttemptLedger.withdraw
    asked, may_go_on = asyncio.Event(), asyncio.Event()

    async def late(self: AttemptLedger, request: PlaceOrder) -> OrderAttempt:
        asked.set()
        await may_go_on.wait()
        return await withdraw(self, request)

    monkeypatch.setattr(AttemptLedger, "withdraw", late)
    await driver.resubmit(area_code="30")
    await asked.wait()
    await driver.cancel()
    may_go_on.set()
    result = await driver.result()
    await driver.behave_well()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.verification_id == first.verification_id
    assert result.earlier_verification_ids == ()
    assert (await scheduled(driver)).count("submit_verification") == 1
