"""Cancelling, at every point of the lifecycle and in each of its ways."""

from datetime import date, timedelta

import httpx
import pytest

from number_orders.workflows.messages import Abandon, Completed, Placed
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.histories.scenario import until_a_call_failed
from tests.support.office import Office

WAYS = pytest.mark.parametrize("way", ["update", "temporal"])


async def cancel(office: Office, way: str) -> None:
    await (office.cancel() if way == "update" else office.handle.cancel())


@WAYS
async def test_while_submitting(office: Office, way: str) -> None:
    """While TENIOS does not take the verification, cancelling ends the order."""
    await office.behave("/verification/create", refuse_status=403, times=50)
    await office.start()
    await until_a_call_failed(office)
    await cancel(office, way)

    assert (await office.result()).outcome is OrderStatus.CANCELLED
    await office.behave_well()


@WAYS
async def test_while_awaiting_approval(office: Office, way: str) -> None:
    """Before the approval, cancelling ends the order and says who wanted it."""
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await cancel(office, way)
    result = await office.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.reason == f"cancelled by {'ann' if way == 'update' else 'Temporal'}"
    assert await office.order_posts() == []


@WAYS
async def test_while_rejected(office: Office, way: str) -> None:
    """A rejected order that waits for a correction can be cancelled."""
    await office.start()
    await office.decide(approved=False)
    await office.until(OrderStatus.REJECTED)
    await cancel(office, way)

    assert (await office.result()).outcome is OrderStatus.CANCELLED


@WAYS
async def test_between_two_tries_of_the_order(office: Office, way: str) -> None:
    """While the order provably cannot be sent, cancelling ends it, and it never is sent."""
    await office.behave("/number/order", refuse_status=403, times=50)
    await office.start()
    await office.approve()
    await office.until_order_posts()
    await cancel(office, way)

    assert (await office.result()).outcome is OrderStatus.CANCELLED
    assert {post["status"] for post in await office.order_posts()} == {403}
    await office.behave_well()


@WAYS
async def test_in_the_midst_of_the_order_call(office: Office, way: str) -> None:
    """Cancelled while TENIOS takes the order: its number is awaited and given back."""
    await office.behave("/number/order", latency_seconds=1)
    await office.start()
    await office.approve()
    await office.until_order_posts()
    await cancel(office, way)
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()
    result = await office.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.cancellation_date == date.fromisoformat((await office.at_tenios())["cancelled"])


@WAYS
async def test_while_awaiting_completion(office: Office, way: str) -> None:
    """Once the order exists its number is awaited and given back."""
    await office.placed()
    await cancel(office, way)
    snapshot = await office.status()
    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    assert "wants the order cancelled" in snapshot.attention[0]
    await office.complete()
    result = await office.result()

    assert (result.outcome, result.phone_number is not None) == (OrderStatus.CANCELLED, True)
    assert result.cancellation_date is not None


@WAYS
async def test_while_overdue(office: Office, way: str) -> None:
    """An overdue order that is cancelled gives its number back when it comes late."""
    await office.placed()
    await office.forward(timedelta(hours=25))
    await office.until(OrderStatus.OVERDUE)
    await cancel(office, way)
    await office.complete()

    assert (await office.result()).cancellation_date is not None


async def test_number_that_never_comes(office: Office) -> None:
    """Without a number nothing can be given back: the order times out and says so."""
    await office.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await office.cancel()
    await office.forward(timedelta(hours=24))
    result = await office.result()

    assert result.outcome is OrderStatus.TIMED_OUT
    assert "ask TENIOS to cancel it" in result.attention[0]


async def unknown(office: Office) -> None:
    """Bring an order to where nobody knows, and cancel it there."""
    await office.behave("/number/order", after_accepting="fail")
    await office.start()
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)
    await office.cancel()
    assert (await office.status()).status is OrderStatus.OUTCOME_UNKNOWN


async def test_unknown_outcome_not_placed(office: Office) -> None:
    """A cancelled order that turns out not to be placed is over, and is not placed again."""
    await unknown(office)
    await office.resolve_as_not_placed()

    assert (await office.result()).outcome is OrderStatus.CANCELLED
    assert len(await office.order_posts()) == 1


async def test_unknown_outcome_placed(office: Office) -> None:
    """A cancelled order that turns out to be placed gives its number back."""
    await unknown(office)
    order_id = str((await office.at_tenios())["id"])
    await office.resolve(Placed(order_id=order_id))
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()

    assert (await office.result()).cancellation_date is not None


async def test_tenios_refuses_to_take_the_number_back(office: Office) -> None:
    """A number that cannot be given back is a person's case, who may name another one."""
    await office.behave("/number/cancel", refuse_status=400, refuse_code="INVALID_VALUE")
    await office.placed()
    await office.cancel()
    await office.complete()
    snapshot = await office.until_reason("INVALID_VALUE")
    assert snapshot.status is OrderStatus.CANCELLING
    assert snapshot.phone_number is not None
    await office.resolve(Completed(phone_number=snapshot.phone_number))
    result = await office.result()

    assert (result.outcome, result.cancellation_date is not None) == (OrderStatus.CANCELLED, True)


async def test_tenios_does_not_take_the_call(office: Office) -> None:
    """While the number cannot be given back, a person can end the order all the same."""
    await office.behave("/number/cancel", refuse_status=404, times=50)
    await office.placed()
    await office.cancel()
    await office.complete()
    await office.until(OrderStatus.CANCELLING)
    await office.resolve(Abandon())
    result = await office.result()
    await office.behave_well()

    assert (result.outcome, result.cancellation_date) == (OrderStatus.CANCELLED, None)
    assert "Found by ann: abandon" in result.attention


async def test_reset_to_the_start(office: Office) -> None:
    """A cancelled order that is reset to its start still has its number given back."""
    await office.placed()
    await office.cancel()
    await office.reset(before="submit_verification")
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()

    assert (await office.result()).cancellation_date is not None
    assert len(await office.order_posts()) == 1


async def test_reset_after_giving_back(office: Office, sandbox_url: str) -> None:
    """An order that is reset to before its number was given back does not give it back again."""
    await office.placed()
    await office.cancel()
    await office.complete()
    first = await office.result()
    await office.reset(before="cancel_number")
    again = await office.result()
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


async def test_cancelled_after_a_reset(office: Office) -> None:
    """An order placed before a reset is found when the new run is cancelled before its own."""
    snapshot = await office.placed()
    await office.reset(before="submit_verification", with_signals=False)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.cancel()
    found = await office.until(OrderStatus.AWAITING_COMPLETION)

    assert found.order_id == snapshot.order_id


async def test_number_that_came_without_the_secret(office: Office) -> None:
    """A number named by a push without its secret is given back only when a person confirms it."""
    await office.behave("/number/order", push={"secret_in": "absent"})
    await office.placed()
    await office.cancel()
    await office.complete()
    snapshot = await office.until_reason("did not present its secret")
    assert (await office.at_tenios())["cancelled"] is None
    assert snapshot.phone_number is not None
    await office.resolve(Completed(phone_number=snapshot.phone_number))

    assert (await office.result()).cancellation_date is not None


async def test_push_without_a_number(office: Office) -> None:
    """A cancelled order whose push names no number asks a person for it."""
    await office.behave("/number/order", push={"override": {"phone_number": None}})
    await office.placed()
    await office.cancel()
    await office.complete()
    await office.until(OrderStatus.AWAITING_NUMBER)
    number = (await office.at_tenios())["phone_number"]
    await office.resolve(Completed(phone_number=number))

    assert (await office.result()).cancellation_date is not None


async def test_twice(office: Office) -> None:
    """Whoever cancels again wants the same; after the end it is refused with what happened."""
    await office.placed()
    await office.cancel()
    await office.cancel()
    await office.handle.cancel()
    await office.complete()
    assert (await office.result()).outcome is OrderStatus.CANCELLED
