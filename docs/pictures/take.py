"""Takes the pictures of README and docs/web-ui.md: orders in Temporal's Web UI.

make pictures       # needs chromium; CHROMIUM names another one
"""

import asyncio
import os
import tempfile
from pathlib import Path

import httpx
from playwright.async_api import Page

from number_orders.devstack.stack import Stack, running_stack
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.polling import NotYet, until
from number_orders.starters import NumberOrders
from number_orders.starters.order_form import read_order_file
from number_orders.starters.ready_lists import ready_lists
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.web_ui.page import OrderList, OrderPage, opened_window, running_browser

_FOLDER = Path(__file__).parent
_EXAMPLES = _FOLDER.parents[1] / "examples"
_START_LIMIT_SECONDS = 60


class _Scene:
    """Orders of a stack, the people's part and the vendor's."""

    def __init__(self, stack: Stack, page: Page) -> None:
        self._stack = stack
        self._orders = NumberOrders(stack.client, EvidenceStore.open(stack.store_url))
        self._page = page

    async def start(self, example: str) -> str:
        """Start an order of the examples; its location."""
        fields = read_order_file(_EXAMPLES / f"{example}.json")
        await self._orders.start(fields)
        location: str = fields["location_id"]
        await self.until(location, OrderStatus.AWAITING_APPROVAL)
        return location

    async def until(self, location: str, status: OrderStatus) -> OrderSnapshot:
        """Wait until an order has a status."""

        async def has_it() -> OrderSnapshot:
            snapshot = await self._orders.status(location)
            if snapshot.status is not status:
                raise NotYet(f"{location} is {snapshot.status}")
            return snapshot

        return await until(has_it, within_seconds=_START_LIMIT_SECONDS)

    async def at_tenios(self, what: str) -> None:
        """A person at TENIOS does something."""
        async with httpx.AsyncClient(base_url=self._stack.sandbox, trust_env=False) as http:
            (await http.post(f"/_sandbox/{what}")).raise_for_status()

    async def order_page(self, location: str) -> OrderPage:
        """An order's page, opened."""
        page = OrderPage(self._page, self._stack.web_ui, workflow_id(location))
        await page.open()
        return page

    async def picture(self, name: str) -> None:
        """The whole window."""
        await self._page.screenshot(path=_FOLDER / name)


async def _taken(stack: Stack, page: Page) -> None:
    scene = _Scene(stack, page)
    cologne = await scene.start("cologne")
    order = await scene.order_page(cologne)
    await scene.picture("order.png")
    await order.fill_in(await order.offered("TENIOS approved it", decided_by="Ann"))
    await order.dialog.screenshot(path=_FOLDER / "approve.png")
    await order.give_up()

    munich = await scene.start("munich")
    order = await scene.order_page(munich)
    await order.send(
        await order.offered("TENIOS rejected it", decided_by="Ann", reason="not legible")
    )
    await order.until_details("rejected —")
    await order.send_in_vain(
        await order.offered("Correct the area code", corrected_by="Ann", area_code="8")
    )
    await order.dialog.screenshot(path=_FOLDER / "refused.png")
    await order.give_up()

    berlin = await scene.start("berlin")
    order = await scene.order_page(berlin)
    snapshot = await scene.until(berlin, OrderStatus.AWAITING_APPROVAL)
    await scene.at_tenios(f"verifications/{snapshot.verification_id}/approve")
    await order.send(await order.offered("TENIOS approved it", decided_by="Ann"))
    snapshot = await scene.until(berlin, OrderStatus.AWAITING_COMPLETION)
    await scene.at_tenios(f"orders/{snapshot.order_id}/complete")
    await order.until_details("completed —")
    await order.open()
    await scene.picture("completed.png")

    orders = OrderList(page, stack.web_ui)
    await orders.open(ready_lists()["all orders"])
    await orders.choose_columns(
        add=["OrderStatus", "NeedsPerson", "PhoneNumber"],
        remove=["Run ID", "Type", "Start", "End"],
    )
    await scene.picture("list.png")


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running_stack(Path(folder), auto_seconds=None) as stack,
            running_browser(os.environ.get("CHROMIUM", "/usr/bin/chromium")) as browser,
            opened_window(browser) as page,
        ):
            await _taken(stack, page)


asyncio.run(_main())
