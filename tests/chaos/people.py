"""Everybody who has to do with the orders: engineers, TENIOS' service team, and an attacker."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import httpx
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

from runtime.callback_keys import CallbackKeys
from runtime.errors import TemporalAway
from runtime.evidence_store import EvidenceStore
from starters.orders import order_handle, start_number_order
from tests.chaos.plan import OrderPlan
from tests.office import PDF, order_input
from workflows import contract
from workflows.messages import (
    Cancellation,
    Completed,
    Correction,
    Decision,
    NotPlaced,
    Placed,
    Resolution,
)
from workflows.models import Deadlines, OrderStatus
from workflows.number_order import NumberOrder

DEADLINES = Deadlines(
    completion=timedelta(seconds=20),
    late_push_grace=timedelta(seconds=20),
    approval_reminder=timedelta(minutes=1),
    correction=timedelta(seconds=20),
)
_AGAIN_AFTER = 6.0
"""Seconds after which a person who sees no effect tries again."""
_LIMIT = 8.0
_LOOK_EVERY_SECONDS = 0.5
_TROUBLE = (
    RPCError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    httpx.HTTPError,
    TimeoutError,
)


class People:
    """They look at the list of orders and at TENIOS, and act; what fails they try again later."""

    def __init__(
        self,
        client: Client,
        sandbox: httpx.AsyncClient,
        bridge_url: str,
        keys: CallbackKeys,
        plans: list[OrderPlan],
        store: EvidenceStore,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.running: dict[str, OrderStatus] = {}
        """The status of each order that has not ended."""
        self.started: dict[int, float] = {}
        self.not_placed: Counter[str] = Counter()
        """How often an operator found that a verification's order had not been placed."""
        self._client = client
        self._sandbox = sandbox
        self._bridge_url = bridge_url
        self._keys = keys
        self._plans = {plan.location_id: plan for plan in plans}
        self._store = store
        self._tried: dict[tuple[str, ...], float] = {}
        self._done: set[tuple[str, ...]] = set()
        self._acting: set[asyncio.Task[None]] = set()
        self._orders: list[dict[str, Any]] = []
        self._first_seen: dict[int, float] = {}

    async def start(self, plan: OrderPlan) -> None:
        """Start an order, however often that has to be tried."""
        sha256 = await self._store.put_document(PDF)
        store_id = await self._store.identity()
        order = order_input(
            plan.location_id, sha256, store_id, deadlines=DEADLINES, rounds=3
        ).model_copy(update={"batch_id": "chaos"})
        while True:
            try:
                async with asyncio.timeout(_LIMIT):
                    await start_number_order(self._client, order, self._store)
            except (TemporalAway, TimeoutError):
                await asyncio.sleep(0.3)
            else:
                self.started[plan.index] = time.monotonic()
                return

    async def work(self) -> None:
        """Everybody works until cancelled."""
        await asyncio.gather(self._work_at_tenios(), self._work_at_the_orders())

    async def _work_at_tenios(self) -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(_LIMIT):
                    self._orders = (await self._sandbox.get("/_sandbox/orders")).json()
                self._complete_orders()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _work_at_the_orders(self) -> None:
        while True:
            with contextlib.suppress(RPCError, TimeoutError):
                async with asyncio.timeout(_LIMIT):
                    await self._look_at_the_list()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _look_at_the_list(self) -> None:
        running = {}
        async for execution in self._client.list_workflows(
            f"WorkflowType = '{contract.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
        ):
            attributes = execution.typed_search_attributes
            status = attributes.get(contract.ORDER_STATUS)
            if execution.status is WorkflowExecutionStatus.RUNNING and status:
                running[execution.id] = OrderStatus(status)
                verification = attributes.get(contract.VERIFICATION_ID) or ""
                self._act(execution.id, OrderStatus(status), verification, execution.run_id)
        self.running = running

    async def go_home(self) -> None:
        """Finish what is being done."""
        for task in self._acting:
            task.cancel()
        await asyncio.gather(*self._acting, return_exceptions=True)

    def _complete_orders(self) -> None:
        for order in self._orders:
            seen = self._first_seen.setdefault(order["id"], time.monotonic())
            plan = self._plans[self.workflow_of(order).removeprefix(contract.WORKFLOW_ID_PREFIX)]
            if order["completed"] is None and time.monotonic() - seen > plan.completes_after:
                self._try(("complete", str(order["id"])), lambda o=order: self._complete(o["id"]))

    def workflow_of(self, order: Mapping[str, Any]) -> str:
        """Which workflow an order at TENIOS belongs to, by its push address."""
        _, kid, encoded, token = order["push_url"].rsplit("/", 3)
        callback = self._keys.verify(kid, encoded, token)
        assert callback is not None
        return callback.workflow_id

    def _act(self, workflow_id: str, status: OrderStatus, verification: str, run_id: str) -> None:
        plan = self._plans[workflow_id.removeprefix(contract.WORKFLOW_ID_PREFIX)]
        age = time.monotonic() - self.started.get(plan.index, time.monotonic())
        if plan.decision == "early":
            self._try(("early", workflow_id), lambda: self._decide(plan, "", approved=True))
        if plan.cancel != "none" and age > plan.disturbed_after:
            self._try(("cancel", workflow_id), lambda: self._cancel(plan))
        if plan.reset and age > plan.disturbed_after:
            self._try(("reset", workflow_id), lambda: self._reset(plan, run_id))
        if plan.forged != "none" and age > plan.disturbed_after / 2:
            self._try(("forge", workflow_id), lambda: self._forge(plan, workflow_id))
        if status is OrderStatus.AWAITING_APPROVAL and verification:
            self._try(("decide", verification), lambda: self._review(plan, verification))
        elif status is OrderStatus.REJECTED and plan.decision != "reject":
            self._try(("correct", workflow_id, verification), lambda: self._correct(plan))
        elif status is OrderStatus.OUTCOME_UNKNOWN and plan.finding == "by_operator":
            self._try(("resolve", run_id), lambda: self._resolve(plan, verification))
        elif status in {OrderStatus.OVERDUE, OrderStatus.CANCELLING} and plan.index % 2:
            self._try(("complete", workflow_id), lambda: self._complete_by_hand(plan, workflow_id))

    def _try(self, what: tuple[str, ...], action: Callable[[], Awaitable[None]]) -> None:
        """Do something in the background unless it was done, or is just being tried."""
        if what in self._done or time.monotonic() - self._tried.get(what, -1e9) < _AGAIN_AFTER:
            return
        self._tried[what] = time.monotonic()

        async def attempt() -> None:
            try:
                async with asyncio.timeout(_LIMIT):
                    await action()
            except _TROUBLE:
                self.counts["tried again"] += 1
            else:
                # A resolved order may become unknown again.
                if what[0] != "resolve":
                    self._done.add(what)
                self.counts[what[0]] += 1

        task = asyncio.create_task(attempt())
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)

    async def _review(self, plan: OrderPlan, verification: str) -> None:
        first_round = ("round", plan.location_id) not in self._done
        if plan.decision in {"reject", "reject_then_correct"} and first_round:
            await self._sandbox.post(f"/_sandbox/verifications/{verification}/reject")
            await self._decide(plan, verification, approved=False)
            self._done.add(("round", plan.location_id))
            return
        if plan.decision != "premature" or not first_round:
            for behaviour in (plan.behaviour, {"push": plan.behaviour["push"], "times": 9}):
                content = {"path": "/number/order", "verification_id": verification, **behaviour}
                answer = await self._sandbox.post("/_sandbox/behaviours", json=content)
                answer.raise_for_status()
            await self._sandbox.post(f"/_sandbox/verifications/{verification}/approve")
        await self._decide(plan, verification, approved=True)
        self._done.add(("round", plan.location_id))

    async def _decide(self, plan: OrderPlan, verification: str, *, approved: bool) -> None:
        await order_handle(self._client, plan.location_id).signal(
            contract.VERIFICATION_DECIDED,
            Decision(approved=approved, decided_by="chaos", verification_id=verification or None),
        )

    async def _correct(self, plan: OrderPlan) -> None:
        await order_handle(self._client, plan.location_id).execute_update(
            NumberOrder.resubmit, Correction(corrected_by="chaos")
        )

    async def _cancel(self, plan: OrderPlan) -> None:
        handle = order_handle(self._client, plan.location_id)
        if plan.cancel == "temporal":
            await handle.cancel()
        else:
            await handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="chaos"))

    async def _resolve(self, plan: OrderPlan, verification: str) -> None:
        """An operator looks the order up in the portal, and says what is there."""
        orders = (await self._sandbox.get("/_sandbox/orders")).json()
        workflow_id = contract.workflow_id(plan.location_id)
        ours = [order for order in orders if self.workflow_of(order) == workflow_id]
        finding = Placed(order_id=str(ours[-1]["id"])) if ours else NotPlaced()
        await order_handle(self._client, plan.location_id).execute_update(
            NumberOrder.resolve_order, Resolution(finding=finding, resolved_by="chaos")
        )
        if not ours:
            self.not_placed[verification] += 1

    async def _complete_by_hand(self, plan: OrderPlan, workflow_id: str) -> None:
        ours = [order for order in self._orders if self.workflow_of(order) == workflow_id]
        if not ours:
            raise TimeoutError
        await order_handle(self._client, plan.location_id).execute_update(
            NumberOrder.resolve_order,
            Resolution(
                finding=Completed(phone_number=ours[-1]["phone_number"]), resolved_by="chaos"
            ),
        )

    async def _complete(self, order_id: int) -> None:
        await self._sandbox.post(f"/_sandbox/orders/{order_id}/complete")

    async def _reset(self, plan: OrderPlan, run_id: str) -> None:
        """Reset to any workflow task, as an operator might."""
        handle = self._client.get_workflow_handle(
            contract.workflow_id(plan.location_id), run_id=run_id
        )
        tasks = [
            event.event_id
            for event in (await handle.fetch_history()).events
            if event.HasField("workflow_task_completed_event_attributes")
        ]
        if not tasks:
            raise TimeoutError
        await self._client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=run_id),
                reason="chaos",
                workflow_task_finish_event_id=Random(plan.index).choice(tasks),
                request_id=f"{plan.location_id}-reset",
            )
        )

    async def _forge(self, plan: OrderPlan, workflow_id: str) -> None:
        """A push that TENIOS never sent: without the right token, or with a wrong secret."""
        path = self._keys.callback(workflow_id).path
        body = {"order_id": 1, "phone_number": "+4922100000", "note": f"FORGED-{plan.index}"}
        if plan.forged == "token":
            path = path[:-4] + "AAAA"
        else:
            body["push_secret"] = "wrong"
        async with httpx.AsyncClient(trust_env=False, timeout=_LIMIT) as http:
            answer = await http.post(f"{self._bridge_url}{path}", json=body)
        if answer.status_code not in {401, 404}:
            self.counts["forged and accepted"] += 1
