"""The stages before the order: submit the verification, await the decision, correct and repeat."""

from temporalio import workflow

from workflows import contract, decisions
from workflows.activity_interface import (
    Refused,
    SubmitVerification,
    TeniosActivities,
    VerificationSubmitted,
)
from workflows.decisions import ReceivedDecision
from workflows.models import OrderStatus
from workflows.progress import CALL, Progress


async def verified(progress: Progress) -> str | None:
    """Submit the verification and await the decision; its id if TENIOS approved it."""
    verification_id = await _submitted(progress)
    if verification_id is not None and await _approved(progress, verification_id):
        return verification_id
    return None


async def corrected(progress: Progress) -> bool:
    """Await the correction of what was rejected or refused."""
    state = progress.state
    window = state.order.deadlines.correction
    if state.is_given_up or not window or not state.rounds_left:
        return False
    due_at = workflow.now() + window
    progress.enter(OrderStatus.REJECTED, due_at=due_at)
    progress.tell("was rejected and can be corrected")
    await progress.until(
        lambda: state.correction is not None or state.is_given_up,
        deadline=due_at,
        summary="The time for a correction ends",
    )
    if state.correction is None or state.is_given_up:
        return False
    state.begin_round(state.correction)
    progress.enter(
        OrderStatus.SUBMITTING_VERIFICATION,
        contract.AREA_CODE.value_set(state.order.area_code),
        contract.CITY.value_set(state.order.address.city),
        contract.VERIFICATION_ID.value_unset(),
    )
    return True


async def _submitted(progress: Progress) -> str | None:
    state = progress.state
    request = SubmitVerification(
        address=state.order.address,
        area_code=state.order.area_code,
        document=state.order.document,
    )
    answer = await progress.call(
        lambda: workflow.start_activity_method(
            TeniosActivities.submit_verification,
            request,
            summary="Submit the verification",
            **CALL,
        ),
        unless=lambda: state.is_given_up,
    )
    if isinstance(answer, Refused):
        state.reason = str(answer)
    elif isinstance(answer, VerificationSubmitted):
        state.verification_id = answer.verification_id
    return state.verification_id


async def _approved(progress: Progress, verification_id: str) -> bool:
    state = progress.state
    progress.enter(
        OrderStatus.AWAITING_APPROVAL, contract.VERIFICATION_ID.value_set(verification_id)
    )

    def decision() -> ReceivedDecision | None:
        return decisions.deciding(state.inbox.decisions, verification_id, state.round)

    while not await progress.until(
        lambda: decision() is not None or state.is_given_up,
        deadline=workflow.now() + state.order.deadlines.approval_reminder,
        summary="Remind people of the verification",
    ):
        progress.tell("still waits for a decision about its verification")
    decided = decision()
    if decided is None:
        return False
    state.applied_decisions += (decided,)
    if not decided.decision.approved:
        state.reason = decisions.describe(decided.decision)
    return decided.decision.approved
