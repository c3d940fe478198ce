"""Placing the order: once, and never again unless a person found that it was not placed."""

from datetime import timedelta
from itertools import chain, repeat
from typing import Literal

from temporalio import workflow
from temporalio.workflow import ActivityCancellationType

from workflows import push_judgement
from workflows.activity_interface import (
    Found,
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
from workflows.state import OrderState

# When the ledger is read again while nobody knows whether the order was placed: another execution
# of the same attempt may still be at it. After these, with each reminder.
_RECALL_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


async def placed(progress: Progress, verification_id: str) -> bool:
    """Place the order; `False` if it does not exist, or nobody waits for it any longer."""
    state = progress.state
    while not state.is_given_up:
        state.order_began = True
        progress.enter(OrderStatus.PLACING_ORDER)
        request = _request(state, verification_id)
        attempt = await _attempted(progress, request)
        match await _conclusion(progress, request, attempt):
            case "placed":
                return True
            case "refused":
                return False
            case "not placed":
                # Once more, unless nobody wants it any longer.
                continue
    return False


async def placed_after_all(progress: Progress) -> bool:
    """Whether the order exists although this run did not place it, before it ends without one.

    It may have been placed before a reset, or by an earlier workflow of this id. From now on nobody
    can place it any more, not even a worker that was thought dead.
    """
    state = progress.state
    if state.abandoned:
        return False
    request = _request(state, state.verification_id or "")
    attempt = await _withdrawn(request)
    state.order_began = state.order_began or not isinstance(attempt.answer, OrderWithdrawn)
    return await _conclusion(progress, request, attempt) == "placed"


def _request(state: OrderState, verification_id: str) -> PlaceOrder:
    return PlaceOrder(
        verification_id=verification_id,
        link_to_number=state.order.link_to_number,
        store_id=state.order.document.store_id,
        lineage=workflow.info().first_execution_run_id,
        settled_attempt=state.settled_attempt,
    )


async def _conclusion(
    progress: Progress, request: PlaceOrder, attempt: OrderAttempt
) -> Literal["placed", "refused", "not placed"]:
    state = progress.state
    number, answer = await _clear_answer(progress, request, attempt)
    # Only now: nothing that comes before may make a further attempt look allowed.
    state.settled_attempt = number
    match answer:
        case OrderPlaced(order_id=order_id) | Placed(order_id=order_id):
            state.order_id = order_id
        case Push() as push:
            state.order_id = push_judgement.order_id_of(push)
        case Completed(phone_number=phone_number):
            state.complete_by_hand(phone_number, workflow.now())
        case Refused() as refused:
            state.reason = str(refused)
            return "refused"
        case Abandon():
            state.abandoned = True
            return "not placed"
        case NotPlaced():
            state.reason = None
            return "not placed"
        case OrderWithdrawn():
            return "not placed"
    state.reason = None
    return "placed"


async def _attempted(progress: Progress, request: PlaceOrder) -> OrderAttempt:
    attempt = await progress.call(
        lambda: workflow.start_activity_method(
            TeniosActivities.place_order,
            request,
            # A call that is under way goes on to its end, whoever cancels.
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary="Order the number",
            **CALL,
        ),
        unless=lambda: progress.state.is_given_up,
    )
    # Cancelled between two tries, or while nobody could say how the last one went.
    return attempt or await _withdrawn(request)


async def _withdrawn(request: PlaceOrder) -> OrderAttempt:
    return await workflow.execute_activity_method(
        TeniosActivities.withdraw_order,
        request,
        summary="Make sure that the order is not sent any more",
        **CALL,
    )


async def _clear_answer(
    progress: Progress, request: PlaceOrder, attempt: OrderAttempt
) -> tuple[int, OrderPlaced | Refused | OrderWithdrawn | Push | Finding]:
    """TENIOS' answer and its attempt's number; where it is not clear, whatever proves it."""
    state = progress.state
    if not isinstance(attempt.answer, OutcomeUnknown | Found):
        return attempt.number, attempt.answer
    assert isinstance(attempt.answer, OutcomeUnknown)  # noqa: S101 -- rewritten next
    state.reason = attempt.answer.reason
    progress.enter(OrderStatus.OUTCOME_UNKNOWN)
    progress.tell("may have been placed or not")

    def push() -> Push | None:
        return push_judgement.completing(state.inbox.pushes, state.order_id)

    def proven() -> bool:
        return push() is not None or state.resolution is not None

    waits = chain(
        ((wait, False) for wait in _RECALL_AFTER),
        repeat((state.order.deadlines.approval_reminder, True)),
    )
    while True:
        wait, reminds = next(waits)
        await progress.until(
            proven, deadline=workflow.now() + wait, summary="Read the attempt ledger again"
        )
        recalled = await progress.call(
            lambda: workflow.start_activity_method(
                TeniosActivities.recall_order, request, summary="Read the attempt ledger", **CALL
            ),
            unless=proven,
        )
        if (proof := push() or state.take_finding()) is not None:
            return attempt.number, proof
        if recalled is not None and isinstance(recalled.answer, OrderPlaced | Refused):
            return recalled.number, recalled.answer
        if reminds:
            progress.tell("may have been placed or not, and nobody has found out yet")
