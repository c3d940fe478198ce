"""The attempt ledger where executions of one activity overlap, as when a worker stood still."""

import asyncio

import pytest
from temporalio.testing import ActivityEnvironment

from number_orders.activities.tenios import WorkerWasFrozenError
from number_orders.evidence.objects import Objects, ObjectsInFolder
from number_orders.evidence.store import EvidenceStore
from number_orders.tenios import errors
from number_orders.workflows.activity_interface import Found, OrderPlaced
from number_orders.workflows.messages import Placed
from tests.activities.vendor import WEB_UI, Vendor
from tests.support.channel import Channel


class StandingStore(EvidenceStore):
    """A store in which the first execution stands still after it has looked."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self.looked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def list(self, folder: str) -> list[str]:
        keys = await super().list(folder)
        if not self.looked.is_set():
            self.looked.set()
            await self.go_on.wait()
        return keys


@pytest.mark.parametrize("method", ["place", "withdraw"])
async def test_execution_that_stood_still_after_it_looked(vendor: Vendor, method: str) -> None:
    """What another execution did since the ledger was read is not stepped over."""
    standing = StandingStore(ObjectsInFolder(vendor.folder))
    usual, vendor.calls = vendor.calls, vendor.calls_with(standing)
    first = asyncio.create_task(getattr(vendor, method)())
    await standing.looked.wait()
    vendor.calls = usual
    placed = await vendor.place()
    standing.go_on.set()

    assert await first == placed
    assert await vendor.orders() == 1


@pytest.mark.parametrize("method", ["place", "withdraw"])
async def test_number_that_only_looks_free(vendor: Vendor, method: str) -> None:
    """Who takes a number that others have cleared away gets the answer of those ahead."""
    standing = StandingStore(ObjectsInFolder(vendor.folder))
    usual, vendor.calls = vendor.calls, vendor.calls_with(standing)
    first = asyncio.create_task(getattr(vendor, method)())
    await standing.looked.wait()
    vendor.calls = usual
    await vendor.behave(refuse_status=403)
    with pytest.raises(errors.CredentialsRefused):
        await vendor.place()
    placed = await vendor.place()
    standing.go_on.set()

    assert await first == placed
    assert await vendor.orders() == 1


class StoreBeforeTheOrder(EvidenceStore):
    """A store in which an execution stands still when it looks right before it sends."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self.listings = 0
        self.looked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def list(self, folder: str) -> list[str]:
        self.listings += 1
        # One for what is known, one for what is the latest.
        if self.listings == 3:
            self.looked.set()
            await self.go_on.wait()
        return await super().list(folder)


async def test_not_placed_while_a_worker_stood_still(vendor: Vendor) -> None:
    """A worker that stood still before it sent does not, once a person has found nothing."""
    standing = StoreBeforeTheOrder(ObjectsInFolder(vendor.folder))
    usual, vendor.calls = vendor.calls, vendor.calls_with(standing)
    slow = asyncio.create_task(vendor.place())
    await standing.looked.wait()
    vendor.calls = usual
    assert isinstance((await vendor.find_not_placed()).answer, Found)
    standing.go_on.set()

    with pytest.raises(WorkerWasFrozenError):
        await slow
    assert await vendor.orders() == 0
    assert isinstance(await vendor.place(settled_attempt=1), OrderPlaced)


class StoreBeforeTheOutcome(EvidenceStore):
    """A store in which an execution stands still when it has TENIOS' answer to write."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self.answered = asyncio.Event()
        self.go_on = asyncio.Event()

    async def create(self, key: str, content: bytes, *, limit_seconds: float | None = None) -> bool:
        if key.endswith(".outcome"):
            self.answered.set()
            await self.go_on.wait()
        return await super().create(key, content, limit_seconds=limit_seconds)


async def test_two_workers_at_once(vendor: Vendor) -> None:
    """Of two workers that run the same task one sends; the other sends nothing."""
    standing = StoreBeforeTheOutcome(ObjectsInFolder(vendor.folder))
    vendor.calls = vendor.calls_with(standing)
    both = [asyncio.create_task(vendor.place()) for _ in range(2)]
    # Whoever sends stands still, so that the other one's run falls into its own.
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    standing.go_on.set()
    answers = await asyncio.gather(*both)
    assert sorted(answer.kind for answer in answers) == ["placed", "unknown"]
    assert await vendor.orders() == 1


async def test_slow_twin_after_not_placed(vendor: Vendor, channel: Channel) -> None:
    """A slow twin's order is taken, although a person had found none, and people are told."""
    standing = StoreBeforeTheOutcome(ObjectsInFolder(vendor.folder))
    vendor.calls = vendor.calls_with(standing, channel.url)
    slow = asyncio.create_task(vendor.place())
    await standing.answered.wait()
    vendor.calls = vendor.calls_with(EvidenceStore.open(vendor.folder.as_uri()), channel.url)
    assert isinstance((await vendor.find_not_placed()).answer, Found)
    standing.go_on.set()
    placed = await slow

    assert isinstance(placed, OrderPlaced)
    assert await vendor.place(settled_attempt=1) == placed
    assert await vendor.orders() == 1
    [told] = channel.received
    assert f"order {placed.order_id} after ann had resolved it as not_placed" in told
    assert WEB_UI.order(ActivityEnvironment().info.workflow_id or "") in told


async def test_slow_twin_of_the_order_that_was_found(vendor: Vendor, channel: Channel) -> None:
    """An answer with the order that a person has found already is no news to anybody."""
    standing = StoreBeforeTheOutcome(ObjectsInFolder(vendor.folder))
    vendor.calls = vendor.calls_with(standing, channel.url)
    slow = asyncio.create_task(vendor.place())
    await standing.answered.wait()
    vendor.calls = vendor.calls_with(EvidenceStore.open(vendor.folder.as_uri()), channel.url)
    [order] = (await vendor.http.get("/_sandbox/orders")).json()
    order_id = str(order["id"])
    await vendor.find(Placed(order_id=order_id))
    standing.go_on.set()

    assert await slow == OrderPlaced(order_id=order_id)
    assert channel.received == []
