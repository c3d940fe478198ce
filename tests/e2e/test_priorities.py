"""Whose calls Temporal hands out first, where more wait than TENIOS' pace lets through."""

from number_orders.starters.orders import start_in_batch
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver


async def priorities(driver: OrderDriver) -> dict[str, tuple[int, str]]:
    """The priority and fairness key of the order and of each of its calls."""
    found = {}
    for event in (await driver.handle.fetch_history()).events:
        scheduled = event.activity_task_scheduled_event_attributes
        started = event.workflow_execution_started_event_attributes
        for name, what in ((scheduled.activity_type.name, scheduled), ("order", started)):
            if what.HasField("priority") and name:
                found[name] = (what.priority.priority_key, what.priority.fairness_key)
    return found


async def test_alone(driver: OrderDriver) -> None:
    """An order that somebody started goes before those of a batch, and is placed before all."""
    await driver.placed()
    assert await priorities(driver) == {
        "order": (2, ""),
        "submit_verification": (2, ""),
        "place_order": (1, ""),
    }


async def test_in_batch(driver: OrderDriver) -> None:
    """An order of a batch goes behind, shares with other batches, and is placed first as well."""
    order = await driver.order()
    with driver.temporal.with_time_skipping_disabled():
        handle = await start_in_batch(driver.temporal.client, order, "spring")
        assert await start_in_batch(driver.temporal.client, order, "spring") is None
    assert handle is not None
    driver.handle = handle
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert await priorities(driver) == {
        "order": (4, "spring"),
        "submit_verification": (4, "spring"),
        "place_order": (3, "spring"),
    }
