"""What every stage of an order does: wait, change the status, tell people, call an activity."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ActivityError

from workflows import contract
from workflows.activity_interface import Notification, NotificationActivities
from workflows.models import OrderStatus
from workflows.results import NumberOrderResult
from workflows.state import OrderState

# People are told by best effort; the status says the same.
_NOTIFY_TIMEOUT = timedelta(seconds=30)
_NOTIFY_WITHIN = timedelta(minutes=5)

_Answer = TypeVar("_Answer")


class _CallOptions(TypedDict):
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


CALL: _CallOptions = {
    # Longer than the client's limit for a whole call (60 s) with room for reading the document.
    "start_to_close_timeout": timedelta(minutes=2),
    # A worker that died is noticed after this time.
    "heartbeat_timeout": timedelta(seconds=20),
    # For as long as it takes: TENIOS being away or a wrong key is no fault of the order.
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
    ),
}
"""How every call to TENIOS is made."""


class Progress:
    """An order's way through its stages."""

    def __init__(self, state: OrderState) -> None:
        self.state = state
        self._telling: set[asyncio.Task[None]] = set()

    async def until(
        self, condition: Callable[[], bool], *, deadline: datetime | None = None, summary: str = ""
    ) -> bool:
        """Wait for a condition, to a deadline if there is one; says whether it came true."""
        while not condition():
            left = None if deadline is None else deadline - workflow.now()
            if left is not None and left <= timedelta(0):
                return False
            try:
                await workflow.wait_condition(
                    condition, timeout=left, timeout_summary=summary or None
                )
            except (TimeoutError, asyncio.CancelledError):
                # The SDK raises the second in every wait when Temporal's cancellation request
                # comes, which `run` records; nothing is interrupted by it.
                continue
        return True

    async def call(
        self, start: Callable[[], workflow.ActivityHandle[_Answer]], *, unless: Callable[[], bool]
    ) -> _Answer | None:
        """What a call answered; `None` if something made it needless before it did.

        It is repeated for as long as it takes. People are told when that becomes long.
        """
        # The SDK cannot cancel an activity that was started in the same breath.
        if unless():
            return None
        calling = start()
        while not await self.until(
            lambda: calling.done() or unless(),
            deadline=workflow.now() + self.state.order.deadlines.approval_reminder,
            summary="Tell people that a call does not come through",
        ):
            self.tell("has a call that does not come through")
        if not calling.done():
            calling.cancel()
        try:
            return await calling
        except ActivityError:
            if unless():
                return None
            raise

    def enter(
        self,
        status: OrderStatus,
        *updates: SearchAttributeUpdate[str],
        due_at: datetime | None = None,
    ) -> None:
        """Change the status: the one place where search attributes are written."""
        self.state.status = status
        self.state.since = workflow.now()
        self.state.due_at = due_at
        # Counted once, whatever is replayed.
        workflow.metric_meter().create_counter(
            "number_orders_status_entered", "Orders that entered a status"
        ).add(1, {"status": status})
        # What a person found out was about the status before.
        self.state.resolution = None
        due = contract.DUE_AT
        # Asked once an order: one that has changed its status without it stays without it.
        since = (
            [contract.STATUS_SINCE.value_set(self.state.since)]
            if workflow.patched(contract.STATUS_SINCE_PATCH)
            else []
        )
        workflow.upsert_search_attributes(
            [
                contract.ORDER_STATUS.value_set(status),
                due.value_set(due_at) if due_at else due.value_unset(),
                *since,
                *updates,
            ]
        )
        self.show()

    def show(self) -> None:
        """Show in the Web UI how things stand."""
        workflow.set_current_details(self.state.details())

    def tell(self, what: str) -> None:
        """Tell people, while the order goes on: it does not depend on whether they could be."""
        telling = asyncio.create_task(self._notify(what))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def end(self, outcome: OrderStatus) -> NumberOrderResult:
        """End the order; what people are being told is told first."""
        number = self.state.phone_number
        self.state.end(outcome)
        self.enter(outcome, *([contract.PHONE_NUMBER.value_set(number)] if number else []))
        if self.state.needs_a_person():
            self.tell(f"has ended as {outcome}")
        await self.until(lambda: not self._telling)
        return self.state.result()

    async def _notify(self, what: str) -> None:
        state = self.state
        try:
            await workflow.execute_activity_method(
                NotificationActivities.notify,
                Notification(
                    title=f"Number order {state.order.location_id} {what}",
                    body="\n".join([state.waits_for(), *state.attention()]),
                ),
                start_to_close_timeout=_NOTIFY_TIMEOUT,
                schedule_to_close_timeout=_NOTIFY_WITHIN,
                summary="Tell people",
            )
        except ActivityError:
            workflow.logger.warning("Nobody could be told that the order %s", what)
