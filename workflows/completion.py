"""From the order to its number, and back again where it was cancelled meanwhile."""

from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from number_orders.workflows import push_judgement, wording
from number_orders.workflows.activity_interface import (
    AnswerUnreadable,
    CancellationAnswer,
    CancelNumber,
    LedgerReading,
    NumberCancelled,
    Refused,
    TeniosActivities,
)
from number_orders.workflows.calls import AT_TENIOS, IN_LEDGER, Call
from number_orders.workflows.messages import Abandon, Completed
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.placement import order_request
from number_orders.workflows.push_judgement import Push
from number_orders.workflows.state import OrderState

_TOLD_OF_PUSHES = 3
"""People are told of so many pushes that do not complete an order. The status shows the others."""

_HANDED_ON_WITHIN = timedelta(minutes=1)
"""How old a push is at most when it completes an order, unless Temporal was away or a reset
brought it again."""


async def wait_for_completion(run: OrderRun) -> bool:
    """Await TENIOS' push, or a person who looked the order up; whether the order is completed."""
    state = run.state
    state.placed_at = state.placed_at or workflow.now()
    if state.correction is not None:
        state.correction = None
        state.remark("The correction came too late: TENIOS has the order.")
    while state.completed_at is None and not state.abandoned:
        until = _enter_wait(run, state.placed_at)
        if until is None:
            _take_tenios_word(state)
            break
        await _act_on_news(run, until)
    return state.completed_at is not None


async def give_back(run: OrderRun) -> None:
    """Give the number back to TENIOS; where that cannot be done, a person has to."""
    state = run.state
    run.enter(OrderStatus.CANCELLING)
    while True:
        number = state.phone_number
        confirm = wording.confirmed_number(state.order)
        doubt = push_judgement.doubt_about_giving_back(state.push, number, state.expected, confirm)
        if doubt is not None:
            state.reason = doubt
        elif number is not None and number != state.not_given_back:
            state.reason = None
            match await _cancelled_at_tenios(run, number):
                case NumberCancelled(cancellation_date=cancellation_date):
                    state.cancellation_date = cancellation_date
                    if not _another_was_named(state, number):
                        return
                case AnswerUnreadable(reason=reason):
                    state.reason = f"{reason} It is not asked for again: look in the TENIOS portal."
                    state.not_given_back = number
                case Refused() as refused:
                    state.reason = (
                        f"{refused}. Once TENIOS has this number, or another one, confirm it:"
                        f" {confirm}."
                    )
                    state.not_given_back = number
        if state.resolution is None:
            run.tell("needs a person to give its number back")
        await _until_resolved(run)
        resolution = state.take_resolution()
        if resolution is None or not isinstance(resolution.finding, Completed):
            return
        state.complete_by_hand(resolution.finding.phone_number, workflow.now())
        state.not_given_back = None


async def _until_resolved(run: OrderRun) -> None:
    """Wait for a person, whom a push meanwhile may tell the number that the order has."""
    state = run.state
    while True:
        told = state.pushes_told = state.inbox.pushes_received
        await run.until(
            lambda: state.resolution is not None or state.inbox.pushes_received > told  # noqa: B023 -- awaited in this turn
        )
        if state.inbox.pushes_received == told:
            return
        if state.inbox.pushes_received <= _TOLD_OF_PUSHES:
            run.tell("received a push while a person has to give its number back")


def _another_was_named(state: OrderState, number: str) -> bool:
    """Whether a person has named another number while this one was given back."""
    finding = state.resolution.finding if state.resolution else None
    return isinstance(finding, Completed) and finding.phone_number != number


async def was_given_back(run: OrderRun) -> bool:
    """Whether the number was given back in a run of which a reset has left nothing.

    Asked only where the push came long ago: a reset brings it once more.
    """
    state = run.state
    if state.push is None or workflow.now() - state.push.received_at < _HANDED_ON_WITHIN:
        return False
    reading = await run.call(
        Call(
            TeniosActivities.recall_order,
            order_request(state),
            LedgerReading,
            "Look whether the number was given back",
            IN_LEDGER,
        ),
        unless=lambda: False,
    )
    for number in reading.given_back if reading else ():
        if number.phone_number == state.phone_number:
            state.cancellation_date = number.cancellation_date
            state.remark("The number was given back before the workflow was reset.")
            return True
    return False


def _enter_wait(run: OrderRun, placed_at: datetime) -> datetime | None:
    """Enter the status that fits what TENIOS has said so far.

    The result is when the wait in this status ends; `None` if all waiting is over.
    """
    state, now = run.state, workflow.now()
    overdue_at = placed_at + state.order.deadlines.completion
    over_at = overdue_at + state.order.deadlines.late_push_grace
    if now >= over_at:
        return None
    if state.completing_push is not None:
        status, until, news = OrderStatus.AWAITING_NUMBER, over_at, "is completed without a number"
    elif now < overdue_at:
        status, until, news = OrderStatus.AWAITING_COMPLETION, overdue_at, ""
    else:
        status, until, news = OrderStatus.OVERDUE, over_at, "is overdue: no push came in time"
    if status is not state.status:
        run.enter(status, due_at=until)
        if news:
            run.tell(news)
    return until


async def _act_on_news(run: OrderRun, until: datetime) -> None:
    state = run.state
    told = state.pushes_told

    def delivering() -> Push | None:
        return push_judgement.delivering(state.inbox.pushes, state.expected)

    if not await run.until(
        lambda: (
            delivering() is not None
            or state.resolution is not None
            or state.inbox.pushes_received > told
        ),
        deadline=until,
        summary="Wait for TENIOS' push",
    ):
        return
    state.pushes_told = state.inbox.pushes_received
    if (push := delivering()) is not None:
        state.complete(push)
    elif (resolution := state.take_resolution()) is not None:
        if isinstance(resolution.finding, Completed):
            state.complete_by_hand(resolution.finding.phone_number, workflow.now())
        elif isinstance(resolution.finding, Abandon):
            state.abandoned = True
    elif state.pushes_told > told:
        _take_word_or_tell(run)


def _take_word_or_tell(run: OrderRun) -> None:
    state = run.state
    before = state.completing_push
    state.completing_push = push_judgement.completing(state.inbox.pushes, state.expected) or before
    if before is None and state.completing_push is not None:
        # The new status tells of it.
        return
    if state.pushes_told <= _TOLD_OF_PUSHES:
        run.tell("received a push that does not complete it")


def _take_tenios_word(state: OrderState) -> None:
    """At the end of all waiting: completed without a number, if TENIOS has said so credibly."""
    push, expected = state.completing_push, state.expected
    if push is None or not push_judgement.vouches(push, expected):
        return
    if any(push_judgement.contradicts(other, expected) for other in state.inbox.pushes):
        return
    state.complete(push)


async def _cancelled_at_tenios(run: OrderRun, number: str) -> CancellationAnswer | None:
    """TENIOS' answer; `None` if a person has settled it meanwhile."""
    request = CancelNumber(
        phone_number=number,
        store_id=run.state.order.store_id,
        lineage=workflow.info().first_execution_run_id,
    )
    answers: Any = CancellationAnswer
    answer: CancellationAnswer | None = await run.call(
        Call(
            TeniosActivities.cancel_number,
            request,
            answers,
            "Give the number back",
            AT_TENIOS,
            goes_first=True,
        ),
        unless=lambda: run.state.resolution is not None,
    )
    return answer
