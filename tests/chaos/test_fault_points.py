"""Every point of the order call, and what may happen there.

For each way to be disturbed, one order stands still at each point; all of them are disturbed at
once, and then let go on. What may have been sent is never sent again; what provably was not, is.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from sys import executable
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from runtime.callback_keys import CallbackKeys
from runtime.evidence_store import EvidenceStore
from starters.orders import OrderHandle, start_number_order
from tests.chaos.services import Services
from tests.office import PDF, order_input
from workflows import contract
from workflows.messages import Cancellation, Decision
from workflows.models import OrderStatus
from workflows.number_order import NumberOrder

PLACED, UNKNOWN = OrderStatus.AWAITING_COMPLETION, OrderStatus.OUTCOME_UNKNOWN
CANCELLED = OrderStatus.CANCELLED

POINTS = (
    "before-intent",
    "after-intent",
    "connect",
    "sent",
    "accepted",
    "answered",
    "before-outcome",
    "after-outcome",
    "completion",
)
# Where TENIOS itself is what stands still, and for how long.
AT_TENIOS = {"sent": {"latency_seconds": 4}, "accepted": {"answer_latency_seconds": 4}}

TABLE = {
    # A stopped worker finishes its call first.
    "stop": dict.fromkeys(POINTS, (PLACED, 1)),
    # A cancelled order's call goes on to its end, and its number is given back.
    "cancel": dict.fromkeys(POINTS, (CANCELLED, 1)),
    # What is done while Temporal is away is found in the ledger.
    "temporal-away": dict.fromkeys(POINTS, (PLACED, 1)),
    # After a kill, a bare intent is all there is: nobody knows.
    "kill": {
        "before-intent": (PLACED, 1),
        "after-intent": (UNKNOWN, 0),
        "connect": (UNKNOWN, 0),
        "sent": (UNKNOWN, 1),
        "accepted": (UNKNOWN, 1),
        "answered": (UNKNOWN, 1),
        "before-outcome": (UNKNOWN, 1),
        "after-outcome": (PLACED, 1),
        "completion": (PLACED, 1),
    },
}


@dataclass
class Site:
    """The running services, and what a test does with them."""

    services: Services
    client: Client
    sandbox: httpx.AsyncClient
    folder: Path
    store: EvidenceStore
    document: tuple[str, str]

    async def start(self, disturbance: str) -> dict[str, OrderHandle]:
        """One approved order for each point, standing still there."""
        handles = {
            point: (
                await start_number_order(
                    self.client,
                    order_input(f"{disturbance}.{point}", *self.document),
                    self.store,
                )
            ).handle
            for point in POINTS
        }
        for point, handle in handles.items():
            snapshot = await until(handle, OrderStatus.AWAITING_APPROVAL)
            about = {"verification_id": snapshot.verification_id}
            await self.post(
                "behaviours", {"path": "/number/order", **about, **AT_TENIOS.get(point, {})}
            )
            await self.post(f"verifications/{snapshot.verification_id}/approve")
            # TENIOS stands still for a moment only: its two come last.
        for point in sorted(POINTS, key=lambda point: point in AT_TENIOS):
            if point in AT_TENIOS:
                await self.all_paused(handles)
            decision = Decision(approved=True, decided_by="ann")
            await handles[point].signal(contract.VERIFICATION_DECIDED, decision)
        for point in AT_TENIOS:
            while not await self.posts(handles[point]):
                await asyncio.sleep(0.05)
        return handles

    async def all_paused(self, handles: dict[str, OrderHandle]) -> None:
        """Wait until each order that pauses by itself does."""
        for point, handle in handles.items():
            while point not in AT_TENIOS and not (self.folder / f"{handle.id}.paused").exists():
                await asyncio.sleep(0.05)

    def go_on(self, handles: dict[str, OrderHandle]) -> None:
        for handle in handles.values():
            (self.folder / f"{handle.id}.go").touch()

    async def posts(self, handle: OrderHandle) -> list[dict[str, Any]]:
        """The order POSTs that reached TENIOS for this order."""
        path = CallbackKeys.parse(self.services.environment["BRIDGE_KEYS"]).callback(handle.id).path
        ledger = (await self.sandbox.get("/_sandbox/ledger")).json()
        return [
            entry
            for entry in ledger
            if entry["path"] == "/number/order" and entry["body"]["push_url"].endswith(path)
        ]

    async def post(self, path: str, content: object = None) -> None:
        (await self.sandbox.post(f"/_sandbox/{path}", json=content)).raise_for_status()


async def until(handle: OrderHandle, *statuses: OrderStatus) -> Any:
    """Wait until an order has one of these statuses."""
    async with asyncio.timeout(120):
        while True:
            snapshot = await handle.query(NumberOrder.status)
            if snapshot.status in statuses:
                return snapshot
            await asyncio.sleep(0.2)


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Temporal with its state in a file, sandbox, bridge, and one worker that pauses."""
    folder = tmp_path_factory.mktemp("fault-points")
    command = [executable, "-m", "tests.chaos.pausing_worker", str(folder)]
    services = Services(folder, {"worker": command})
    try:
        client = await services.start_all()
        services.end("worker-2", signal.SIGKILL)
        async with httpx.AsyncClient(base_url=services.sandbox_url, trust_env=False) as http:
            store = EvidenceStore.open(services.store_url)
            document = (await store.put_document(PDF), await store.identity())
            yield Site(services, client, http, folder, store, document)
    finally:
        services.stop_all()


async def stop(site: Site, handles: dict[str, OrderHandle]) -> None:
    site.services.end("worker-1", signal.SIGTERM)
    await asyncio.sleep(0.5)
    site.go_on(handles)
    while "worker-1" not in site.services.ended():
        await asyncio.sleep(0.1)
    site.services.start("worker-1")


async def cancel(site: Site, handles: dict[str, OrderHandle]) -> None:
    for handle in handles.values():
        await handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="ann"))
    site.go_on(handles)
    for handle in handles.values():
        snapshot = await until(handle, PLACED)
        await site.post(f"orders/{snapshot.order_id}/complete")


async def temporal_away(site: Site, handles: dict[str, OrderHandle]) -> None:
    site.services.end("temporal", signal.SIGKILL)
    site.go_on(handles)
    # Longer than the worker tries to report a result: the results are lost.
    await asyncio.sleep(60)
    site.services.start("temporal")


async def kill(site: Site, handles: dict[str, OrderHandle]) -> None:
    site.services.end("worker-1", signal.SIGKILL)
    site.services.start("worker-1")


DISTURB: dict[str, Callable[[Site, dict[str, OrderHandle]], Awaitable[None]]] = {
    "stop": stop,
    "cancel": cancel,
    "temporal-away": temporal_away,
    "kill": kill,
}


@pytest.fixture(scope="module", params=TABLE)
async def disturbed(
    request: pytest.FixtureRequest, site: Site
) -> tuple[str, dict[str, OrderHandle]]:
    """Nine orders that were disturbed in one way, each at its point."""
    disturbance = request.param
    handles = await site.start(disturbance)
    await site.all_paused(handles)
    await DISTURB[disturbance](site, handles)
    return disturbance, handles


@pytest.mark.parametrize("point", POINTS)
async def test_fault_point(
    site: Site, disturbed: tuple[str, dict[str, OrderHandle]], point: str
) -> None:
    """Whatever happens at this point, the order is sent once at most, and says how it stands."""
    disturbance, handles = disturbed
    status, posts = TABLE[disturbance][point]
    settled = await until(handles[point], PLACED, UNKNOWN, CANCELLED)
    if settled.status is not status:
        # A late answer may still be found, or a number given back.
        settled = await until(handles[point], status)

    assert len(await site.posts(handles[point])) == posts
    if status is UNKNOWN:
        assert settled.reason
