"""Everybody who has to do with the orders. They look, act, and try again what did not work."""

import asyncio
import contextlib
import time
from collections import Counter

import httpx
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from number_orders.runtime.errors import TemporalAway
from number_orders.starters.orders import start_number_order
from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from tests.chaos.attackers import Attackers
from tests.chaos.erring import Erring
from tests.chaos.plan import OrderPlan
from tests.chaos.scene import LIMIT_SECONDS, TROUBLE, Deed, NotYetError, Scene, Seen
from tests.chaos.staff import Staff
from tests.chaos.tools import Tools

_AGAIN_AFTER_SECONDS = 6.0
"""After which a person who sees no effect tries again."""
_LOOK_EVERY_SECONDS = 0.5


class People:
    """They look at the list of orders and at TENIOS, and act; what fails they try again later."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.running: dict[str, OrderStatus] = {}
        """The status of each order that has not ended."""
        self._staff = Staff(scene)
        self._everybody = (
            self._staff,
            Erring(scene, self._staff),
            Tools(scene),
            Attackers(scene),
        )
        self._started: dict[str, float] = {}
        self._tried: dict[tuple[str, ...], float] = {}
        self._done: set[tuple[str, ...]] = set()
        self._acting: set[asyncio.Task[None]] = set()

    @property
    def counts(self) -> Counter[str]:
        """What was done, and how often."""
        return self.scene.counts

    async def start(self, plan: OrderPlan) -> None:
        """Start an order, however often that has to be tried."""
        while True:
            try:
                async with asyncio.timeout(LIMIT_SECONDS):
                    await start_number_order(
                        self.scene.client,
                        self.scene.order(plan),
                        self.scene.store,
                        despite_unknown="chaos",
                    )
            except (TemporalAway, TimeoutError):
                await asyncio.sleep(0.3)
            else:
                self._started[plan.workflow_id] = time.monotonic()
                return

    async def work(self) -> None:
        """Everybody works until cancelled."""
        await asyncio.gather(self._work_at_tenios(), self._work_at_the_orders())

    async def go_home(self) -> None:
        """Finish what is being done."""
        for task in self._acting:
            task.cancel()
        await asyncio.gather(*self._acting, return_exceptions=True)

    async def _work_at_tenios(self) -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(LIMIT_SECONDS):
                    self.scene.orders = (await self.scene.sandbox.get("/_sandbox/orders")).json()
                for deed in self._staff.deeds_at_tenios():
                    self._try(deed)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _work_at_the_orders(self) -> None:
        while True:
            with contextlib.suppress(RPCError, TimeoutError):
                async with asyncio.timeout(LIMIT_SECONDS):
                    await self._look_at_the_list()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _look_at_the_list(self) -> None:
        running = {}
        async for execution in self.scene.client.list_workflows(
            f"WorkflowType = '{contract.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
        ):
            attributes = execution.typed_search_attributes
            status, since = (
                attributes.get(contract.ORDER_STATUS),
                attributes.get(contract.STATUS_SINCE),
            )
            plan = self.scene.plans.get(execution.id)
            if execution.status is not WorkflowExecutionStatus.RUNNING or plan is None:
                continue
            if status is None or since is None:
                continue
            running[execution.id] = OrderStatus(status)
            started = self._started.get(execution.id, time.monotonic())
            seen = Seen(
                workflow_id=execution.id,
                run_id=execution.run_id,
                status=OrderStatus(status),
                since=since,
                verification=attributes.get(contract.VERIFICATION_ID) or "",
                age=time.monotonic() - started,
            )
            for person in self._everybody:
                for deed in person.deeds(plan, seen):
                    self._try(deed)
        self.running = running

    def _try(self, deed: Deed) -> None:
        """Do something in the background unless it was done, or is just being tried."""
        what, action = deed
        tried_at = self._tried.get(what)
        if what in self._done or (
            tried_at is not None and time.monotonic() - tried_at < _AGAIN_AFTER_SECONDS
        ):
            return
        self._tried[what] = time.monotonic()

        async def attempt() -> None:
            try:
                async with asyncio.timeout(LIMIT_SECONDS):
                    await action()
            except NotYetError:
                del self._tried[what]
            except TROUBLE:
                self.counts["tried again"] += 1
            else:
                self._done.add(what)
                self.counts[what[0]] += 1

        task = asyncio.create_task(attempt())
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)
