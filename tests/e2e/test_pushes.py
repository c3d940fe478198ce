"""What a push does follows from what it says: each cell of the table in docs/pushes.md."""

from datetime import timedelta
from typing import Any

import pytest

from number_orders.workflows.messages import Abandon, Completed
from number_orders.workflows.models import Deadlines, OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.support.order_driver import OrderDriver

NUMBER = "+492215550000"
FAILURES: list[dict[str, Any] | bytes] = [
    {"orderId": "{order}", "status": "FAILED"},
    {"type": "ORDER_FAILED", "phone_number": NUMBER},
    {"order": {"id": "99999"}, "status": "COMPLETED", "phoneNumber": NUMBER},
    {"order_id": "{order}", "status": "IN_PROGRESS"},
    b"\xff\xfe<xml/>",
]
WORDS: list[dict[str, Any] | bytes] = [
    {"order_id": "{order}"},
    {"status": "COMPLETED"},
    {"test": True},
    b"",
    {"order_id": "{order}", "numbers": [NUMBER, "+492215550001"]},
]


async def _pushed(
    driver: OrderDriver, body: dict[str, Any] | bytes, order_id: str | None
) -> OrderSnapshot:
    """Send a push in which `{order}` stands for the order's id."""
    if isinstance(body, dict):
        body = {key: order_id if value == "{order}" else value for key, value in body.items()}
    before = len((await driver.status()).messages)
    await driver.push(body)
    return await driver.until_message(before + 1)


@pytest.mark.parametrize("body", FAILURES)
async def test_something_against_it(driver: OrderDriver, body: dict[str, Any] | bytes) -> None:
    """Whatever speaks against a completion completes nothing, and is shown with its body."""
    placed = await driver.placed()
    snapshot = await _pushed(driver, body, placed.order_id)

    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    assert any("A push was not applied" in note for note in snapshot.attention)


@pytest.mark.parametrize("body", WORDS)
async def test_tenios_word(driver: OrderDriver, body: dict[str, Any] | bytes) -> None:
    """A push with nothing against it is TENIOS' word; a later one still says the number."""
    placed = await driver.placed()
    await _pushed(driver, body, placed.order_id)
    waiting = await driver.until(OrderStatus.AWAITING_NUMBER)
    assert waiting.due_at is not None
    assert placed.due_at is not None
    assert waiting.due_at - placed.due_at == timedelta(days=6)

    await driver.complete()
    result = await driver.result()
    assert (result.outcome, result.attention) == (OrderStatus.COMPLETED, ())
    assert result.phone_number == (await driver.at_tenios())["phone_number"]


@pytest.mark.parametrize("finding", [Completed(phone_number=NUMBER), Abandon()])
async def test_person_says_the_number(driver: OrderDriver, finding: Completed | Abandon) -> None:
    """A person ends the wait for the number."""
    await driver.placed()
    await driver.push(b"")
    await driver.until(OrderStatus.AWAITING_NUMBER)
    await driver.resolve(finding)
    result = await driver.result()

    number = NUMBER if isinstance(finding, Completed) else None
    assert result.phone_number == number
    assert (result.outcome is OrderStatus.COMPLETED) == (number is not None)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"order_id": "{order}"}, OrderStatus.COMPLETED),
        ({"status": "COMPLETED"}, OrderStatus.COMPLETED),
        ({"test": True}, OrderStatus.TIMED_OUT),
        (b"", OrderStatus.TIMED_OUT),
    ],
)
async def test_nobody_says_the_number(
    driver: OrderDriver, body: dict[str, Any] | bytes, outcome: OrderStatus
) -> None:
    """At the end of the grace the order is completed if the push vouched for itself."""
    placed = await driver.placed()
    await _pushed(driver, body, placed.order_id)
    await driver.until(OrderStatus.AWAITING_NUMBER)
    await driver.forward(timedelta(days=7))
    result = await driver.result()

    assert (result.outcome, result.phone_number) == (outcome, None)


async def test_failure_after_tenios_word(driver: OrderDriver) -> None:
    """A failure after TENIOS' word leaves the order to people, and does not complete it."""
    placed = await driver.placed()
    await _pushed(driver, {"order_id": "{order}"}, placed.order_id)
    await driver.until(OrderStatus.AWAITING_NUMBER)
    await _pushed(driver, {"order_id": "{order}", "status": "FAILED"}, placed.order_id)
    await driver.until(OrderStatus.AWAITING_NUMBER)
    await driver.forward(timedelta(days=7))

    assert (await driver.result()).outcome is OrderStatus.TIMED_OUT


async def test_no_grace(driver: OrderDriver) -> None:
    """Without a grace the wait for the number ends 24 h after the order."""
    placed = await driver.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await driver.push({"order_id": placed.order_id})
    waiting = await driver.until(OrderStatus.AWAITING_NUMBER)
    assert waiting.due_at == placed.due_at

    await driver.forward(timedelta(hours=24))
    assert (await driver.result()).outcome is OrderStatus.COMPLETED


async def test_cancelled_without_a_number(driver: OrderDriver) -> None:
    """A cancelled order whose number nobody has said in time asks a person for it."""
    placed = await driver.placed()
    await driver.push({"order_id": placed.order_id})
    await driver.until(OrderStatus.AWAITING_NUMBER)
    await driver.cancel()
    await driver.forward(timedelta(days=7))
    await driver.until_reason("not known")
    await driver.complete()
    await driver.resolve(Completed(phone_number=(await driver.at_tenios())["phone_number"]))

    assert (await driver.result()).cancellation_date is not None


async def _unknown(driver: OrderDriver) -> None:
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)


@pytest.mark.parametrize("body", [b"", {"test": True}, {"status": "FAILED", "order_id": 1}])
async def test_no_proof(driver: OrderDriver, body: dict[str, Any] | bytes) -> None:
    """What names no number, no order and no success does not prove that the order exists."""
    await _unknown(driver)

    assert (await _pushed(driver, body, None)).status is OrderStatus.OUTCOME_UNKNOWN


@pytest.mark.parametrize("body", [{"order_id": 4711}, {"status": "COMPLETED"}])
async def test_proof_without_a_number(driver: OrderDriver, body: dict[str, Any]) -> None:
    """An order id or a success proves the order, whose number is then waited for."""
    await _unknown(driver)
    await driver.push(body)

    assert (await driver.until(OrderStatus.AWAITING_NUMBER)).order_id == (
        "4711" if "order_id" in body else None
    )


async def test_proof_with_a_number(driver: OrderDriver) -> None:
    """A number proves the order and completes it."""
    await _unknown(driver)
    await driver.push({"phone_number": NUMBER})

    assert (await driver.result()).phone_number == NUMBER


async def test_push_of_the_round_before(driver: OrderDriver) -> None:
    """A push without an order id does not complete the round after the one that it came in."""
    await driver.behave(
        "/number/order", refuse_status=400, refuse_code="INVALID_VALUE", latency_seconds=1
    )
    await driver.start()
    await driver.approve()
    await driver.until_order_posts()
    await driver.push({"phone_number": NUMBER})
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit_unchanged()
    await driver.approve()
    snapshot = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert "came before the order was placed" in " ".join(snapshot.attention)


async def test_people_are_told_of_few(driver: OrderDriver) -> None:
    """People are told of the first three pushes that complete nothing; the status shows all."""
    await driver.placed()
    for number in range(5):
        await driver.push({"status": "FAILED", "n": number})
        await driver.until_message(2 + number)
    history = await driver.handle.fetch_history()
    told = [
        event
        for event in history.events
        if event.activity_task_scheduled_event_attributes.activity_type.name == "notify"
    ]

    assert len(told) == 3
    assert len((await driver.status()).attention) == 5
