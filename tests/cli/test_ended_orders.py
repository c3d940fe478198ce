"""What `status` shows of an ended order where no worker answers."""

from number_orders.cli.orders import _as_temporal_knows_it
from number_orders.starters.executions import describe
from number_orders.workflows.messages import Abandon
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver


async def test_result_without_a_worker(driver: OrderDriver) -> None:
    """How it ended, with its number and what a person has to look at, is Temporal's own record."""
    await driver.placed()
    order_id = (await driver.status()).order_id
    await driver.resolve(Abandon())
    await driver.result()
    description = await describe(driver.temporal.client, driver.handle.id)
    shown = await _as_temporal_knows_it(driver.handle, description.execution)
    assert (shown["status"], shown["order_id"]) == (OrderStatus.CANCELLED, order_id)
    assert any("Nobody waits any longer for order" in note for note in shown["attention"])
