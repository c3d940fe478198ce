"""A Temporal server with its Web UI, a browser, and a worker that may be away."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, Page
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.web_ui import WebUi
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.models import OrderStatus
from tests.conftest import bridge_serving, temporal_server, worker_running
from tests.support.order_driver import OrderDriver
from tests.support.ports import free_port
from tests.support.tools import needs
from tests.web_ui.page import OrderPage, opened_window, running_browser

Away = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; CHROMIUM names another one."""
    async with running_browser(needs(os.environ.get("CHROMIUM", "chromium"), "chromium")) as one:
        yield one


@pytest.fixture(scope="session")
def web_ui_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
async def temporal(browser: Browser, web_ui_port: int) -> AsyncIterator[WorkflowEnvironment]:
    async with temporal_server(ui_port=web_ui_port) as environment:
        yield environment


@pytest.fixture(scope="session")
def web_ui(temporal: WorkflowEnvironment, web_ui_port: int) -> WebUi:
    return WebUi(f"http://127.0.0.1:{web_ui_port}", temporal.client.namespace)


@pytest.fixture(scope="session")
async def bridge_url(temporal: WorkflowEnvironment, store: EvidenceStore) -> AsyncIterator[str]:
    async with bridge_serving(temporal, store) as url:
        yield url


@pytest.fixture(scope="session")
async def working(
    temporal: WorkflowEnvironment, bridge_url: str, store: EvidenceStore, tenios: TeniosClient
) -> AsyncIterator[Away]:
    """A worker runs, but for while a test has it away."""

    def running() -> AbstractAsyncContextManager[None]:
        return worker_running(temporal, bridge_url, store, tenios)

    async with AsyncExitStack() as worker:

        @asynccontextmanager
        async def away() -> AsyncIterator[None]:
            await worker.aclose()
            try:
                yield
            finally:
                await worker.enter_async_context(running())

        await worker.enter_async_context(running())
        yield away


@pytest.fixture
async def window(browser: Browser) -> AsyncIterator[Page]:
    async with opened_window(browser) as page:
        yield page


@pytest.fixture
async def order_page(driver: OrderDriver, window: Page, web_ui: WebUi) -> OrderPage:
    """The page of an order that waits for its approval."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    page = OrderPage(window, web_ui, driver.handle.id)
    await page.open()
    return page
