"""Cancelling in Temporal's Web UI, by our update and by the page's own button."""

import pytest

from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.web_ui.page import OrderPage

pytestmark = pytest.mark.long


async def test_update(driver: OrderDriver, order_page: OrderPage) -> None:
    """The update ends the order, which says who wanted it."""
    await order_page.send(await order_page.offered("Cancel the order", requested_by="ann"))

    assert "cancelled by ann" in await order_page.until_details("cancelled —")


async def test_button_of_the_page(driver: OrderDriver, order_page: OrderPage) -> None:
    """*Request Cancellation* means the same: what TENIOS has is given back first."""
    await driver.approve()
    await order_page.until_details("awaiting_completion —")
    await order_page.request_cancellation()
    details = await order_page.until_details("wants the order cancelled")
    assert "Temporal wants the order cancelled. The number is given back once TENIOS" in details
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    assert "cancelled by Temporal" in await order_page.until_details("cancelled —")
    assert len(await driver.cancel_posts()) == 1
