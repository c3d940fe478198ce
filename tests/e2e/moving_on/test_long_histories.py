"""A history that becomes long at an odd moment ends no order, and makes none deaf."""

import base64
from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.models import OrderStatus
from tests.conftest import bridge_serving, worker_running
from tests.e2e.moving_on.conftest import EVENTS, moving_on_server
from tests.support.order_driver import OrderDriver
from tests.support.until import until


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """A server for which no worker runs, unless the test starts one."""
    async with moving_on_server() as environment:
        yield environment


@pytest.fixture(scope="module")
async def bridge_url(temporal: WorkflowEnvironment, store: EvidenceStore) -> AsyncIterator[str]:
    async with bridge_serving(temporal, store) as url:
        yield url


@pytest.fixture
def working() -> None:
    """No worker, unless the test starts one."""


async def test_approval_in_the_same_task(
    driver: OrderDriver,
    temporal: WorkflowEnvironment,
    bridge_url: str,
    store: EvidenceStore,
    tenios: TeniosClient,
) -> None:
    """An approval that comes while the history becomes long places the order, once."""
    async with worker_running(temporal, bridge_url, store, tenios):
        await driver.start()
        snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.approve_at_tenios(snapshot.verification_id)
    for _ in range(EVENTS):
        await driver.handle.signal("no_such_signal")
    await driver.decide(approved=True)
    async with worker_running(temporal, bridge_url, store, tenios):
        await driver.until(OrderStatus.AWAITING_COMPLETION)
        await driver.complete()
        assert (await driver.result()).outcome is OrderStatus.COMPLETED
        await driver.close()
    assert [post["status"] for post in await driver.order_posts()] == [200]


async def test_unread_pushes(
    driver: OrderDriver,
    temporal: WorkflowEnvironment,
    bridge_url: str,
    store: EvidenceStore,
    tenios: TeniosClient,
) -> None:
    """Pushes that have to be read make the history long, and the true one still completes."""
    async with worker_running(temporal, bridge_url, store, tenios):
        await driver.placed()
        for number in range(EVENTS):
            body = base64.b64encode(b'{"order_id": "77", "n": %d}' % number).decode()
            delivery = {
                "delivery_id": f"by-hand-{number}",
                "received_at": "2026-01-01T00:00:00Z",
                "body": body,
                "authenticated_by": "url",
            }
            await driver.handle.signal(ORDER_COMPLETED, delivery)

        async def are_read() -> None:
            effects = [message.effect for message in (await driver.status()).messages]
            assert not any("read" in effect for effect in effects)

        await until(are_read)
        await driver.complete()
        assert (await driver.result()).outcome is OrderStatus.COMPLETED
        await driver.close()
