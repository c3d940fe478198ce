"""The services for `test_fault_points`, and orders that stand still in the midst of a call."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.starters.orders import OrderHandle, start_number_order
from number_orders.workflows import contract
from number_orders.workflows.messages import Cancellation, Decision, NotPlaced, Resolution
from number_orders.workflows.models import DocumentReference, OrderStatus
from number_orders.workflows.number_order import NumberOrder
from tests.chaos.services import Services
from tests.support.order_driver import order_input

POINTS = {
    "place_order": (
        "before-intent",
        "after-intent",
        "connect",
        "sent",
        "accepted",
        "answered",
        "before-outcome",
        "after-outcome",
        "completion",
    ),
    # Of an order that TENIOS failed to take, and that a person did not find.
    "record_finding": ("before-outcome", "after-outcome", "completion"),
    "cancel_number": ("connect", "answered", "before-given_back", "after-given_back", "completion"),
}
"""Where each call may be disturbed, in their order."""

Case = tuple[str, str]
"""A call and a point of it."""

CASES: tuple[Case, ...] = tuple((call, point) for call in POINTS for point in POINTS[call])

# Where TENIOS itself is what stands still, and for how long.
_AT_TENIOS: dict[Case, dict[str, float]] = {
    ("place_order", "sent"): {"latency_seconds": 4},
    ("place_order", "accepted"): {"answer_latency_seconds": 4},
}
_PATHS = {"cancel_number": "/number/cancel"}
CANCELLATION = Cancellation(requested_by="ann")


@dataclass
class Site:
    """The running services, and what a test does with them."""

    services: Services
    client: Client
    sandbox: httpx.AsyncClient
    folder: Path
    store: EvidenceStore
    document: DocumentReference

    async def start(self, disturbance: str) -> dict[Case, OrderHandle]:
        """One order for each point, standing still there."""
        handles = {case: await self._start(f"{disturbance}.{'.'.join(case)}") for case in CASES}
        # TENIOS stands still for a moment only: its two come last.
        first = [case for case in CASES if case not in _AT_TENIOS]
        await asyncio.gather(*(self._bring_to(case, handles[case]) for case in first))
        await asyncio.gather(*(self._bring_to(case, handles[case]) for case in _AT_TENIOS))
        return handles

    def go_on(self, handles: dict[Case, OrderHandle]) -> None:
        for handle in handles.values():
            (self.folder / f"{handle.id}.go").touch()

    async def posts(self, case: Case, handle: OrderHandle) -> list[dict[str, Any]]:
        """The POSTs of this call that reached TENIOS for this order."""
        ledger = (await self.sandbox.get("/_sandbox/ledger")).json()
        sent = [entry for entry in ledger if entry["path"] == _PATHS.get(case[0], "/number/order")]
        if case[0] == "cancel_number":
            number = (await handle.query(NumberOrder.status)).phone_number
            return [entry for entry in sent if entry["body"]["phone_number"] == number]
        keys = CallbackKeys.parse(self.services.environment["BRIDGE_KEYS"])
        path = keys.callback(handle.id).path
        return [entry for entry in sent if entry["body"]["push_url"].endswith(path)]

    async def complete(self, handle: OrderHandle) -> None:
        """TENIOS completes the order and pushes."""
        snapshot = await until(handle, OrderStatus.AWAITING_COMPLETION)
        await self._post(f"orders/{snapshot.order_id}/complete")

    async def _start(self, location_id: str) -> OrderHandle:
        order = order_input(location_id, self.document)
        return (await start_number_order(self.client, order, self.store)).handle

    async def _bring_to(self, case: Case, handle: OrderHandle) -> None:
        """Let an order come to where its call stands still."""
        call, _ = case
        snapshot = await until(handle, OrderStatus.AWAITING_APPROVAL)
        behaviour: dict[str, object] = {"path": "/number/order", **_AT_TENIOS.get(case, {})}
        if call == "record_finding":
            behaviour["refuse_status"] = 500
        behaviour["verification_id"] = snapshot.verification_id
        await self._post("behaviours", behaviour)
        await self._post(f"verifications/{snapshot.verification_id}/approve")
        decision = Decision(approved=True, decided_by="ann")
        await handle.signal(contract.VERIFICATION_DECIDED, decision)
        if call == "record_finding":
            await until(handle, OrderStatus.OUTCOME_UNKNOWN)
            resolution = Resolution(finding=NotPlaced(), resolved_by="ann")
            await handle.execute_update(NumberOrder.resolve_order, resolution)
        elif call == "cancel_number":
            await until(handle, OrderStatus.AWAITING_COMPLETION)
            await handle.execute_update(NumberOrder.cancel, CANCELLATION)
            await self.complete(handle)
        async with asyncio.timeout(120):
            while not await self._stands_still(case, handle):
                await asyncio.sleep(0.05)

    async def _stands_still(self, case: Case, handle: OrderHandle) -> bool:
        if case in _AT_TENIOS:
            return bool(await self.posts(case, handle))
        return (self.folder / f"{handle.id}.paused").exists()

    async def _post(self, path: str, content: object = None) -> None:
        (await self.sandbox.post(f"/_sandbox/{path}", json=content)).raise_for_status()


async def until(handle: OrderHandle, *statuses: OrderStatus) -> Any:
    """Wait until an order has one of these statuses."""
    async with asyncio.timeout(120):
        while True:
            snapshot = await handle.query(NumberOrder.status)
            if snapshot.status in statuses:
                return snapshot
            await asyncio.sleep(0.2)
