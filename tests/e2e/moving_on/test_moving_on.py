"""An order may wait for years: it moves on to a new run, with everything that is pending."""

import asyncio
import functools
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from number_orders.runtime.messenger import Messenger
from number_orders.workflows.calls import LONGEST_PAUSE
from number_orders.workflows.contract import LOCATION_ID, ORDER_STATUS, VERIFICATION_ID
from number_orders.workflows.inbox import KEPT_OF_EACH_KIND
from number_orders.workflows.messages import AddressCorrection, Completed, Placed
from number_orders.workflows.models import Deadlines, OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.e2e.moving_on.conftest import EVENTS
from tests.e2e.test_to_the_end import Held
from tests.histories.scenario import until_a_call_failed
from tests.support.order_driver import OrderDriver
from tests.support.sharing import first_number, start_second, until_awaited
from tests.support.until import until

_SOON = Deadlines(approval_reminder=timedelta(minutes=1))


async def _runs(driver: OrderDriver) -> set[WorkflowExecutionStatus | None]:
    """How the ended runs of the order ended."""
    found = driver.temporal.client.list_workflows(f"WorkflowId = '{driver.handle.id}'")
    return {run.status async for run in found if run.close_time is not None}


async def _move_on(driver: OrderDriver) -> OrderSnapshot:
    """Remind people so often that the order moves on."""
    before = (await driver.handle.describe()).run_id
    for _ in range(50):
        await driver.forward(timedelta(minutes=1))
        if (await driver.handle.describe()).run_id != before:
            return await driver.status()
    raise AssertionError("the order stays in its run")


async def _flood(driver: OrderDriver) -> OrderSnapshot:
    """Send so many pushes that the order moves on."""
    before = (await driver.handle.describe()).run_id
    for number in range(100):
        await driver.push({"order_id": 1, "n": number})
        if (await driver.handle.describe()).run_id != before:
            return await driver.status()
    raise AssertionError("the order stays in its run")


async def test_waiting_for_approval(driver: OrderDriver) -> None:
    """Messages, status and search attributes are the same after moving on twice."""
    await driver.start(deadlines=_SOON)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True, verification_id="another")
    before = await driver.until_message()
    await _move_on(driver)
    after = await _move_on(driver)

    assert after == before
    assert await _runs(driver) == {WorkflowExecutionStatus.CONTINUED_AS_NEW}
    attributes = (await driver.handle.describe()).typed_search_attributes
    assert attributes[ORDER_STATUS] == "awaiting_approval"
    assert attributes[LOCATION_ID] == driver.location_id
    assert attributes[VERIFICATION_ID] == after.verification_id


async def test_whole_lifecycle(driver: OrderDriver) -> None:
    """An order that has moved on is approved, placed once and completed."""
    await driver.start(deadlines=_SOON)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await _move_on(driver)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED
    assert len(await driver.order_posts()) == 1


async def test_decision_made_before(driver: OrderDriver) -> None:
    """A decision that came in before the order moved on is not asked for again afterwards."""
    await driver.behave("/verification/create", refuse_status=403, times=1000)
    await driver.start(deadlines=_SOON)
    await driver.decide(approved=False, reason="early")
    await until_a_call_failed(driver)
    await _move_on(driver)
    await driver.behave_well()
    await driver.forward(LONGEST_PAUSE)

    assert (await driver.until(OrderStatus.REJECTED)).reason == "rejected by ann: early"


async def test_call_that_is_repeated_for_years(driver: OrderDriver) -> None:
    """The order call goes on in the new run where nothing was sent, and is sent once."""
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.start(deadlines=_SOON)
    await driver.approve()
    await driver.until(OrderStatus.PLACING_ORDER)
    await until_a_call_failed(driver)
    await _move_on(driver)
    await _move_on(driver)
    await driver.behave_well()
    await driver.forward(LONGEST_PAUSE)
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await driver.order_posts()].count(200) == 1


async def test_unknown_outcome(driver: OrderDriver) -> None:
    """An order of which nobody knows whether it was placed is not sent by the new run."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start(deadlines=_SOON)
    await driver.approve()
    before = await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    after = await _move_on(driver)
    assert (after.status, after.reason, after.since) == (before.status, before.reason, before.since)

    await driver.resolve(Placed(order_id=str((await driver.at_tenios())["id"])))
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert len(await driver.order_posts()) == 1


async def _placed(driver: OrderDriver, **changes: Any) -> OrderSnapshot:
    snapshot = await driver.placed(**changes)
    assert snapshot.due_at is not None
    return snapshot


async def test_waiting_for_the_push(driver: OrderDriver) -> None:
    """The deadline of the placed order stays what it was, however many pushes come."""
    before = await _placed(driver)
    after = await _flood(driver)
    assert (after.status, after.due_at) == (before.status, before.due_at)

    await driver.forward(timedelta(hours=24))
    await driver.until(OrderStatus.OVERDUE)
    overdue = await _flood(driver)
    assert overdue.status is OrderStatus.OVERDUE
    await driver.complete()
    assert (await driver.result()).outcome is OrderStatus.COMPLETED


async def test_waiting_for_the_number(driver: OrderDriver) -> None:
    """TENIOS' word that the order is completed is not forgotten when the order moves on."""
    before = await _placed(driver)
    await driver.push({"order_id": before.order_id})
    waiting = await driver.until(OrderStatus.AWAITING_NUMBER)
    after = await _flood(driver)
    assert (after.status, after.due_at) == (waiting.status, waiting.due_at)

    await driver.forward(timedelta(days=7))
    result = await driver.result()
    assert (result.outcome, result.phone_number) == (OrderStatus.COMPLETED, None)


async def test_wish_to_cancel(driver: OrderDriver) -> None:
    """An order that was cancelled while nobody knew its number gives that back in a later run."""
    await _placed(driver)
    await driver.cancel()
    await _flood(driver)
    await driver.complete()
    number = (await driver.at_tenios())["phone_number"]
    result = await driver.result()

    assert (result.outcome, result.phone_number) == (OrderStatus.CANCELLED, number)
    assert result.cancellation_date is not None


async def test_giving_back(driver: OrderDriver) -> None:
    """A person who is asked for the number is still asked after the order has moved on."""
    await _placed(driver)
    await driver.cancel()
    await driver.push({"phone_number": "+493012345678"})
    before = await driver.until(OrderStatus.CANCELLING)
    after = await _flood(driver)
    assert (after.status, after.reason) == (before.status, before.reason)

    await driver.complete()
    await driver.resolve(Completed(phone_number=(await driver.at_tenios())["phone_number"]))
    assert (await driver.result()).outcome is OrderStatus.CANCELLED


async def test_correction(driver: OrderDriver) -> None:
    """A rejected order is corrected in the new run, in its second round, with its deadline."""
    await driver.start(deadlines=_SOON)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    before = await driver.until(OrderStatus.REJECTED)
    for _ in range(40):
        await driver.handle.signal("no_such_signal")
    await driver.until_message(20)
    assert await _runs(driver) == {WorkflowExecutionStatus.CONTINUED_AS_NEW}
    after = await driver.status()
    assert (after.status, after.due_at) == (before.status, before.due_at)

    await driver.resubmit(area_code="30", address=AddressCorrection(city="Berlin", zip="10115"))
    again = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert again.earlier_verification_ids == (before.verification_id,)
    assert again.rounds_left == before.rounds_left - 1


async def test_cancelled_while_nobody_knows(driver: OrderDriver) -> None:
    """A cancelled order of which nobody knows still counts what came for it before it moved on."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start(deadlines=_SOON)
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    await driver.push(b"")
    await driver.cancel()
    order = await driver.at_tenios()
    await _move_on(driver)
    await driver.resolve(Placed(order_id=str(order["id"])))
    await driver.until(OrderStatus.AWAITING_NUMBER)
    await driver.resolve(Completed(phone_number=order["phone_number"]))

    assert (await driver.status()).phone_number == order["phone_number"]
    assert len(await driver.order_posts()) == 1


async def test_cancelled_while_it_moves_on(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Temporal's cancellation counts although the order waits only for a message to be sent."""
    message = Held(monkeypatch, Messenger, "send")
    await driver.start(deadlines=_SOON)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    jumping = asyncio.create_task(driver.forward(timedelta(minutes=1)))
    await message.asked.wait()
    for number in range(EVENTS):
        await driver.handle.signal("whatever", number)
    await driver.until_message(min(EVENTS, KEPT_OF_EACH_KIND))
    await driver.handle.cancel()

    async def is_cancelled() -> None:
        assert (await driver.status()).cancellation is not None

    await until(is_cancelled)
    message.released.set()

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    await jumping


async def test_number_that_was_not_taken_back(driver: OrderDriver) -> None:
    """What TENIOS has answered to the cancellation of a number is not asked again in a new run."""
    await driver.placed(deadlines=_SOON)
    await driver.behave("/number/cancel", refuse_status=200, times=100)
    await driver.cancel()
    await driver.complete()
    await driver.until_reason("not asked for again")
    await _flood(driver)
    snapshot = await driver.until_reason("not asked for again")
    await driver.behave_well()

    assert snapshot.status is OrderStatus.CANCELLING
    assert len(await driver.cancel_posts()) == 1


async def _is_called(driver: OrderDriver, activity: str) -> None:
    described = (await driver.handle.describe()).raw_description
    assert activity in {call.activity_type.name for call in described.pending_activities}


async def test_leading_number(driver: OrderDriver) -> None:
    """Whoever waits for a number that moves on just then is told all the same, and at once."""
    await driver.start()
    await start_second(driver)
    await until_awaited(driver)
    second = driver.handle
    async with first_number(driver):
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        # Its history becomes long while the order is being placed.
        await driver.behave("/number/order", answer_latency_seconds=2)
        await driver.approve()
        await until(functools.partial(_is_called, driver, "place_order"))
        await asyncio.gather(*(driver.handle.signal("unknown", n) for n in range(EVENTS)))
        first = await driver.until(OrderStatus.AWAITING_COMPLETION)
        assert await _runs(driver)
    assert driver.handle is second
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == first.verification_id
