"""What a person found in the TENIOS portal, told in Temporal's Web UI by clicking alone."""

import pytest

from number_orders.workflows.commands import NOT_PLACED_AFTER
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.web_ui.page import OrderPage

pytestmark = pytest.mark.long


@pytest.fixture
async def unknown(driver: OrderDriver, order_page: OrderPage) -> OrderPage:
    """The page of an order of which nobody knows whether TENIOS took it."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.approve()
    await order_page.until_details("outcome_unknown —")
    return order_page


@pytest.mark.parametrize(
    ("what", "blanks", "status"),
    [
        ("TENIOS has the order", {"order_id": "1001"}, OrderStatus.AWAITING_COMPLETION),
        ("TENIOS has completed it", {"phone_number": "+49221123456"}, OrderStatus.COMPLETED),
        ("Nobody waits for it any longer", {}, OrderStatus.CANCELLED),
    ],
)
async def test_resolve(
    driver: OrderDriver,
    unknown: OrderPage,
    what: str,
    blanks: dict[str, str],
    status: OrderStatus,
) -> None:
    """Each finding is offered, and the order goes on from it; the page shows who found it."""
    await unknown.send(await unknown.offered(what, resolved_by="ann", **blanks))

    assert "Found by ann: " in await unknown.until_details(f"{status} —")


async def test_looked_too_early(driver: OrderDriver, unknown: OrderPage) -> None:
    """That TENIOS has no order is refused with the time from which on it counts, and then taken."""
    not_placed = await unknown.offered("TENIOS has no such order", resolved_by="ann")
    assert "look again at" in await unknown.send_in_vain(not_placed)
    await unknown.give_up()
    await driver.forward(NOT_PLACED_AFTER)
    await unknown.send(not_placed)
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert len(await driver.order_posts()) == 2
