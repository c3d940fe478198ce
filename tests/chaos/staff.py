"""Engineers who do what they should, and TENIOS' service team."""

import time
from collections.abc import Iterator

from number_orders.workflows import contract
from number_orders.workflows.messages import (
    AddressCorrection,
    Cancellation,
    Completed,
    Correction,
    Decision,
    NotPlaced,
    Placed,
    Resolution,
)
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from tests.chaos.plan import OrderPlan
from tests.chaos.scene import Deed, NotYetError, Scene, Seen, house_number

_HAND_LOOKED_UP = frozenset(
    {OrderStatus.AWAITING_NUMBER, OrderStatus.OVERDUE, OrderStatus.CANCELLING}
)
CANCELLATION = Cancellation(requested_by="chaos")


class Staff:
    """They decide, correct, cancel and look up."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._reviewed: set[str] = set()
        """Orders whose first decision was made, and verifications that TENIOS has approved."""
        self._first_seen: dict[int, float] = {}

    def deeds(self, plan: OrderPlan, seen: Seen) -> Iterator[Deed]:
        """What is to be done about an order in this status."""
        status, verification = seen.status, seen.verification
        if plan.decision == "early":
            yield ("early", seen.workflow_id), lambda: self._decide(plan, "", approved=True)
        if plan.cancel != "none" and seen.age > plan.disturbed_after:
            yield ("cancel", seen.workflow_id), lambda: self._cancel(plan)
        if plan.is_terminated:
            return
        if status is OrderStatus.AWAITING_APPROVAL and verification:
            # Each time anew: an approval that was too early has to be repeated.
            yield ("decide", verification, seen.entered), lambda: self._review(plan, verification)
        elif status is OrderStatus.REJECTED:
            yield from self._after_rejection(plan, seen)
        elif status is OrderStatus.OUTCOME_UNKNOWN and plan.finding == "by_operator":
            if plan.mistake != "does_not_look":
                # A resolved order may become unknown again.
                yield ("resolve", seen.workflow_id, seen.entered), lambda: self.resolve(plan)
        elif status in _HAND_LOOKED_UP and plan.index % 2:
            yield ("complete by hand", seen.workflow_id), lambda: self._complete_by_hand(plan)

    def _after_rejection(self, plan: OrderPlan, seen: Seen) -> Iterator[Deed]:
        if plan.gives_up:
            yield ("give up", seen.workflow_id), lambda: self._cancel(plan)
        elif plan.decision != "reject" and not plan.mistake.startswith("corrects"):
            what = "correct" if plan.number == 1 else "submit a document after all"
            yield (what, seen.workflow_id, seen.entered), lambda: self.correct(plan)

    def deeds_at_tenios(self) -> Iterator[Deed]:
        """The service team completes orders."""
        for order in self._scene.orders:
            seen = self._first_seen.setdefault(order["id"], time.monotonic())
            plan = self._scene.plans[self._scene.workflow_of(order)]
            if order["completed"] is None and time.monotonic() - seen > plan.completes_after:
                yield (
                    ("complete", str(order["id"])),
                    lambda order_id=order["id"]: self._complete(order_id),
                )

    async def correct(self, plan: OrderPlan, letter: str = "b") -> None:
        """Another house number; an order that waited for a verification gets one of its own."""
        if plan.number == 1:
            correction = Correction(
                corrected_by="chaos",
                address=AddressCorrection(house_number=house_number(plan, letter)),
                # In a second round this number is the one that there is.
                unchanged=True,
                reason="chaos",
            )
        else:
            correction = Correction(
                corrected_by="chaos",
                document=self._scene.document,
                store_id=await self._scene.store.identity(),
                unchanged=True,
                reason="chaos",
            )
        await self._scene.handle(plan).execute_update(NumberOrder.resubmit, correction)

    async def resolve(self, plan: OrderPlan) -> None:
        """Somebody looks the order up in the portal, and says what is there."""
        ours = await self._scene.at_tenios(plan)
        await self._scene.handle(plan).execute_update(
            NumberOrder.resolve_order,
            Resolution(
                finding=Placed(order_id=str(ours[-1]["id"])) if ours else NotPlaced(),
                resolved_by="chaos",
            ),
        )

    async def _review(self, plan: OrderPlan, verification: str) -> None:
        is_first = plan.workflow_id not in self._reviewed
        if is_first and plan.decision in {"reject", "reject_then_correct"}:
            await self._scene.sandbox.post(f"/_sandbox/verifications/{verification}/reject")
            await self._decide(plan, verification, approved=False)
        elif is_first and plan.decision == "premature":
            await self._decide(plan, verification, approved=True)
        else:
            await self._approve_at_tenios(plan, verification)
            await self._decide(plan, verification, approved=True)
        self._reviewed.add(plan.workflow_id)

    async def _approve_at_tenios(self, plan: OrderPlan, verification: str) -> None:
        if verification not in self._reviewed:
            sharing = [plan, *self._scene.further_numbers(plan)]
            for behaviour in (
                *(one.behaviour for one in sharing),
                {"push": plan.behaviour["push"], "times": 9},
            ):
                content = {"path": "/number/order", "verification_id": verification, **behaviour}
                answer = await self._scene.sandbox.post("/_sandbox/behaviours", json=content)
                answer.raise_for_status()
            self._reviewed.add(verification)
        await self._scene.sandbox.post(f"/_sandbox/verifications/{verification}/approve")

    async def _decide(self, plan: OrderPlan, verification: str, *, approved: bool) -> None:
        await self._scene.handle(plan).signal(
            contract.VERIFICATION_DECIDED,
            Decision(approved=approved, decided_by="chaos", verification_id=verification or None),
        )

    async def _cancel(self, plan: OrderPlan) -> None:
        handle = self._scene.handle(plan)
        if plan.cancel == "temporal":
            await handle.cancel()
        else:
            await handle.execute_update(NumberOrder.cancel, CANCELLATION)

    async def _complete_by_hand(self, plan: OrderPlan) -> None:
        ours = await self._scene.at_tenios(plan)
        if not ours:
            raise NotYetError
        finding = Completed(phone_number=ours[-1]["phone_number"])
        await self._scene.handle(plan).execute_update(
            NumberOrder.resolve_order, Resolution(finding=finding, resolved_by="chaos")
        )

    async def _complete(self, order_id: int) -> None:
        await self._scene.sandbox.post(f"/_sandbox/orders/{order_id}/complete")
