"""Two numbers of one location that share a verification: number 1 leads, number 2 follows."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from number_orders.starters import start_number_order
from number_orders.workflows.contract import VERIFICATION_AWAITED
from tests.support.order_driver import OrderDriver
from tests.support.until import until


async def start_second(driver: OrderDriver, **changes: Any) -> None:
    """Start number 2, which waits for number 1's verification; the driver is about it from now."""
    given = {"number": 2, "document": None, "verification_from": 1, **changes}
    order = (await driver.order()).model_copy(update=given)
    with driver.temporal.with_time_skipping_disabled():
        await start_number_order(driver.temporal.client, order, driver.store)
    driver.number = 2
    driver.handle = driver.typed_handle()


async def until_awaited(driver: OrderDriver) -> None:
    """Wait until number 1 knows that number 2 waits for it."""

    async def has_been_told() -> None:
        async with first_number(driver):
            history = await driver.handle.fetch_history()
        signals = [event.workflow_execution_signaled_event_attributes for event in history.events]
        assert any(signal.signal_name == VERIFICATION_AWAITED for signal in signals)

    await until(has_been_told)


@contextlib.asynccontextmanager
async def first_number(driver: OrderDriver) -> AsyncIterator[None]:
    """Meanwhile the driver is about number 1."""
    second, number = driver.handle, driver.number
    driver.number = 1
    driver.handle = driver.typed_handle()
    try:
        yield
    finally:
        driver.handle, driver.number = second, number
