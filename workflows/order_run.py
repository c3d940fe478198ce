"""What every stage of an order does: wait, change the status, tell people, call an activity."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, RetryState
from temporalio.exceptions import TimeoutError as ActivityTimedOut

from number_orders.workflows import attention, contract, report, search_attributes, wording
from number_orders.workflows.activity_interface import Notification, NotificationActivities
from number_orders.workflows.calls import Call
from number_orders.workflows.decoding import decoded_answer
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import NumberOrderResult
from number_orders.workflows.state import OrderState
from number_orders.workflows.waits import waited

# People are told by best effort; the status says the same.
_NOTIFY_TIMEOUT = timedelta(seconds=30)
_NOTIFY_WITHIN = timedelta(minutes=5)

_AGAIN_AFTER = timedelta(minutes=1)
"""After a call that ended without an answer, which only somebody in Temporal can bring about."""

_Answer = TypeVar("_Answer")


class HistoryIsLongError(Exception):
    """The order goes on in a new run of its workflow, with all that it knows."""


class Unanswered(Enum):
    """Why an activity has not answered."""

    ENDED = "somebody ended it in Temporal, or completed it with what is no answer"
    NOT_THROUGH = "no worker took it in time, or it failed as often as it was tried"


class OrderRun:
    """An order's way through its stages."""

    def __init__(self, state: OrderState) -> None:
        self.state = state
        self._telling: set[asyncio.Task[None]] = set()
        """What goes out to people and to other orders; the order goes on meanwhile."""
        self.is_sharing = False
        """Other numbers are being told what became of the verification."""
        self._calls = 0

    async def until(
        self, condition: Callable[[], bool], *, deadline: datetime | None = None, summary: str = ""
    ) -> bool:
        """Wait until a condition is true, or until the deadline; the result is whether it is true.

        What has changed is shown before: in lists there is only what an order waits in.

        Raises `HistoryIsLongError` if the history is long and no call is under way, so that the
        order can move on to a new run.
        """
        if not condition():
            self.show()
        came_true = await waited(lambda: condition() or self._can_move_on(), deadline, summary)
        if came_true and not condition():
            raise HistoryIsLongError
        return came_true

    async def quiet(self) -> None:
        """Wait until nothing is under way that a new run would not know."""
        await waited(
            lambda: (
                not (self._calls or self._telling or self.state.inbox.unread)
                and workflow.all_handlers_finished()
            )
        )

    async def call(self, call: Call[_Answer], *, unless: Callable[[], bool]) -> _Answer | None:
        """Call an activity and return its answer; `None` if the answer is no longer needed.

        `unless` says whether it is no longer needed: the call is then not made, or cancelled. The
        call is repeated until it is answered, also if somebody ended it in Temporal. People are
        told if that takes long.

        Raises `HistoryIsLongError`, between two tries, if the history becomes long meanwhile.
        """
        while not unless():
            answer = await self.call_once(call, unless=unless)
            if not isinstance(answer, Unanswered):
                return answer
            again_at = workflow.now() + _AGAIN_AFTER
            await self.until(unless, deadline=again_at, summary=f"Again: {call.summary}")
        return None

    async def call_once(
        self,
        call: Call[_Answer],
        *,
        unless: Callable[[], bool],
        tell_after: timedelta | None = None,
    ) -> _Answer | Unanswered | None:
        """As `call`, but `Unanswered.ENDED` if somebody ended it in Temporal.

        People are told after `tell_after`; `None` stands for the order's reminder interval.
        """
        # The SDK cannot cancel an activity that was started in the same breath.
        if unless():
            return None
        self._calls += 1
        try:
            answer = await self._called(call, unless, tell_after)
        finally:
            self._calls -= 1
        if answer is None:
            return None
        decoded = None if isinstance(answer, Unanswered) else decoded_answer(answer, call.answers)
        if decoded is None:
            self.state.remark(
                f"Somebody ended a call in Temporal without its answer: {call.summary}."
            )
            self.tell("had a call that ended in Temporal without an answer")
            return Unanswered.ENDED
        return decoded

    async def _called(
        self, call: Call[_Answer], unless: Callable[[], bool], tell_after: timedelta | None
    ) -> RawValue | Unanswered | None:
        began = workflow.now()
        # Nearly all come through at once: no timer stands beside them.
        trying = call.tried()
        if call.taken_within is None:
            self.show()
        else:
            self.describe()
        await waited(lambda: trying.done() or unless())
        answer = await _answer(trying, unless)
        if answer is not Unanswered.NOT_THROUGH:
            return answer
        try:
            tell_at = began + (tell_after or self.state.order.deadlines.approval_reminder)
            return await self._repeated(call, unless, began, tell_at)
        finally:
            self.state.unanswered_since = None

    async def _repeated(
        self,
        call: Call[_Answer],
        unless: Callable[[], bool],
        began: datetime,
        tell_at: datetime,
    ) -> RawValue | Unanswered | None:
        """What a call answers after its first tries; people are told as long as it does not."""
        repeating = call.repeated()
        while not await self.until(
            lambda: repeating.done() or unless(),
            deadline=tell_at,
            summary="Tell people that a call does not come through",
        ):
            if self._is_long():
                # Only when it has been repeated for long: until then any history has room.
                break
            tell_at = workflow.now() + self.state.order.deadlines.approval_reminder
            self.state.unanswered_since = began
            self.tell("has a call that does not come through")
        was_interrupted = not (repeating.done() or unless())
        answer = await _answer(repeating, unless)
        if was_interrupted and isinstance(answer, Unanswered):
            raise HistoryIsLongError
        return answer

    def enter(self, status: OrderStatus, *, due_at: datetime | None = None) -> None:
        """Change the status; to enter the one that there is, as after moving on, does nothing."""
        if status is self.state.status and not self.state.ended:
            return
        self.state.status = status
        self.state.since = workflow.now()
        self.state.due_at = due_at
        # What a person found out was about the status before.
        self.state.resolution = None
        # Counted once, whatever is replayed.
        workflow.metric_meter().create_counter(
            "number_orders_status_entered", "Orders that entered a status"
        ).add(1, {"status": status})

    def show(self) -> None:
        """Show in Temporal's lists and Web UI how things stand."""
        updates = search_attributes.updates(self.state, workflow.info().typed_search_attributes)
        if updates:
            workflow.upsert_search_attributes(updates)
        self.describe()

    def show_news(self) -> None:
        """Show what has just come in; in lists only that it needs a person."""
        shown = workflow.info().typed_search_attributes.get(contract.NEEDS_PERSON)
        if attention.needs_a_person(self.state) and not shown:
            workflow.upsert_search_attributes([contract.NEEDS_PERSON.value_set(True)])
        self.describe()

    def describe(self) -> None:
        """Show in the Web UI how things stand."""
        workflow.set_current_details(report.details(self.state))

    def tell(self, what: str) -> None:
        """Notify people in the background; the order goes on even if no channel takes it.

        `what` completes the sentence that begins with the order, such as "has ended as rejected".
        """
        self.start_telling(self._notify(what))

    def start_telling(self, what: Coroutine[Any, Any, None]) -> None:
        """Tell people, or other orders, in the background; the order ends after that."""
        telling = asyncio.create_task(what)
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def end(self, outcome: OrderStatus) -> NumberOrderResult:
        """End the order; what people and other orders are to be told is told first."""
        state = self.state
        if outcome is OrderStatus.CANCELLED and state.cancellation is not None:
            if state.reason:
                state.remark(state.reason)
            state.reason = wording.cancellation(state.cancellation)
        state.ended = True
        self.enter(outcome)
        self.show()
        if attention.needs_a_person(state):
            self.tell(f"has ended as {outcome}")
        await waited(lambda: not (self._telling or state.inbox.awaited_by))
        return report.result(state)

    def _is_long(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()

    def _can_move_on(self) -> bool:
        return self._is_long() and not self._calls and not self.state.ended

    async def _notify(self, what: str) -> None:
        state = self.state
        try:
            await workflow.execute_activity(
                NotificationActivities.notify.__name__,
                Notification(
                    title=f"Number order {wording.name(state.order)} {what}",
                    body="\n".join([report.told(state), *attention.notes(state)]),
                ),
                # Whatever somebody in Temporal completes it with.
                result_type=RawValue,
                start_to_close_timeout=_NOTIFY_TIMEOUT,
                schedule_to_close_timeout=_NOTIFY_WITHIN,
                summary="Tell people",
            )
        except ActivityError:
            workflow.logger.warning("Nobody could be told that the order %s", what)


async def _answer(
    calling: workflow.ActivityHandle[RawValue], unless: Callable[[], bool]
) -> RawValue | Unanswered | None:
    """What a call answered; one that is under way is cancelled, and may answer all the same."""
    if not calling.done():
        calling.cancel()
        await waited(calling.done)
    try:
        return calling.result()
    except (ActivityError, asyncio.CancelledError) as error:
        # The second if it was cancelled in the same breath in which it was started.
        if unless():
            return None
        not_through = isinstance(error, ActivityError) and (
            isinstance(error.cause, ActivityTimedOut)
            or error.retry_state is RetryState.MAXIMUM_ATTEMPTS_REACHED
        )
        return Unanswered.NOT_THROUGH if not_through else Unanswered.ENDED
