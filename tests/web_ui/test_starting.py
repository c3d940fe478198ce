"""Starting in Temporal's Web UI: by its form, and like an order that is there."""

import pytest
from playwright.async_api import Page

from number_orders.runtime.web_ui import WebUi
from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.web_ui.page import OrderPage, StartForm

pytestmark = pytest.mark.long


async def test_start_form(driver: OrderDriver, window: Page, web_ui: WebUi) -> None:
    """An order that is typed into the page's form is an order like any other."""
    driver.handle = driver.typed_handle()
    form = StartForm(window)
    await form.open(web_ui)
    await form.fill_in(
        workflowId=contract.workflow_id(driver.location_id),
        taskQueue=contract.TASK_QUEUE,
        workflowType=contract.WORKFLOW_TYPE,
    )
    await form.type_input((await driver.order()).model_dump_json(indent=2))
    await form.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    order_page = OrderPage(window, web_ui, driver.handle.id)
    await order_page.open()

    assert "Köln (221)" in await order_page.until_details("awaiting_approval —")


async def test_like_another_order(
    driver: OrderDriver, order_page: OrderPage, window: Page, web_ui: WebUi
) -> None:
    """The same order under another id ends at once, and its page says which id it has."""
    await order_page.choose("Start Workflow Like This One")
    copy_id = f"{driver.handle.id}-copy"
    form = StartForm(window)
    await form.until_input(driver.location_id)
    await form.fill_in(workflowId=copy_id)
    await form.start()

    await OrderPage(window, web_ui, copy_id).until_result(
        f"the workflow id of this location's order is {driver.handle.id}, not {copy_id}"
    )


async def test_like_an_order_that_has_its_number(
    driver: OrderDriver, order_page: OrderPage, window: Page
) -> None:
    """An order that ended starts once more under its own id, and asks before it buys again."""
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()
    await order_page.until_details("completed —")
    await order_page.choose("Start Workflow Like This One")
    form = StartForm(window)
    await form.until_input(driver.location_id)
    await form.start()
    driver.handle = driver.typed_handle()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)

    await order_page.open()
    await order_page.until_details("outcome_unknown —")
    assert len(await driver.order_posts()) == 1
