"""An order of which nobody knows whether it was placed: never sent again, never forgotten."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.evidence.attempts import AttemptLedger
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import OrderAttempt, OrderPlaced, PlaceOrder
from number_orders.workflows.messages import Abandon, Completed, NotPlaced, Placed
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver


async def unknown(driver: OrderDriver, **changes: Any) -> None:
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start(**changes)
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)


async def test_resolved_as_placed(driver: OrderDriver) -> None:
    """A person found the order: it is awaited under its id."""
    await unknown(driver)
    order_id = str((await driver.at_tenios())["id"])
    await driver.resolve(Placed(order_id=order_id))
    snapshot = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert snapshot.order_id == order_id
    await driver.complete()
    result = await driver.result()

    assert result.outcome is OrderStatus.COMPLETED
    assert result.attention == (f"Found by ann: placed as order {order_id}",)
    assert len(await driver.order_posts()) == 1


async def test_resolved_as_not_placed(driver: OrderDriver) -> None:
    """Only when a person found that there is no order is it sent again, in its own attempt."""
    await unknown(driver)
    await driver.resolve_as_not_placed()
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert len(await driver.order_posts()) == 2


async def test_looked_too_early(driver: OrderDriver) -> None:
    """While a call may be under way nobody can say that there is no order, and buy a second one."""
    await unknown(driver)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resolve(NotPlaced())

    assert "may still be under way" in str(refused.value.cause)
    assert len(await driver.order_posts()) == 1


async def test_resolved_as_completed(driver: OrderDriver) -> None:
    """A person found the number itself: the order is completed with it."""
    await unknown(driver)
    await driver.resolve(Completed(phone_number="+49221123456"))
    result = await driver.result()

    assert (result.outcome, result.phone_number) == (OrderStatus.COMPLETED, "+49221123456")


async def test_abandoned(driver: OrderDriver) -> None:
    """Abandoning ends the order, says who did, and that TENIOS may still complete it."""
    await unknown(driver)
    await driver.resolve(Abandon())
    result = await driver.result()

    assert result.outcome is OrderStatus.CANCELLED
    found, warning = result.attention
    assert found == "Found by ann: abandon"
    assert "TENIOS may still complete it" in warning


async def test_overdue_resolved(driver: OrderDriver) -> None:
    """An overdue order whose number a person found is completed with it."""
    await driver.placed()
    await driver.forward(timedelta(hours=25))
    await driver.until(OrderStatus.OVERDUE)
    await driver.resolve(Completed(phone_number="+49221123456"))
    result = await driver.result()

    assert result.outcome is OrderStatus.COMPLETED
    assert result.active_by == result.completed_at + timedelta(hours=24)  # type: ignore[operator] -- it has a time


async def test_finding_that_does_not_fit(driver: OrderDriver) -> None:
    """A finding that does not fit is refused, and the refusal says what would."""
    await driver.placed()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resolve(NotPlaced())

    assert "awaiting_completion, which takes only: completed, abandon" in str(refused.value.cause)


async def test_slow_twin(driver: OrderDriver, store: EvidenceStore) -> None:
    """The ledger is read again: another execution of the attempt may have finished meanwhile."""
    await unknown(driver)
    order_id = str((await driver.at_tenios())["id"])
    await store.create(
        f"attempts/{driver.handle.id}/000001.outcome",
        OrderPlaced(order_id=order_id).model_dump_json().encode(),
    )
    await driver.forward(timedelta(seconds=31))
    snapshot = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert (snapshot.order_id, snapshot.reason) == (order_id, None)


async def test_resolved_while_the_ledger_is_read(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a person found is written into the ledger although a reading of it hangs."""
    asked, answered = asyncio.Event(), asyncio.Event()
    original = AttemptLedger.find

    async def find(self: AttemptLedger, request: PlaceOrder) -> OrderAttempt | None:
        if not asked.is_set():
            asked.set()
            await answered.wait()
        return await original(self, request)

    monkeypatch.setattr(AttemptLedger, "find", find)
    await unknown(driver)
    jumping = asyncio.create_task(driver.forward(timedelta(seconds=31)))
    await asked.wait()
    await driver.resolve(Placed(order_id=str((await driver.at_tenios())["id"])))
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    answered.set()
    await jumping


async def test_reset_before_the_order(driver: OrderDriver) -> None:
    """A reset workflow runs its order again, and gets the order that it has."""
    snapshot = await driver.placed()
    await driver.reset(before="place_order")
    again = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert again.order_id == snapshot.order_id
    assert len(await driver.order_posts()) == 1
    await driver.complete()
    assert (await driver.result()).outcome is OrderStatus.COMPLETED


async def test_reset_to_the_start(driver: OrderDriver) -> None:
    """Reset to its start, an order is verified anew and then gets the order that it has."""
    snapshot = await driver.placed()
    await driver.reset(before="submit_verification")
    again = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert again.order_id == snapshot.order_id
    assert again.verification_id != snapshot.verification_id
    assert len(await driver.order_posts()) == 1


async def test_reset_of_an_unknown_outcome(driver: OrderDriver) -> None:
    """A reset does not make an unknown order be sent again."""
    await unknown(driver)
    await driver.reset(before="place_order")
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)

    assert len(await driver.order_posts()) == 1


async def test_terminated_and_started_again(driver: OrderDriver) -> None:
    """After an order was terminated, a new one for its location asks before it orders again."""
    first = await driver.placed()
    await driver.handle.terminate()
    await driver.start_again()
    await driver.approve()
    snapshot = await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    assert f"placed order {first.order_id}" in (snapshot.reason or "")
    assert len(await driver.order_posts()) == 1

    await driver.resolve_as_not_placed()
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert second.order_id != first.order_id
    assert len(await driver.order_posts()) == 2


async def test_started_again_after_temporal_forgot(driver: OrderDriver) -> None:
    """A new order for a location whose completed one Temporal forgot asks before it orders."""
    first = await driver.placed()
    await driver.complete()
    await driver.result()
    await driver.start_again()
    await driver.approve()
    snapshot = await driver.until(OrderStatus.OUTCOME_UNKNOWN)

    assert f"placed order {first.order_id}" in (snapshot.reason or "")
    assert len(await driver.order_posts()) == 1
