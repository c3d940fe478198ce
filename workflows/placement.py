"""Placing the order: once, and never again unless a person found that it was not placed."""

from datetime import timedelta
from itertools import chain, repeat

from temporalio import workflow
from temporalio.workflow import ActivityCancellationType

from workflows import push_judgement
from workflows.activity_interface import (
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
    Refused,
    TeniosActivities,
)
from workflows.messages import Abandon, Completed, Finding, NotPlaced, Placed
from workflows.models import OrderStatus
from workflows.progress import CALL, Progress
from workflows.push_judgement import Push

# When the ledger is read again while nobody knows whether the order was placed: another execution
# of the same attempt may still be at it. After these, with each reminder.
_RECALL_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


async def placed(progress: Progress, verification_id: str) -> bool:
    """Place the order; `False` if it does not exist, or nobody waits for it any longer."""
    state = progress.state
    while not state.is_given_up:
        state.order_began = True
        progress.enter(OrderStatus.PLACING_ORDER)
        request = PlaceOrder(
            verification_id=verification_id,
            link_to_number=state.order.link_to_number,
            store_id=state.order.document.store_id,
            lineage=workflow.info().first_execution_run_id,
            settled_attempt=state.settled_attempt,
        )
        attempt = await _attempted(progress, request)
        answer = await _clear_answer(progress, request, attempt)
        # Only now: whatever comes before it must not make a further attempt look allowed.
        state.settled_attempt, state.reason = attempt.number, None
        match answer:
            case OrderPlaced(order_id=order_id) | Placed(order_id=order_id):
                state.order_id = order_id
                return True
            case Push() as push:
                state.order_id = push_judgement.order_id_of(push)
                return True
            case Completed(phone_number=phone_number):
                state.complete_by_hand(phone_number, workflow.now())
                return True
            case Refused() as refused:
                state.reason = str(refused)
                return False
            case Abandon():
                state.abandoned = True
            case NotPlaced() | OrderWithdrawn():
                # Not there: once more, unless nobody wants it any longer.
                continue
    return False


async def _attempted(progress: Progress, request: PlaceOrder) -> OrderAttempt:
    attempt = await progress.call(
        workflow.start_activity_method(
            TeniosActivities.place_order,
            request,
            # A call that is under way goes on to its end, whoever cancels.
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary="Order the number",
            **CALL,
        )
    )
    if attempt is not None:
        return attempt
    # Cancelled between two tries, or while nobody could say how the last one went.
    return await workflow.execute_activity_method(
        TeniosActivities.withdraw_order,
        request,
        summary="Make sure that the order is not sent any more",
        **CALL,
    )


async def _clear_answer(
    progress: Progress, request: PlaceOrder, attempt: OrderAttempt
) -> OrderPlaced | Refused | OrderWithdrawn | Push | Finding:
    """TENIOS' answer; where there was no clear one, whatever proves what happened."""
    state = progress.state
    if not isinstance(attempt.answer, OutcomeUnknown):
        return attempt.answer
    state.reason = attempt.answer.reason
    progress.enter(OrderStatus.OUTCOME_UNKNOWN)
    progress.tell("may have been placed or not")

    def push() -> Push | None:
        return push_judgement.completing(state.inbox.pushes, state.order_id)

    waits = chain(_RECALL_AFTER, repeat(state.order.deadlines.approval_reminder))
    while True:
        wait = next(waits)
        await progress.until(
            lambda: push() is not None or state.resolution is not None,
            deadline=workflow.now() + wait,
            summary="Read the attempt ledger again",
        )
        if (proof := push() or state.take_finding()) is not None:
            return proof
        recalled = await workflow.execute_activity_method(
            TeniosActivities.recall_order, request, summary="Read the attempt ledger", **CALL
        )
        if recalled is not None and isinstance(recalled.answer, OrderPlaced | Refused):
            return recalled.answer
        if wait not in _RECALL_AFTER:
            progress.tell("may have been placed or not, and nobody has found out yet")
