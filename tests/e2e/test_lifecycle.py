"""The lifecycle on a real Temporal server, with the real sandbox and the real bridge."""

from datetime import timedelta

import pytest

from number_orders.workflows.contract import PHONE_NUMBER, TENIOS_ORDER_ID
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.support.order_driver import STREET, OrderDriver

DAY = timedelta(hours=24)


async def test_approved_and_completed(driver: OrderDriver) -> None:
    """An approved order is placed once and completed by the push."""
    snapshot = await driver.placed(link_to_number="+4922112345")
    await driver.complete()
    result = await driver.result()

    assert result.outcome is OrderStatus.COMPLETED
    assert result.order_id == snapshot.order_id
    assert result.phone_number is not None
    assert result.phone_number.startswith("+49221")
    assert result.completed_at is not None
    assert result.active_by == result.completed_at + DAY
    assert result.attention == ()
    [post] = await driver.order_posts()
    assert post["body"]["link_to_number"] == "+4922112345"
    assert post["body"]["verification_id"] == result.verification_id


async def test_search_attributes(driver: OrderDriver) -> None:
    """Order and number can be searched for, and no street is among what can be."""
    await driver.placed()
    await driver.complete()
    result = await driver.result()
    description = await driver.handle.describe()

    assert description.typed_search_attributes.get(TENIOS_ORDER_ID) == result.order_id
    assert description.typed_search_attributes.get(PHONE_NUMBER) == result.phone_number
    assert STREET not in str(description.raw_description)


async def test_rejected(driver: OrderDriver) -> None:
    """A rejected order that nobody corrects ends with the reason, and nothing is ordered."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False, reason="unreadable")
    await driver.until(OrderStatus.REJECTED)
    await driver.forward(timedelta(days=30))
    result = await driver.result()

    assert result.outcome is OrderStatus.REJECTED
    assert result.reason == "rejected by ann: unreadable"
    assert await driver.order_posts() == []


async def test_push_in_the_last_minute(driver: OrderDriver) -> None:
    """A push within the last minute of the 24 h completes an order that never was overdue."""
    await driver.placed()
    await driver.forward(DAY - timedelta(minutes=1))
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED


async def test_late_push(driver: OrderDriver) -> None:
    """Without a push the order is overdue after 24 h; a push within the grace completes it."""
    await driver.placed()
    await driver.forward(DAY - timedelta(minutes=1))
    assert (await driver.status()).status is OrderStatus.AWAITING_COMPLETION
    await driver.forward(timedelta(minutes=2))
    await driver.until(OrderStatus.OVERDUE)
    await driver.forward(timedelta(days=5))
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED


async def test_no_push_ever(driver: OrderDriver) -> None:
    """Without any push the order times out after the grace."""
    await driver.placed()
    await driver.forward(DAY)
    await driver.until(OrderStatus.OVERDUE)
    await driver.forward(timedelta(days=6))

    assert (await driver.result()).outcome is OrderStatus.TIMED_OUT


async def test_no_grace(driver: OrderDriver) -> None:
    """With a grace of zero the order times out after 24 h."""
    await driver.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await driver.forward(DAY)

    assert (await driver.result()).outcome is OrderStatus.TIMED_OUT


async def test_approval_has_no_end(driver: OrderDriver) -> None:
    """An order waits for its approval as long as it takes, and reminds people every two days."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.forward(timedelta(days=30, hours=1))
    reminders = [
        event
        async for event in driver.handle.fetch_history_events()
        if event.activity_task_scheduled_event_attributes.activity_type.name == "notify"
    ]
    assert len(reminders) == 15
    await driver.approve()

    await driver.until(OrderStatus.AWAITING_COMPLETION)


async def test_push_before_the_answer(driver: OrderDriver) -> None:
    """A push that comes before the order's answer is kept and completes the order."""
    await driver.behave("/number/order", push={"before_answer": True}, latency_seconds=0.2)
    await driver.start()
    await driver.approve()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED


async def test_push_twice(driver: OrderDriver) -> None:
    """The same push again changes nothing, and both are answered 2xx."""
    await driver.behave("/number/order", push={"times": 2})
    await driver.placed()
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED
    assert len((await driver.status()).messages) == 2  # the decision and one push
    order_id = (await driver.status()).order_id
    assert (await driver.push({"order_id": order_id})).status_code == 200


async def test_push_for_another_order(driver: OrderDriver) -> None:
    """A push for another order is shown and completes nothing."""
    snapshot = await driver.placed()
    assert snapshot.order_id is not None
    other = int(snapshot.order_id) + 1
    assert (await driver.push({"order_id": other, "phone_number": "+492211"})).status_code == 200
    snapshot = await driver.until_message(2)

    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    assert f"about order {other}" in snapshot.attention[0]
    await driver.complete()
    assert (await driver.result()).outcome is OrderStatus.COMPLETED


@pytest.mark.parametrize(
    "body",
    [
        {"status": "FAILED"},
        {"error_code": "NO_NUMBERS_LEFT"},
        {"success": "false"},
        b"<xml/>",
    ],
)
async def test_push_that_is_no_success(driver: OrderDriver, body: dict[str, str] | bytes) -> None:
    """A push that reports no known success parks the order and shows the body."""
    await driver.placed()
    await driver.push(body)
    snapshot = await driver.until_message(2)

    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    shown = body.decode() if isinstance(body, bytes) else next(iter(body.values()))
    assert shown in snapshot.attention[0]


@pytest.mark.parametrize("form", ["snake", "camel", "form"])
@pytest.mark.parametrize("secret_in", ["body", "header", "query", "absent"])
async def test_forms_of_a_push(driver: OrderDriver, form: str, secret_in: str) -> None:
    """Whatever its form, a push completes the order, and its secret stays out of the history."""
    await driver.behave("/number/order", push={"form": form, "secret_in": secret_in})
    await driver.placed()
    await driver.complete()
    result = await driver.result()
    history = (await driver.handle.fetch_history()).to_json()

    assert result.outcome is OrderStatus.COMPLETED
    assert result.phone_number is not None
    authenticated_by = "url" if secret_in == "absent" else "secret"
    assert authenticated_by in (await driver.status()).messages[1].summary
    [post] = await driver.order_posts()
    assert post["body"]["push_secret"] not in history
