"""What the Web UI says when something is mistyped, comes second, or finds nobody at work."""

import dataclasses

import pytest
from playwright.async_api import Browser

from number_orders.runtime.web_ui import WebUi
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.web_ui.conftest import Away
from tests.web_ui.page import OrderPage, opened_window

pytestmark = pytest.mark.long


async def test_mistyped_signal(driver: OrderDriver, order_page: OrderPage) -> None:
    """Nothing answers a signal; what was wrong with it shows in the details, until it is right."""
    approval = await order_page.offered("TENIOS approved it", decided_by="ann")
    mistyped = dataclasses.replace(approval, content=approval.content.replace("true", '"yes"'))
    await order_page.send(mistyped)
    details = await order_page.until_details("could not be used")
    assert "approved: expected true or false" in details
    await driver.approve_at_tenios((await driver.status()).verification_id)
    await order_page.send(approval)

    assert "could not be used" not in await order_page.until_details("awaiting_completion —")


async def test_blanks_in_an_update(driver: OrderDriver, order_page: OrderPage) -> None:
    """An update is answered in the dialog, which stays open for the correction."""
    cancellation = await order_page.offered("Cancel the order")
    assert await order_page.send_in_vain(cancellation) == "requested_by: is empty"
    assert (await driver.status()).status is OrderStatus.AWAITING_APPROVAL
    await order_page.type_data(cancellation.content.replace('""', '"ann"'))
    await order_page.submit()

    assert (await driver.result()).outcome is OrderStatus.CANCELLED


async def test_dialog_opened_again(driver: OrderDriver, order_page: OrderPage) -> None:
    """A dialog that shows what was typed the time before sends nothing; the answer says so."""
    cancellation = await order_page.offered("Cancel the order")
    await order_page.fill_in(cancellation)
    await order_page.give_up()
    await order_page.choose_name(cancellation)

    assert await order_page.submit_in_vain() == (
        "expected one argument in JSON, and got none: empty the field, and type it anew"
    )
    await order_page.give_up()


@pytest.mark.parametrize("what", ["Cancel the order", "TENIOS approved it"])
async def test_no_json(driver: OrderDriver, order_page: OrderPage, what: str) -> None:
    """What is no JSON does not leave the page's dialog."""
    offered = await order_page.offered(what)
    broken = dataclasses.replace(offered, content=offered.content.removesuffix("}"))
    assert "Input must be valid JSON" in await order_page.send_in_vain(broken)
    await order_page.give_up()

    assert not (await driver.status()).messages


async def test_two_people_correct(
    driver: OrderDriver, order_page: OrderPage, browser: Browser, web_ui: WebUi
) -> None:
    """Of two who correct at once the first one counts; the second one reads why theirs does not."""
    await driver.decide(approved=False)
    await order_page.until_details("rejected —")
    async with opened_window(browser) as window:
        second = OrderPage(window, web_ui, driver.handle.id)
        await second.open()
        await second.until_details("rejected —")
        await second.fill_in(
            await second.offered("Correct the area code", corrected_by="bob", area_code="228")
        )
        await order_page.send(
            await order_page.offered("Correct the area code", corrected_by="ann", area_code="30")
        )
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        refused = await second.submit_in_vain()

    assert refused == "the order is awaiting_approval; only a rejected one can be corrected"


async def test_two_people_decide(
    driver: OrderDriver, order_page: OrderPage, browser: Browser, web_ui: WebUi
) -> None:
    """Of two who decide at once the first one counts; the details say so of the second one."""
    async with opened_window(browser) as window:
        second = OrderPage(window, web_ui, driver.handle.id)
        await second.open()
        await second.fill_in(
            await second.offered("TENIOS rejected it", decided_by="bob", reason="not legible")
        )
        await driver.approve_at_tenios((await driver.status()).verification_id)
        await order_page.send(await order_page.offered("TENIOS approved it", decided_by="ann"))
        await driver.until(OrderStatus.AWAITING_COMPLETION)
        await second.submit()
        details = await second.until_details("does not count")

    assert "The rejection by bob does not count: another decision came before." in details
    assert "awaiting_completion —" in details


async def test_worker_is_away(driver: OrderDriver, order_page: OrderPage, working: Away) -> None:
    """While no worker runs the page has no details, and an approval is kept until one does."""
    approval = await order_page.offered("TENIOS approved it", decided_by="ann")
    await driver.approve_at_tenios((await driver.status()).verification_id)
    async with working():
        await order_page.send(approval)
        await order_page.page.reload()
        await order_page.until_no_details()
    await order_page.page.reload()

    await order_page.until_details("awaiting_completion —")
