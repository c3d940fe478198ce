"""What `status` shows of an ended order where no worker answers."""

from number_orders.cli.orders import _as_temporal_knows_it, _remark
from number_orders.starters.ends import end_of
from number_orders.starters.executions import describe
from number_orders.workflows.messages import Abandon
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver


async def test_result_without_a_worker(driver: OrderDriver) -> None:
    """How it ended, with its number and what a person has to look at, is Temporal's own record."""
    await driver.placed()
    order_id = (await driver.status()).order_id
    await driver.resolve(Abandon())
    summary = (await driver.result()).summary
    run = (await describe(driver.temporal.client, driver.handle.id)).execution
    shown = _as_temporal_knows_it(run, await end_of(driver.temporal.client, run))
    assert (shown["status"], shown["order_id"]) == (OrderStatus.CANCELLED, order_id)
    assert any("Nobody waits any longer for order" in note for note in shown["attention"])
    assert shown["waits_for"] == summary == (await driver.status()).waits_for


async def test_list(driver: OrderDriver) -> None:
    """For a list, an order that ended without a number needs no remark; a terminated one does."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    await driver.result()
    client = driver.temporal.client
    assert _remark((await describe(client, driver.handle.id)).execution) == ""
    await driver.start_again()
    await driver.handle.terminate()
    assert _remark((await describe(client, driver.handle.id)).execution) == "(terminated)"
