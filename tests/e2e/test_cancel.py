"""Cancelling, at every point of the lifecycle and in each of its ways."""

from datetime import date, timedelta

import httpx
import pytest

from number_orders.workflows.messages import Abandon, Completed, Placed
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.histories.scenario import until_a_call_failed
from tests.support.order_driver import OrderDriver
from tests.support.until import until

WAYS = pytest.mark.parametrize("way", ["update", "temporal"])


async def cancel(driver: OrderDriver, way: str) -> None:
    await (driver.cancel() if way == "update" else driver.handle.cancel())


@WAYS
async def test_while_submitting(driver: OrderDriver, way: str) -> None:
    """While TENIOS does not take the verification, cancelling ends the order."""
    await driver.behave("/verification/create", refuse_status=403, times=50)
    await driver.start()
    await until_a_call_failed(driver)
    await cancel(driver, way)

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    await driver.behave_well()


@WAYS
async def test_while_awaiting_approval(driver: OrderDriver, way: str) -> None:
    """Before the approval, cancelling ends the order and says who wanted it."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await cancel(driver, way)
    result = await driver.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.reason == f"cancelled by {'ann' if way == 'update' else 'Temporal'}"
    assert await driver.order_posts() == []


@WAYS
async def test_while_rejected(driver: OrderDriver, way: str) -> None:
    """A rejected order that waits for a correction can be cancelled."""
    await driver.start()
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    await cancel(driver, way)

    assert (await driver.result()).outcome is OrderStatus.CANCELLED


@WAYS
async def test_between_two_tries_of_the_order(driver: OrderDriver, way: str) -> None:
    """While the order provably cannot be sent, cancelling ends it, and it never is sent."""
    await driver.behave("/number/order", refuse_status=403, times=50)
    await driver.start()
    await driver.approve()
    await driver.until_order_posts()
    await cancel(driver, way)

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    assert {post["status"] for post in await driver.order_posts()} == {403}
    await driver.behave_well()


@WAYS
async def test_in_the_midst_of_the_order_call(driver: OrderDriver, way: str) -> None:
    """Cancelled while TENIOS takes the order: its number is awaited and given back."""
    await driver.behave("/number/order", latency_seconds=1)
    await driver.start()
    await driver.approve()
    await driver.until_order_posts()
    await cancel(driver, way)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()
    result = await driver.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.cancellation_date == date.fromisoformat((await driver.at_tenios())["cancelled"])


@WAYS
async def test_while_awaiting_completion(driver: OrderDriver, way: str) -> None:
    """Once the order exists its number is awaited and given back."""
    await driver.placed()
    await cancel(driver, way)
    snapshot = await driver.status()
    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    assert "wants the order cancelled" in snapshot.attention[0]
    await driver.complete()
    result = await driver.result()

    assert (result.outcome, result.phone_number is not None) == (OrderStatus.CANCELLED, True)
    assert result.cancellation_date is not None


@WAYS
async def test_while_overdue(driver: OrderDriver, way: str) -> None:
    """An overdue order that is cancelled gives its number back when it comes late."""
    await driver.placed()
    await driver.forward(timedelta(hours=25))
    await driver.until(OrderStatus.OVERDUE)
    await cancel(driver, way)
    await driver.complete()

    assert (await driver.result()).cancellation_date is not None


async def test_number_that_never_comes(driver: OrderDriver) -> None:
    """Without a number nothing can be given back: the order times out and says so."""
    await driver.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await driver.cancel()
    await driver.forward(timedelta(hours=24))
    result = await driver.result()

    assert result.outcome is OrderStatus.TIMED_OUT
    assert "ask TENIOS to cancel it" in result.attention[0]


async def unknown(driver: OrderDriver) -> None:
    """Bring an order to where nobody knows, and cancel it there."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    await driver.cancel()
    assert (await driver.status()).status is OrderStatus.OUTCOME_UNKNOWN


async def test_unknown_outcome_not_placed(driver: OrderDriver) -> None:
    """A cancelled order that turns out not to be placed is over, and is not placed again."""
    await unknown(driver)
    await driver.resolve_as_not_placed()

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    assert len(await driver.order_posts()) == 1


async def test_unknown_outcome_placed(driver: OrderDriver) -> None:
    """A cancelled order that turns out to be placed gives its number back."""
    await unknown(driver)
    order_id = str((await driver.at_tenios())["id"])
    await driver.resolve(Placed(order_id=order_id))
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert (await driver.result()).cancellation_date is not None


async def test_tenios_refuses_to_take_the_number_back(driver: OrderDriver) -> None:
    """A number that cannot be given back is a person's case, who may name another one."""
    await driver.behave("/number/cancel", refuse_status=400, refuse_code="INVALID_VALUE")
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    snapshot = await driver.until_reason("INVALID_VALUE")
    assert snapshot.status is OrderStatus.CANCELLING
    assert snapshot.phone_number is not None
    await driver.resolve(Completed(phone_number=snapshot.phone_number))
    result = await driver.result()

    assert (result.outcome, result.cancellation_date is not None) == (OrderStatus.CANCELLED, True)


async def test_push_that_knows_better_than_a_person(driver: OrderDriver) -> None:
    """A person who named a wrong number learns from the push which one has to be given back."""
    await unknown(driver)
    wrong = "+492213571053"
    await driver.resolve(Completed(phone_number=wrong))
    await driver.until_reason("INVALID_VALUE")
    await driver.complete()
    number = (await driver.at_tenios())["phone_number"]
    another = f"A push says that the order has another number than a person named: {number}."

    async def is_shown() -> None:
        assert any(another in note for note in (await driver.status()).attention)

    await until(is_shown)
    snapshot = await driver.status()
    assert (snapshot.status, snapshot.phone_number) == (OrderStatus.CANCELLING, wrong)
    assert snapshot.messages[-1].effect == "not applied: a person named the number"
    await driver.resolve(Completed(phone_number=number))
    result = await driver.result()

    assert (result.phone_number, result.cancellation_date is not None) == (number, True)
    history = await driver.handle.fetch_history()
    assert "received a push while a person has to give its number back" in str(history.events)


async def test_tenios_does_not_take_the_call(driver: OrderDriver) -> None:
    """While the number cannot be given back, a person can end the order all the same."""
    await driver.behave("/number/cancel", refuse_status=404, times=50)
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    await driver.until(OrderStatus.CANCELLING)
    await driver.resolve(Abandon())
    result = await driver.result()
    await driver.behave_well()

    assert (result.outcome, result.cancellation_date) == (OrderStatus.CANCELLED, None)
    assert "Found by ann: abandon" in result.attention


async def test_reset_to_the_start(driver: OrderDriver) -> None:
    """A cancelled order that is reset to its start still has its number given back."""
    await driver.placed()
    await driver.cancel()
    await driver.reset(before="submit_verification")
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert (await driver.result()).cancellation_date is not None
    assert len(await driver.order_posts()) == 1


async def test_reset_after_giving_back(driver: OrderDriver, sandbox_url: str) -> None:
    """An order that is reset to before its number was given back does not give it back again."""
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    first = await driver.result()
    await driver.reset(before="cancel_number")
    again = await driver.result()
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as http:
        ledger = (await http.get("/_sandbox/ledger")).json()

    assert again.outcome is OrderStatus.CANCELLED
    assert again.cancellation_date == first.cancellation_date is not None
    given_back = [
        entry
        for entry in ledger
        if entry["path"] == "/number/cancel" and entry["body"]["phone_number"] == first.phone_number
    ]
    assert len(given_back) == 1


async def test_cancelled_after_a_reset(driver: OrderDriver) -> None:
    """An order placed before a reset is found when the new run is cancelled before its own."""
    snapshot = await driver.placed()
    await driver.reset(before="submit_verification", with_signals=False)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    found = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert found.order_id == snapshot.order_id


async def test_number_that_came_without_the_secret(driver: OrderDriver) -> None:
    """A number named by a push without its secret is given back only when a person confirms it."""
    await driver.behave("/number/order", push={"secret_in": "absent"})
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    snapshot = await driver.until_reason("did not present its secret")
    assert (await driver.at_tenios())["cancelled"] is None
    assert snapshot.phone_number is not None
    await driver.resolve(Completed(phone_number=snapshot.phone_number))

    assert (await driver.result()).cancellation_date is not None


async def test_push_without_a_number(driver: OrderDriver) -> None:
    """A cancelled order whose push names no number asks a person for it."""
    await driver.behave("/number/order", push={"override": {"phone_number": None}})
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    await driver.until(OrderStatus.AWAITING_NUMBER)
    number = (await driver.at_tenios())["phone_number"]
    await driver.resolve(Completed(phone_number=number))

    assert (await driver.result()).cancellation_date is not None


async def test_twice(driver: OrderDriver) -> None:
    """Whoever cancels again wants the same; after the end it is refused with what happened."""
    await driver.placed()
    await driver.cancel()
    await driver.cancel()
    await driver.handle.cancel()
    await driver.complete()
    assert (await driver.result()).outcome is OrderStatus.CANCELLED
