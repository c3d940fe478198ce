"""People who err."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import WorkflowAlreadyStartedError

from number_orders.starters.orders import start_number_order
from number_orders.workflows import contract
from number_orders.workflows.commands import NOT_PLACED_AFTER
from number_orders.workflows.messages import Correction, Decision, NotPlaced, Resolution
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from tests.chaos.plan import Mistake, OrderPlan
from tests.chaos.scene import OTHER_HOUSE, Deed, Scene, Seen
from tests.chaos.staff import CANCELLATION, Staff

COPY = "-copy"
"""Ends the id of a workflow that is a copy of an order's."""
_NOT_PLACED = Resolution(finding=NotPlaced(), resolved_by="chaos")
_CERTAINLY_TOO_SOON = NOT_PLACED_AFTER - timedelta(seconds=30)
_MADE_IN: dict[Mistake, set[OrderStatus]] = {
    "not_placed_too_soon": {OrderStatus.OUTCOME_UNKNOWN},
    "does_not_look": {OrderStatus.OUTCOME_UNKNOWN},
    "corrects_twice": {OrderStatus.REJECTED},
    "corrects_nothing": {OrderStatus.REJECTED},
    "cancels_and_resolves": {
        OrderStatus.OUTCOME_UNKNOWN,
        OrderStatus.OVERDUE,
        OrderStatus.AWAITING_NUMBER,
    },
    "decides_about_another": {OrderStatus.AWAITING_APPROVAL},
}
"""The statuses in which a mistake is made; the others are made in any."""


class Erring:
    """They do what they should not; none of it may cost money, or wedge an order."""

    def __init__(self, scene: Scene, staff: Staff) -> None:
        self._scene = scene
        self._staff = staff

    def deeds(self, plan: OrderPlan, seen: Seen) -> Iterator[Deed]:
        """What somebody does wrong about an order in this status, each time that it is in it."""
        if plan.mistake == "none" or seen.status not in _MADE_IN.get(plan.mistake, {seen.status}):
            return
        if plan.mistake not in _MADE_IN and seen.age <= plan.disturbed_after:
            return
        if plan.mistake == "not_placed_too_soon" and seen.stayed > _CERTAINLY_TOO_SOON:
            return
        act: Callable[[OrderPlan], Awaitable[None]] = getattr(self, f"_{plan.mistake}")
        yield (plan.mistake.replace("_", " "), seen.workflow_id, seen.entered), lambda: act(plan)

    async def _not_placed_too_soon(self, plan: OrderPlan) -> None:
        resolving = self._scene.handle(plan).execute_update(NumberOrder.resolve_order, _NOT_PLACED)
        await self._scene.refused("not placed, too soon", resolving)

    async def _does_not_look(self, plan: OrderPlan) -> None:
        await self._scene.handle(plan).execute_update(NumberOrder.resolve_order, _NOT_PLACED)

    async def _corrects_twice(self, plan: OrderPlan) -> None:
        await self._both(
            "second correction",
            self._staff.correct(plan, "c"),
            self._staff.correct(plan, "d"),
        )

    async def _corrects_nothing(self, plan: OrderPlan) -> None:
        correcting = self._scene.handle(plan).execute_update(
            NumberOrder.resubmit, Correction(corrected_by="chaos")
        )
        await self._scene.refused("correction of nothing", correcting)
        await self._staff.correct(plan)

    async def _cancels_and_resolves(self, plan: OrderPlan) -> None:
        cancelling = self._scene.handle(plan).execute_update(NumberOrder.cancel, CANCELLATION)
        await self._both("resolved and cancelled", self._staff.resolve(plan), cancelling)

    async def _both(self, what: str, *commands: Any) -> None:
        """At the same time; one of them may well be refused."""
        for result in await asyncio.gather(*commands, return_exceptions=True):
            if isinstance(result, WorkflowUpdateFailedError):
                self._scene.counts[f"{what}: refused"] += 1
            elif isinstance(result, BaseException):
                raise result

    async def _decides_about_another(self, plan: OrderPlan) -> None:
        decision = Decision(approved=True, decided_by="chaos", verification_id="another-one")
        await self._scene.handle(plan).signal(contract.VERIFICATION_DECIDED, decision)

    async def _starts_again(self, plan: OrderPlan) -> None:
        order = self._scene.order(plan)
        address = order.address.model_copy(update={"house_number": OTHER_HOUSE})
        other = order.model_copy(update={"address": address})
        for again in (order, other):
            started = await start_number_order(self._scene.client, again, self._scene.store)
            self._scene.counts["started twice"] += started.created
        # Nobody can compare them while no worker answers.
        if started.differences is not None and "address" not in started.differences:
            self._scene.counts["another address taken for the same"] += 1

    async def _starts_copy(self, plan: OrderPlan) -> None:
        """As the form of Temporal's UI does it: id, input and attributes are an order's."""
        attributes = (await self._scene.handle(plan).describe()).typed_search_attributes
        try:
            await self._scene.client.start_workflow(
                NumberOrder.run,
                self._scene.order(plan),
                id=plan.workflow_id + COPY,
                task_queue=contract.TASK_QUEUE,
                search_attributes=attributes,
            )
        except WorkflowAlreadyStartedError:
            # The answer to the try before was lost.
            return

    async def _sends_oddities(self, plan: OrderPlan) -> None:
        handle = self._scene.handle(plan)
        await handle.signal("no_such_signal", "?" * 1000)
        await handle.signal(contract.VERIFICATION_DECIDED, args=[{"approved": "yes"}, 2, 3])
        await handle.signal(contract.ORDER_COMPLETED)
        await handle.signal(contract.VERIFICATION_SHARED, {"verification": {"verification_id": 1}})
        # Itself, one that nobody started, and none.
        for number in (plan.number, 77, 0):
            await handle.signal(contract.VERIFICATION_AWAITED, {"number": number})
        for update in (contract.RESUBMIT, contract.RESOLVE_ORDER, contract.CANCEL):
            await self._scene.refused(
                "command without content", handle.execute_update(update, None)
            )
