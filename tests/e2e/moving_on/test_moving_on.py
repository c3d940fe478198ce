"""An order may wait for years: it moves on to a new run, with everything that is pending."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from number_orders.runtime.messenger import Messenger
from number_orders.workflows.contract import LOCATION_ID, ORDER_STATUS, VERIFICATION_ID
from number_orders.workflows.inbox import KEPT_OF_EACH_KIND
from number_orders.workflows.messages import AddressCorrection, Completed, Placed
from number_orders.workflows.models import Deadlines, OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.e2e.moving_on.conftest import EVENTS
from tests.e2e.test_to_the_end import Held
from tests.histories.scenario import until_a_call_failed
from tests.support.office import LONGEST_PAUSE, Office
from tests.support.until import until

_SOON = Deadlines(approval_reminder=timedelta(minutes=1))


async def _runs(office: Office) -> set[WorkflowExecutionStatus | None]:
    """How the ended runs of the order ended."""
    found = office.temporal.client.list_workflows(f"WorkflowId = '{office.handle.id}'")
    return {run.status async for run in found if run.close_time is not None}


async def _move_on(office: Office) -> OrderSnapshot:
    """Remind people so often that the order moves on."""
    before = (await office.handle.describe()).run_id
    for _ in range(50):
        await office.forward(timedelta(minutes=1))
        if (await office.handle.describe()).run_id != before:
            return await office.status()
    raise AssertionError("the order stays in its run")


async def _flood(office: Office) -> OrderSnapshot:
    """Send so many pushes that the order moves on."""
    before = (await office.handle.describe()).run_id
    for number in range(100):
        await office.push({"order_id": 1, "n": number})
        if (await office.handle.describe()).run_id != before:
            return await office.status()
    raise AssertionError("the order stays in its run")


async def test_waiting_for_approval(office: Office) -> None:
    """Messages, status and search attributes are the same after moving on twice."""
    await office.start(deadlines=_SOON)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=True, verification_id="another")
    before = await office.until_message()
    await _move_on(office)
    after = await _move_on(office)

    assert after == before
    assert await _runs(office) == {WorkflowExecutionStatus.CONTINUED_AS_NEW}
    attributes = (await office.handle.describe()).typed_search_attributes
    assert attributes[ORDER_STATUS] == "awaiting_approval"
    assert attributes[LOCATION_ID] == office.location_id
    assert attributes[VERIFICATION_ID] == after.verification_id


async def test_whole_lifecycle(office: Office) -> None:
    """An order that has moved on is approved, placed once and completed."""
    await office.start(deadlines=_SOON)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await _move_on(office)
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()

    assert (await office.result()).outcome is OrderStatus.COMPLETED
    assert len(await office.order_posts()) == 1


async def test_decision_made_before(office: Office) -> None:
    """A decision that came in before the order moved on is not asked for again afterwards."""
    await office.behave("/verification/create", refuse_status=403, times=1000)
    await office.start(deadlines=_SOON)
    await office.decide(approved=False, reason="early")
    await until_a_call_failed(office)
    await _move_on(office)
    await office.behave_well()
    await office.forward(LONGEST_PAUSE)

    assert (await office.until(OrderStatus.REJECTED)).reason == "rejected by ann: early"


async def test_call_that_is_repeated_for_years(office: Office) -> None:
    """The order call goes on in the new run where nothing was sent, and is sent once."""
    await office.behave("/number/order", refuse_status=403, times=1000)
    await office.start(deadlines=_SOON)
    await office.approve()
    await office.until(OrderStatus.PLACING_ORDER)
    await until_a_call_failed(office)
    await _move_on(office)
    await _move_on(office)
    await office.behave_well()
    await office.forward(LONGEST_PAUSE)
    await office.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await office.order_posts()].count(200) == 1


async def test_unknown_outcome(office: Office) -> None:
    """An order of which nobody knows whether it was placed is not sent by the new run."""
    await office.behave("/number/order", after_accepting="fail")
    await office.start(deadlines=_SOON)
    await office.approve()
    before = await office.until(OrderStatus.OUTCOME_UNKNOWN)
    after = await _move_on(office)
    assert (after.status, after.reason, after.since) == (before.status, before.reason, before.since)

    await office.resolve(Placed(order_id=str((await office.at_tenios())["id"])))
    await office.until(OrderStatus.AWAITING_COMPLETION)
    assert len(await office.order_posts()) == 1


async def _placed(office: Office, **changes: Any) -> OrderSnapshot:
    snapshot = await office.placed(**changes)
    assert snapshot.due_at is not None
    return snapshot


async def test_waiting_for_the_push(office: Office) -> None:
    """The deadline of the placed order stays what it was, however many pushes come."""
    before = await _placed(office)
    after = await _flood(office)
    assert (after.status, after.due_at) == (before.status, before.due_at)

    await office.forward(timedelta(hours=24))
    await office.until(OrderStatus.OVERDUE)
    overdue = await _flood(office)
    assert overdue.status is OrderStatus.OVERDUE
    await office.complete()
    assert (await office.result()).outcome is OrderStatus.COMPLETED


async def test_waiting_for_the_number(office: Office) -> None:
    """TENIOS' word that the order is completed is not forgotten when the order moves on."""
    before = await _placed(office)
    await office.push({"order_id": before.order_id})
    waiting = await office.until(OrderStatus.AWAITING_NUMBER)
    after = await _flood(office)
    assert (after.status, after.due_at) == (waiting.status, waiting.due_at)

    await office.forward(timedelta(days=7))
    result = await office.result()
    assert (result.outcome, result.phone_number) == (OrderStatus.COMPLETED, None)


async def test_wish_to_cancel(office: Office) -> None:
    """An order that was cancelled while nobody knew its number gives that back in a later run."""
    await _placed(office)
    await office.cancel()
    await _flood(office)
    await office.complete()
    number = (await office.at_tenios())["phone_number"]
    result = await office.result()

    assert (result.outcome, result.phone_number) == (OrderStatus.CANCELLED, number)
    assert result.cancellation_date is not None


async def test_giving_back(office: Office) -> None:
    """A person who is asked for the number is still asked after the order has moved on."""
    await _placed(office)
    await office.cancel()
    await office.push({"phone_number": "+493012345678"})
    before = await office.until(OrderStatus.CANCELLING)
    after = await _flood(office)
    assert (after.status, after.reason) == (before.status, before.reason)

    await office.complete()
    await office.resolve(Completed(phone_number=(await office.at_tenios())["phone_number"]))
    assert (await office.result()).outcome is OrderStatus.CANCELLED


async def test_correction(office: Office) -> None:
    """A rejected order is corrected in the new run, in its second round, with its deadline."""
    await office.start(deadlines=_SOON)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    before = await office.until(OrderStatus.REJECTED)
    for _ in range(40):
        await office.handle.signal("no_such_signal")
    await office.until_message(20)
    assert await _runs(office) == {WorkflowExecutionStatus.CONTINUED_AS_NEW}
    after = await office.status()
    assert (after.status, after.due_at) == (before.status, before.due_at)

    await office.resubmit(area_code="30", address=AddressCorrection(city="Berlin", zip="10115"))
    again = await office.until(OrderStatus.AWAITING_APPROVAL)
    assert again.earlier_verification_ids == (before.verification_id,)
    assert again.rounds_left == before.rounds_left - 1


async def test_cancelled_while_nobody_knows(office: Office) -> None:
    """A cancelled order of which nobody knows still counts what came for it before it moved on."""
    await office.behave("/number/order", after_accepting="fail")
    await office.start(deadlines=_SOON)
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)
    await office.push(b"")
    await office.cancel()
    order = await office.at_tenios()
    await _move_on(office)
    await office.resolve(Placed(order_id=str(order["id"])))
    await office.until(OrderStatus.AWAITING_NUMBER)
    await office.resolve(Completed(phone_number=order["phone_number"]))

    assert (await office.status()).phone_number == order["phone_number"]
    assert len(await office.order_posts()) == 1


async def test_cancelled_while_it_moves_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporal's cancellation counts although the order waits only for a message to be sent."""
    message = Held(monkeypatch, Messenger, "send")
    await office.start(deadlines=_SOON)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    jumping = asyncio.create_task(office.forward(timedelta(minutes=1)))
    await message.asked.wait()
    for number in range(EVENTS):
        await office.handle.signal("whatever", number)
    await office.until_message(min(EVENTS, KEPT_OF_EACH_KIND))
    await office.handle.cancel()

    async def is_cancelled() -> None:
        assert (await office.status()).cancellation is not None

    await until(is_cancelled)
    message.released.set()

    assert (await office.result()).outcome is OrderStatus.CANCELLED
    await jumping


async def test_number_that_was_not_taken_back(office: Office) -> None:
    """What TENIOS has answered to the cancellation of a number is not asked again in a new run."""
    await office.placed(deadlines=_SOON)
    await office.behave("/number/cancel", refuse_status=200, times=100)
    await office.cancel()
    await office.complete()
    await office.until_reason("not asked for again")
    await _flood(office)
    snapshot = await office.until_reason("not asked for again")
    await office.behave_well()

    assert snapshot.status is OrderStatus.CANCELLING
    assert len(await office.cancel_posts()) == 1
