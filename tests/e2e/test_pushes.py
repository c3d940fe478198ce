"""What a push does follows from what it says: each cell of the table in docs/pushes.md."""

from datetime import timedelta
from typing import Any

import pytest

from number_orders.workflows.messages import Abandon, Completed
from number_orders.workflows.models import Deadlines, OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.support.office import Office

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
    office: Office, body: dict[str, Any] | bytes, order_id: str | None
) -> OrderSnapshot:
    """Send a push in which `{order}` stands for the order's id."""
    if isinstance(body, dict):
        body = {key: order_id if value == "{order}" else value for key, value in body.items()}
    before = len((await office.status()).messages)
    await office.push(body)
    return await office.until_message(before + 1)


@pytest.mark.parametrize("body", FAILURES)
async def test_something_against_it(office: Office, body: dict[str, Any] | bytes) -> None:
    """Whatever speaks against a completion completes nothing, and is shown with its body."""
    placed = await office.placed()
    snapshot = await _pushed(office, body, placed.order_id)

    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    assert any("A push was not applied" in note for note in snapshot.attention)


@pytest.mark.parametrize("body", WORDS)
async def test_tenios_word(office: Office, body: dict[str, Any] | bytes) -> None:
    """A push with nothing against it is TENIOS' word; a later one still says the number."""
    placed = await office.placed()
    await _pushed(office, body, placed.order_id)
    waiting = await office.until(OrderStatus.AWAITING_NUMBER)
    assert waiting.due_at is not None
    assert placed.due_at is not None
    assert waiting.due_at - placed.due_at == timedelta(days=6)

    await office.complete()
    result = await office.result()
    assert (result.outcome, result.attention) == (OrderStatus.COMPLETED, ())
    assert result.phone_number == (await office.at_tenios())["phone_number"]


@pytest.mark.parametrize("finding", [Completed(phone_number=NUMBER), Abandon()])
async def test_person_says_the_number(office: Office, finding: Completed | Abandon) -> None:
    """A person ends the wait for the number."""
    await office.placed()
    await office.push(b"")
    await office.until(OrderStatus.AWAITING_NUMBER)
    await office.resolve(finding)
    result = await office.result()

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
    office: Office, body: dict[str, Any] | bytes, outcome: OrderStatus
) -> None:
    """At the end of the grace the order is completed if the push vouched for itself."""
    placed = await office.placed()
    await _pushed(office, body, placed.order_id)
    await office.until(OrderStatus.AWAITING_NUMBER)
    await office.forward(timedelta(days=7))
    result = await office.result()

    assert (result.outcome, result.phone_number) == (outcome, None)


async def test_failure_after_tenios_word(office: Office) -> None:
    """A failure after TENIOS' word leaves the order to people, and does not complete it."""
    placed = await office.placed()
    await _pushed(office, {"order_id": "{order}"}, placed.order_id)
    await office.until(OrderStatus.AWAITING_NUMBER)
    await _pushed(office, {"order_id": "{order}", "status": "FAILED"}, placed.order_id)
    await office.until(OrderStatus.AWAITING_NUMBER)
    await office.forward(timedelta(days=7))

    assert (await office.result()).outcome is OrderStatus.TIMED_OUT


async def test_no_grace(office: Office) -> None:
    """Without a grace the wait for the number ends 24 h after the order."""
    placed = await office.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await office.push({"order_id": placed.order_id})
    waiting = await office.until(OrderStatus.AWAITING_NUMBER)
    assert waiting.due_at == placed.due_at

    await office.forward(timedelta(hours=24))
    assert (await office.result()).outcome is OrderStatus.COMPLETED


async def test_cancelled_without_a_number(office: Office) -> None:
    """A cancelled order whose number nobody has said in time asks a person for it."""
    placed = await office.placed()
    await office.push({"order_id": placed.order_id})
    await office.until(OrderStatus.AWAITING_NUMBER)
    await office.cancel()
    await office.forward(timedelta(days=7))
    await office.until_reason("not known")
    await office.complete()
    await office.resolve(Completed(phone_number=(await office.at_tenios())["phone_number"]))

    assert (await office.result()).cancellation_date is not None


async def _unknown(office: Office) -> None:
    await office.behave("/number/order", after_accepting="fail")
    await office.start()
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)


@pytest.mark.parametrize("body", [b"", {"test": True}, {"status": "FAILED", "order_id": 1}])
async def test_no_proof(office: Office, body: dict[str, Any] | bytes) -> None:
    """What names no number, no order and no success does not prove that the order exists."""
    await _unknown(office)

    assert (await _pushed(office, body, None)).status is OrderStatus.OUTCOME_UNKNOWN


@pytest.mark.parametrize("body", [{"order_id": 4711}, {"status": "COMPLETED"}])
async def test_proof_without_a_number(office: Office, body: dict[str, Any]) -> None:
    """An order id or a success proves the order, whose number is then waited for."""
    await _unknown(office)
    await office.push(body)

    assert (await office.until(OrderStatus.AWAITING_NUMBER)).order_id == (
        "4711" if "order_id" in body else None
    )


async def test_proof_with_a_number(office: Office) -> None:
    """A number proves the order and completes it."""
    await _unknown(office)
    await office.push({"phone_number": NUMBER})

    assert (await office.result()).phone_number == NUMBER


async def test_push_of_the_round_before(office: Office) -> None:
    """A push without an order id does not complete the round after the one that it came in."""
    await office.behave(
        "/number/order", refuse_status=400, refuse_code="INVALID_VALUE", latency_seconds=1
    )
    await office.start()
    await office.approve()
    await office.until_order_posts()
    await office.push({"phone_number": NUMBER})
    await office.until(OrderStatus.REJECTED)
    await office.resubmit_unchanged()
    await office.approve()
    snapshot = await office.until(OrderStatus.AWAITING_COMPLETION)

    assert "came before the order was placed" in " ".join(snapshot.attention)


async def test_people_are_told_of_few(office: Office) -> None:
    """People are told of the first three pushes that complete nothing; the status shows all."""
    await office.placed()
    for number in range(5):
        await office.push({"status": "FAILED", "n": number})
        await office.until_message(2 + number)
    history = await office.handle.fetch_history()
    told = [
        event
        for event in history.events
        if event.activity_task_scheduled_event_attributes.activity_type.name == "notify"
    ]

    assert len(told) == 3
    assert len((await office.status()).attention) == 5
