"""Temporal's Web UI (2.54.1) as a person works with it: by clicking and typing alone."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Locator, Page, Request, ViewportSize, async_playwright
from playwright.async_api import TimeoutError as PageTimeout

from number_orders.runtime.web_ui import WebUi
from tests.support.until import LONG_ENOUGH_SECONDS, until

_LOOKS_EVERY_SECONDS = 0.5
"""How often a person presses R."""
_PATIENCE_MILLISECONDS = 10_000
"""After which a person clicks again."""


@asynccontextmanager
async def running_browser(executable: str) -> AsyncIterator[Browser]:
    """Chromium, without the sandbox that a container does not allow."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def opened_window(browser: Browser) -> AsyncIterator[Page]:
    """A window of a person's own, who was never here before."""
    context = await browser.new_context(viewport=ViewportSize(width=1400, height=900))
    page = await context.new_page()
    page.set_default_timeout(LONG_ENOUGH_SECONDS * 1000)
    yield page
    await context.close()


@dataclass(frozen=True)
class Sending:
    """What a person sends to an order."""

    dialog: str
    """As the menu *More Actions* names it."""
    name: str
    content: str
    """Its JSON, as it is typed."""


class OrderPage:
    """An order's page, by its link."""

    def __init__(self, page: Page, web_ui: WebUi, workflow_id: str) -> None:
        self.page = page
        self._url = web_ui.order(workflow_id)
        self._has_sent_signal = False
        page.on("requestfinished", self._see_request)
        self._details = page.frame_locator("#user-metadata-current-details").locator("main")
        self.dialog = page.locator("dialog[open]")

    def _see_request(self, request: Request) -> None:
        if request.method == "POST" and "/signal/" in request.url:
            self._has_sent_signal = True

    async def open(self) -> None:
        """Follow the link, and look at the details."""
        await self.page.goto(self._url)
        await _shown(self.page.get_by_test_id("user-metadata-tab")).click()
        await self._details.wait_for()

    async def until_result(self, part: str) -> None:
        """Follow the link, and wait until the result, beside the input, says this."""
        await self.page.goto(self._url)
        lines = self.page.get_by_test_id("input-and-result").locator(".cm-line")
        await lines.filter(has_text=part).wait_for()

    async def details(self) -> str:
        """What the details say."""
        return await self._details.inner_text()

    async def until_no_details(self) -> None:
        """Wait until the page has got no details, for which it asks a worker."""
        await self._details.get_by_text("No Current Details").wait_for()

    async def until_details(self, part: str) -> str:
        """Press R, which alone shows what is new, until the details say this."""

        async def say_it() -> str:
            await self.page.keyboard.press("r")
            details = await self.details()
            assert part in details, details
            return details

        return await until(say_it, every_seconds=_LOOKS_EVERY_SECONDS)

    async def offered(self, what: str, **blanks: str) -> Sending:
        """What the details have to copy for one action, with its blanks filled in."""
        offer = self._details.locator("p", has=self.page.locator(f'strong:text("{what}")'))
        content = await offer.locator("xpath=following-sibling::pre[1]").inner_text()
        for field, value in blanks.items():
            blank = f'"{field}": ""'
            assert content.count(blank) == 1, content
            content = content.replace(blank, f'"{field}": "{value}"')
        said = await offer.inner_text()
        [dialog] = [one for one in ("Send a Signal", "Send an Update") if one in said]
        return Sending(dialog, await offer.locator("> code").first.inner_text(), content.strip())

    async def fill_in(self, sending: Sending) -> None:
        """Open the dialog, choose the name and type the JSON."""
        await self.choose_name(sending)
        await self.type_data(sending.content)

    async def choose_name(self, sending: Sending) -> None:
        """Open the dialog, and choose the name alone."""
        await self.choose(sending.dialog)
        kind = sending.dialog.split()[-1].lower()
        await self.dialog.get_by_test_id(f"{kind}-select-button").click()
        name = self.page.get_by_text(sending.name, exact=True)
        await _shown(self.dialog.get_by_role("option").filter(has=name)).click()

    async def type_data(self, content: str) -> None:
        """Type the JSON in place of what is there, until it stands there."""
        field = self.dialog.locator(".cm-content")

        async def type_it() -> None:
            await field.click()
            # A dialog that is opened again shows what was typed before, and would send nothing:
            # what is typed over it counts as typed only where it differs.
            await self.page.keyboard.press("ControlOrMeta+a")
            await self.page.keyboard.press("Delete")
            await self.page.keyboard.insert_text(content)
            typed = await field.inner_text()
            assert typed.split() == content.split(), typed

        await until(type_it)

    async def submit(self) -> None:
        """Press the dialog's last button, *Submit* or *Confirm*, until the dialog closes."""
        self._has_sent_signal = False

        async def press() -> None:
            await self._click_last_button()
            try:
                await self.dialog.wait_for(state="hidden", timeout=_PATIENCE_MILLISECONDS)
            except PageTimeout:
                if not self._has_sent_signal:
                    raise AssertionError(await self.dialog.inner_text()) from None
                # Temporal has the signal, and the page goes on to show that it is being sent, with
                # both buttons disabled: a person loads the page anew.
                await self.open()

        await until(press)

    async def submit_in_vain(self) -> str:
        """Press it until the dialog shows red words, with which it stays open; the words."""
        words = _shown(self.dialog.get_by_role("alert"))

        async def press() -> str:
            await self._click_last_button()
            try:
                await words.first.wait_for(timeout=_PATIENCE_MILLISECONDS)
            except PageTimeout:
                raise AssertionError("The dialog says nothing") from None
            return "\n".join(await words.all_inner_texts())

        return await until(press)

    async def _click_last_button(self) -> None:
        """A click goes astray where the dialog is laid out anew: a person clicks once more."""
        with contextlib.suppress(PageTimeout):
            # The dialog may have closed meanwhile.
            await self.dialog.get_by_test_id("confirm-modal-button").click(
                timeout=_PATIENCE_MILLISECONDS
            )

    async def send(self, sending: Sending) -> None:
        """Send it; the dialog closes once Temporal has a signal, or the order takes an update."""
        await self.fill_in(sending)
        await self.submit()

    async def send_in_vain(self, sending: Sending) -> str:
        """Send what is refused; the red words."""
        await self.fill_in(sending)
        return await self.submit_in_vain()

    async def give_up(self) -> None:
        """Close the dialog, and send nothing."""
        await self.dialog.get_by_test_id("cancel-modal-button").click()
        await self.dialog.wait_for(state="hidden")

    async def request_cancellation(self) -> None:
        """The page's own button, which asks once more."""
        await _shown(self.page.get_by_role("button", name="Request Cancellation")).click()
        await self.submit()

    async def choose(self, action: str) -> None:
        """Choose from *More Actions*."""
        await _shown(self.page.get_by_role("button", name="More Actions")).click()
        await _shown(self.page.get_by_role("menuitem", name=action)).click()


class OrderList:
    """A list of orders."""

    def __init__(self, page: Page, web_ui: WebUi) -> None:
        self.page = page
        self._web_ui = web_ui

    async def open(self, query: str) -> None:
        """Follow the link to what a query finds."""
        await self.page.goto(self._web_ui.orders(query))
        await self.page.get_by_role("link", name="number-order:").first.wait_for()

    async def choose_columns(self, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Choose them as docs/web-ui.md says."""
        await self.page.get_by_role("button", name="Configure Columns").click()
        for column in remove:
            await self.page.get_by_test_id(f"orderable-list-item-{column}-remove-button").click()
        for column in add:
            await self.page.get_by_test_id(f"orderable-list-item-{column}-add-button").click()
        close = self.page.get_by_test_id("drawer-close-button")
        await close.click()
        # It slides away.
        await close.wait_for(state="hidden")


class StartForm:
    """The page's form for a new workflow."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, web_ui: WebUi) -> None:
        """From the list of workflows."""
        await self.page.goto(web_ui.orders(""))
        await _shown(self.page.get_by_role("link", name="Start Workflow", exact=True)).click()

    async def fill_in(self, **fields: str) -> None:
        """Type into fields: `workflowId`, `taskQueue`, `workflowType`."""
        for field, value in fields.items():
            await self.page.get_by_test_id(field).fill(value)

    async def until_input(self, part: str) -> None:
        """Wait until the input of the order that is copied is there: the page fetches it."""
        await self.page.locator(".cm-content").first.filter(has_text=part).wait_for()

    async def type_input(self, content: str) -> None:
        """Type the JSON of the input."""
        await self.page.locator(".cm-content").first.click()
        await self.page.keyboard.insert_text(content)

    async def start(self) -> None:
        """Press *Start Workflow*, and wait for the answer that it has."""
        await self.page.get_by_role("button", name="Start Workflow", exact=True).click()
        await self.page.get_by_role("link", name="Workflow started successfully").wait_for()


def _shown(found: Locator) -> Locator:
    """The one of them that is visible; the page has menus twice, for narrow windows as well."""
    return found.locator("visible=true")
