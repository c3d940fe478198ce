"""Placing the order: once, and never again unless a person found that it was not placed."""

from datetime import timedelta

from temporalio import workflow

from number_orders.workflows import commands, decisions, push_judgement
from number_orders.workflows.activity_interface import (
    ApprovalSource,
    Found,
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
    Refused,
    TeniosActivities,
    VerificationUnusable,
)
from number_orders.workflows.calls import AT_TENIOS, IN_LEDGER, Call
from number_orders.workflows.decisions import ReceivedDecision
from number_orders.workflows.messages import Abandon, Completed, NotPlaced, Placed
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.outcome import Outcome, outcome_found, tell_of_second_order
from number_orders.workflows.push_judgement import Push, order_id_of
from number_orders.workflows.state import OrderState, Standing

_TAKEN_WITHIN = timedelta(minutes=1)
"""After that, lists show an order for which no worker is free as `placing_order`."""


async def place(run: OrderRun) -> bool:
    """Place the order; whether TENIOS has it.

    `False` if it was refused, cancelled or abandoned, or has to be verified or approved again.
    """
    state = run.state
    while not (state.is_given_up or state.correction_time_is_over):
        if not state.is_placing:
            state.placement += 1
            state.is_placing = True
        if state.unknown_attempt is None:
            run.enter(OrderStatus.PLACING_ORDER)
        request = order_request(state)
        attempt = state.unknown_attempt or await _attempted(run, request)
        if await _conclude(run, request, attempt):
            return True
        _take_what_changes_it(state)
        if state.standing is not Standing.APPROVED:
            return False
        # Not placed: once more, unless nobody wants it any longer.
    return False


async def was_placed_after_all(run: OrderRun) -> bool:
    """Whether the order exists although this run did not place it, before it ends without one.

    It may have been placed before a reset, or by an earlier workflow of this id. From now on nobody
    can place it any more, not even a worker that was thought dead.
    """
    state = run.state
    if state.abandoned:
        return False
    request = order_request(state)
    attempt = state.unknown_attempt or await _withdrawn(run, request)
    if not isinstance(attempt.answer, OrderWithdrawn) and not state.is_placing:
        # A push may tell of it, without naming it.
        state.placement += 1
        state.is_placing = True
    return await _conclude(run, request, attempt)


def order_request(state: OrderState) -> PlaceOrder:
    """The order as TENIOS and the attempt ledger are asked for it."""
    return PlaceOrder(
        verification_id=state.verification_id or "",
        data=state.verified_data,
        approval=state.approval,
        link_to_number=state.order.link_to_number,
        store_id=state.order.store_id,
        lineage=workflow.info().first_execution_run_id,
        settled_attempt=state.settled_attempt,
    )


async def _attempted(run: OrderRun, request: PlaceOrder) -> OrderAttempt:
    state = run.state
    attempt = await run.call_once(
        Call(
            TeniosActivities.place_order,
            request,
            OrderAttempt,
            "Order the number",
            AT_TENIOS,
            taken_within=_TAKEN_WITHIN,
            goes_first=True,
        ),
        unless=lambda: (
            state.is_given_up
            or state.correction is not None
            or _replacement(state) is not None
            or _proof_of_an_earlier_attempt(state) is not None
        ),
        tell_after=commands.CORRECTABLE_AFTER,
    )
    if isinstance(attempt, OrderAttempt):
        return attempt
    # Cancelled or corrected between two tries, or ended in Temporal: nobody could say how the last
    # one went, and the ledger can.
    return await _withdrawn(run, request)


async def _withdrawn(run: OrderRun, request: PlaceOrder) -> OrderAttempt:
    attempt = await run.call(
        Call(
            TeniosActivities.withdraw_order,
            request,
            OrderAttempt,
            "Make sure that the order is not sent any more",
            IN_LEDGER,
        ),
        unless=lambda: False,
    )
    assert attempt is not None  # noqa: S101 -- nothing makes this call needless
    return attempt


def _replacement(state: OrderState) -> ReceivedDecision | None:
    """An approval of another verification, once the order has not come through for long."""
    return decisions.replacing(
        state.inbox.decisions, state.question, state.since + commands.CORRECTABLE_AFTER
    )


def _proof_of_an_earlier_attempt(state: OrderState) -> Push | None:
    """A push by which TENIOS has the order, although an earlier attempt was found not placed."""
    if not state.settled_attempt:
        return None
    return push_judgement.proving(state.inbox.pushes, state.expected)


def _take_what_changes_it(state: OrderState) -> None:
    """Act on what interrupted the placing: a correction, or another verification's approval."""
    replacement = _replacement(state)
    if state.correction is not None:
        state.standing = Standing.REFUSED
    elif replacement is not None:
        state.replace_verification(replacement)


async def _conclude(run: OrderRun, request: PlaceOrder, attempt: OrderAttempt) -> bool:
    """Act on what became of an attempt; whether the order exists."""
    state = run.state
    tell_of_second_order(run, attempt)
    outcome = Outcome(attempt.number, attempt.answer)
    proof = _proof_of_an_earlier_attempt(state)
    if isinstance(attempt.answer, OutcomeUnknown):
        outcome = await outcome_found(run, request, attempt)
    elif isinstance(attempt.answer, OrderWithdrawn) and proof is not None:
        outcome = Outcome(attempt.number, proof)
    answer = outcome.answer
    # Only now: nothing that comes before may make a further attempt look allowed.
    state.settled_attempt = outcome.attempt
    state.is_placing, state.unknown_attempt, state.ledger_readings = False, None, 0
    match answer.finding if isinstance(answer, Found) else answer:
        case OrderPlaced(order_id=order_id) | Placed(order_id=order_id):
            state.order_id = order_id
        case Push() as push:
            state.order_id = order_id_of(push)
        case Completed(phone_number=phone_number):
            state.complete_by_hand(phone_number, workflow.now())
        case Refused() | VerificationUnusable() as refused:
            _take_refusal(run, refused)
            return False
        case Abandon():
            state.abandoned = True
            return False
        case NotPlaced():
            state.reason = None
            return False
        case OrderWithdrawn():
            return False
    state.reason = None
    return True


def _take_refusal(run: OrderRun, refused: Refused | VerificationUnusable) -> None:
    state, approval = run.state, run.state.approval
    is_about_another = isinstance(refused, Refused) and not refused.is_about_verification
    # No approval is to come for a verification of before, and none mends what is not about one.
    if is_about_another or approval is None or approval.is_reused:
        state.reason = str(refused)
        state.standing = Standing.REFUSED
        return
    # Somebody was too early: TENIOS does not know of this approval. The data may be right.
    state.decisions_used_up = state.inbox.decisions_received
    state.applied_decisions = ()
    state.approval = None
    state.standing = Standing.SUBMITTED
    state.reason = (
        f"The approval was too early, or about another verification: {refused}. Approve again once"
        " TENIOS has approved."
    )
    if approval.source is ApprovalSource.NAMED:
        ids = [state.replaced_verification_id, state.verification_id]
        named = " or ".join(one for one in ids if one is not None)
        state.reason += f" The id may be wrong, {named}: name the right one with --verification-id."
        state.verification_id = state.replaced_verification_id = None
    run.tell("waits for its approval again, since TENIOS does not know of it")
