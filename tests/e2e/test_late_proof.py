"""A push that proves an order counts, although a person has found that there was none."""

from datetime import timedelta

import pytest

from number_orders.workflows.messages import Completed, NotPlaced
from number_orders.workflows.models import OrderStatus
from tests.e2e.test_last_word import unknown
from tests.e2e.test_temporal_tools import Gate, gate
from tests.support.order_driver import OrderDriver

__all__ = ["gate"]

NUMBER = "+49221555555"


async def _placing_again(driver: OrderDriver) -> str:
    """An order that TENIOS has and a person did not find, while it is sent once more in vain."""
    await unknown(driver)
    order_id = str((await driver.at_tenios())["id"])
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.resolve(NotPlaced())
    await driver.until(OrderStatus.PLACING_ORDER)
    return order_id


async def test_push_while_the_order_is_sent_again(driver: OrderDriver) -> None:
    """The order that TENIOS completes is the order, and no second one is sent."""
    order_id = await _placing_again(driver)
    await driver.push({"order_id": order_id, "phone_number": NUMBER, "status": "COMPLETED"})
    result = await driver.result()
    await driver.behave_well()

    assert (result.outcome, result.order_id) == (OrderStatus.COMPLETED, order_id)
    assert result.phone_number == NUMBER
    assert [post["status"] for post in await driver.order_posts()].count(200) == 0


@pytest.mark.parametrize("gate", ["cancel_number"], indirect=True)
async def test_another_number_while_one_is_given_back(driver: OrderDriver, gate: Gate) -> None:
    """A number that a person names meanwhile is not forgotten: it is to be given back too."""
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    await gate.answered.wait()
    await driver.resolve(Completed(phone_number=NUMBER))
    gate.released.set()
    snapshot = await driver.until_reason("TENIOS refused")

    assert (snapshot.status, snapshot.phone_number) == (OrderStatus.CANCELLING, NUMBER)


async def test_approval_of_a_mistyped_verification(driver: OrderDriver) -> None:
    """An approval that named a wrong verification costs no round, and the right one can follow."""
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.start(rounds=1)
    await driver.approve()
    own = (await driver.until(OrderStatus.PLACING_ORDER)).verification_id
    await driver.forward(timedelta(minutes=11))
    await driver.decide(approved=True, verification_id="mistyped")
    await driver.until_verification("mistyped")
    await driver.behave_well()
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert snapshot.verification_id is None
    assert own is not None
    assert own in str(snapshot.reason)
    await driver.decide(approved=True, verification_id=own)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED
