"""Two numbers of one location that share a verification: number 1 leads, number 2 follows."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from number_orders.starters import start_number_order
from tests.support.order_driver import OrderDriver


async def start_second(driver: OrderDriver, **changes: Any) -> None:
    """Start number 2, which waits for number 1's verification; the driver is about it from now."""
    given = {"number": 2, "document": None, "verification_from": 1, **changes}
    order = (await driver.order()).model_copy(update=given)
    with driver.temporal.with_time_skipping_disabled():
        await start_number_order(driver.temporal.client, order, driver.store)
    driver.number = 2
    driver.handle = driver.typed_handle()


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
