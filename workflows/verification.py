"""The stages before the order: submit the verification, await the decision, correct and repeat."""

from typing import Any

from temporalio import workflow

from number_orders.workflows import decisions, wording
from number_orders.workflows.activity_interface import (
    AnswerUnreadable,
    Refused,
    SubmitVerification,
    TeniosActivities,
    VerificationAnswer,
    VerificationSubmitted,
)
from number_orders.workflows.calls import AT_TENIOS, Call
from number_orders.workflows.decisions import ReceivedDecision
from number_orders.workflows.models import DocumentReference, OrderStatus
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.sharing import use_given, wait_for_verification
from number_orders.workflows.state import Standing, first_status


async def verify(run: OrderRun) -> bool:
    """Have a verification that TENIOS approved: one of before, another number's, or a new one."""
    state = run.state
    if state.standing is Standing.NOT_SUBMITTED:
        await _obtain(run)
    if state.standing is Standing.SUBMITTED:
        await _decide(run)
    return state.standing is Standing.APPROVED and not state.is_given_up


async def wait_for_correction(run: OrderRun) -> bool:
    """Await the correction of what was rejected or refused."""
    state = run.state
    if state.correction is None:
        await _correction(run)
    if state.correction is None or state.is_given_up:
        state.correction_time_is_over = True
        return False
    if state.correction.reason:
        state.remark(wording.correction(state.correction))
    state.begin_round(state.correction)
    run.enter(first_status(state.order))
    return True


async def _obtain(run: OrderRun) -> None:
    order = run.state.order
    if order.verification is not None:
        await use_given(run, order.verification)
    elif order.verification_from is not None:
        await wait_for_verification(run, order.verification_from)
    elif order.document is not None:
        await _submit(run, order.document)


async def _submit(run: OrderRun, document: DocumentReference) -> None:
    state = run.state
    request = SubmitVerification(
        data=state.verified_data, document=document, store_id=state.order.store_id
    )
    answers: Any = VerificationAnswer
    answer: VerificationAnswer | None = await run.call(
        Call(
            TeniosActivities.submit_verification,
            request,
            answers,
            "Submit the verification",
            AT_TENIOS,
        ),
        unless=lambda: state.is_given_up,
    )
    state.submissions += 1
    match answer:
        case VerificationSubmitted(verification_id=verification_id):
            state.verification_id = verification_id
            state.standing = Standing.SUBMITTED
        case AnswerUnreadable(reason=reason):
            # It is not submitted again: people at TENIOS would have it twice. The decision about it
            # comes all the same, and brings the id.
            state.reason = reason
            state.standing = Standing.SUBMITTED
            run.tell("has a verification whose id nobody could read")
        case Refused() as refused:
            state.reason = str(refused)
            state.standing = Standing.REFUSED


async def _decide(run: OrderRun) -> None:
    state = run.state

    def decision() -> ReceivedDecision | None:
        return decisions.deciding(state.inbox.decisions, state.question)

    run.enter(OrderStatus.AWAITING_APPROVAL)
    while not await run.until(
        lambda: decision() is not None or state.is_given_up,
        deadline=workflow.now() + state.order.deadlines.approval_reminder,
        summary="Remind people of the verification",
    ):
        run.tell("still waits for a decision about its verification")
    decided = decision()
    if decided is not None:
        state.apply(decided)
        approved = decided.decision.approved
        state.reason = None if approved else decisions.describe(decided.decision)


async def _correction(run: OrderRun) -> None:
    state = run.state
    window = state.order.deadlines.correction
    over = state.correction_time_is_over or not (window and state.rounds_left)
    if over or state.is_given_up:
        return
    if state.status is not OrderStatus.REJECTED:
        run.enter(OrderStatus.REJECTED, due_at=workflow.now() + window)
        run.tell("was rejected and can be corrected")
    await run.until(
        lambda: state.correction is not None or state.is_given_up,
        deadline=state.due_at,
        summary="The time for a correction ends",
    )
