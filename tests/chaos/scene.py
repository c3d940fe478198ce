"""What everybody in the chaos shares: the services, the list of orders, and what was done."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.errors import UserError
from number_orders.starters.orders import OrderHandle, order_handle
from number_orders.workflows.models import (
    Deadlines,
    DocumentReference,
    NumberOrderInput,
    OrderStatus,
)
from tests.chaos.plan import OrderPlan
from tests.support.order_driver import order_input

DEADLINES = Deadlines(
    completion=timedelta(seconds=20),
    late_push_grace=timedelta(seconds=20),
    approval_reminder=timedelta(minutes=1),
    correction=timedelta(seconds=20),
)
LIMIT_SECONDS = 8.0
"""After which whoever does something gives up, and tries again later."""
TROUBLE = (
    RPCError,
    UserError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    httpx.HTTPError,
    TimeoutError,
)
OTHER_HOUSE = "999"
"""Stands only in an order that must not change the one that there is."""

Deed = tuple[tuple[str, ...], Callable[[], Awaitable[None]]]
"""What somebody wants to do, once: a name that tells it from every other, and how."""


class NotYetError(TimeoutError):
    """There is nothing to be done yet: it is tried again."""


def house_number(plan: OrderPlan, letter: str = "a") -> str:
    """What tells a location's address from all others; the letter tells its corrections apart."""
    return f"{plan.index}{letter}"


@dataclass(frozen=True)
class Seen:
    """A running order as the list of orders shows it."""

    workflow_id: str
    run_id: str
    status: OrderStatus
    since: datetime
    verification: str
    """Its id; empty while there is none."""
    age: float
    """Seconds since it was started."""

    @property
    def stayed(self) -> timedelta:
        """For how long it has been in the status."""
        return datetime.now(UTC) - self.since

    @property
    def entered(self) -> str:
        """Tells this stay in the status from every other."""
        return self.since.isoformat()


@dataclass
class Scene:
    """The services, and what was seen and done so far."""

    client: Client
    sandbox: httpx.AsyncClient
    bridge_url: str
    keys: CallbackKeys
    plans: Mapping[str, OrderPlan]
    """By workflow id."""
    store: EvidenceStore
    document: DocumentReference
    counts: Counter[str] = field(default_factory=Counter)
    orders: list[dict[str, Any]] = field(default_factory=list)
    """All orders at TENIOS."""
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    """Workflow id and delivery id of each hostile push that the bridge took."""

    def handle(self, plan: OrderPlan) -> OrderHandle:
        return order_handle(self.client, plan.location_id, plan.number)

    def order(self, plan: OrderPlan) -> NumberOrderInput:
        """As it is started. Each location has its own address, by which verifications are found."""
        order = order_input(plan.location_id, self.document, deadlines=DEADLINES, rounds=3)
        address = order.address.model_copy(update={"house_number": house_number(plan)})
        changes: dict[str, Any] = {"batch_id": "chaos", "address": address}
        if plan.number > 1:
            changes |= {"number": plan.number, "document": None, "verification_from": 1}
        return order.model_copy(update=changes)

    def further_numbers(self, plan: OrderPlan) -> list[OrderPlan]:
        """The location's orders that use the verification of its first one, if this is that."""
        return [
            other
            for other in self.plans.values()
            if plan.number == 1 < other.number and plan.location_id == other.location_id
        ]

    def workflow_of(self, order: Mapping[str, Any]) -> str:
        """Which workflow an order at TENIOS belongs to, by its push address."""
        _, kid, encoded, token = order["push_url"].rsplit("/", 3)
        callback = self.keys.verify(kid, encoded, token)
        assert callback is not None
        return callback.workflow_id

    async def at_tenios(self, plan: OrderPlan) -> list[dict[str, Any]]:
        """The orders that TENIOS has for this one, as somebody sees who looks now."""
        self.orders = (await self.sandbox.get("/_sandbox/orders")).json()
        return [order for order in self.orders if self.workflow_of(order) == plan.workflow_id]

    async def refused(self, what: str, command: Awaitable[object]) -> bool:
        """Whether a command is refused; counts it."""
        try:
            await command
        except WorkflowUpdateFailedError:
            self.counts[f"{what}: refused"] += 1
            return True
        self.counts[f"{what}: taken"] += 1
        return False
