"""From the order to its number, and back again where it was cancelled meanwhile."""

from datetime import datetime

from temporalio import workflow

from workflows import contract, push_judgement
from workflows.activity_interface import (
    CancellationAnswer,
    CancelNumber,
    NumberCancelled,
    TeniosActivities,
)
from workflows.messages import Abandon, Completed
from workflows.models import OrderStatus
from workflows.progress import CALL, Progress
from workflows.push_judgement import Push

_TOLD_OF_PUSHES = 3
"""People are told of so many pushes that do not complete an order. The status shows the others."""


async def completed_in_time(progress: Progress) -> bool:
    """Await TENIOS' push for as long as it may take."""
    state = progress.state
    due_at = workflow.now() + state.order.deadlines.completion
    order_id = contract.TENIOS_ORDER_ID
    progress.enter(
        OrderStatus.AWAITING_COMPLETION,
        order_id.value_set(state.order_id) if state.order_id else order_id.value_unset(),
        due_at=due_at,
    )
    return await _completed(progress, until=due_at)


async def completed_late(progress: Progress) -> bool:
    """Await a late push, or a person who looked the order up."""
    state = progress.state
    grace = state.order.deadlines.late_push_grace
    if state.abandoned or not grace:
        return False
    due_at = workflow.now() + grace
    progress.enter(OrderStatus.OVERDUE, due_at=due_at)
    progress.tell("is overdue: no push came in time")
    return await _completed(progress, until=due_at)


async def given_back(progress: Progress) -> None:
    """Give the number back to TENIOS; where that cannot be done, a person has to."""
    state = progress.state
    progress.enter(OrderStatus.CANCELLING)
    named_by = state.push
    while True:
        state.reason = push_judgement.doubt_about_giving_back(
            named_by, state.phone_number, state.order.area_code
        )
        if state.reason is None and state.phone_number is not None:
            answer = await _cancelled_at_tenios(progress, state.phone_number)
            if isinstance(answer, NumberCancelled):
                state.cancellation_date = answer.cancellation_date
                return
            state.reason = str(answer) if answer else None
        progress.show()
        if state.resolution is None:
            progress.tell("needs a person to give its number back")
        await progress.until(lambda: state.resolution is not None)
        finding = state.take_finding()
        if isinstance(finding, Completed):
            named_by, state.phone_number = None, finding.phone_number
        else:
            return


async def _cancelled_at_tenios(progress: Progress, number: str) -> CancellationAnswer | None:
    """TENIOS' answer; `None` if a person has settled it meanwhile."""
    request = CancelNumber(
        phone_number=number,
        store_id=progress.state.order.document.store_id,
        lineage=workflow.info().first_execution_run_id,
    )
    return await progress.call(
        lambda: workflow.start_activity_method(
            TeniosActivities.cancel_number, request, summary="Give the number back", **CALL
        ),
        unless=lambda: progress.state.resolution is not None,
    )


async def _completed(progress: Progress, *, until: datetime) -> bool:
    state = progress.state
    if state.completed_at is not None:
        # A person found the number while nobody knew whether the order had been placed.
        return True
    told_about = 0

    def push() -> Push | None:
        return push_judgement.completing(state.inbox.pushes, state.order_id)

    def news() -> bool:
        return (
            push() is not None
            or state.resolution is not None
            or state.inbox.pushes_received > told_about
        )

    while await progress.until(news, deadline=until, summary="Wait for TENIOS' push"):
        completing = push()
        if completing is not None:
            state.complete(completing)
            return True
        match state.take_finding():
            case Completed(phone_number=phone_number):
                state.complete_by_hand(phone_number, workflow.now())
                return True
            case Abandon():
                state.abandoned = True
                return False
        told_about = state.inbox.pushes_received
        if told_about <= _TOLD_OF_PUSHES:
            progress.tell("received a push that does not complete it")
    return False
