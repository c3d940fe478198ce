"""One verification for several numbers of a location: one number leads, the others wait for it."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from types import NoneType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError

from number_orders.workflows import contract
from number_orders.workflows.activity_interface import ApprovalSource
from number_orders.workflows.calls import IN_LEDGER, READ, Call
from number_orders.workflows.messages import VerificationAwaited, VerificationShared
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.placement import order_request
from number_orders.workflows.shared_verifications import (
    LookedForVerification,
    LookForVerification,
    NoVerification,
    VerificationActivities,
    VerificationFound,
)
from number_orders.workflows.state import OrderState, Standing
from number_orders.workflows.waits import waited

LOOKS_EVERY = timedelta(hours=1)
"""The number that leads tells the others by itself, unless it is ended by force."""


def has_to_share(state: OrderState) -> bool:
    """Whether numbers wait for this one's verification, and it is known what became of that."""
    return bool(state.inbox.awaited_by) and state.shared_verification is not None


def share_verification(run: OrderRun) -> None:
    """Tell the numbers that wait what became of this one's verification, in the background."""
    inbox, shared = run.state.inbox, run.state.shared_verification
    if shared is not None:
        run.start_telling(_shared(run, inbox.awaited_by, shared))
        inbox.awaited_by = []


async def wait_for_verification(run: OrderRun, leader: int) -> None:
    """Wait until TENIOS has taken the leading number's order, whose verification is then used."""
    state = run.state
    run.enter(OrderStatus.AWAITING_VERIFICATION)
    is_there = True
    if not state.has_asked_leader:
        state.has_asked_leader, state.inbox.shared = True, None
        is_there = await _asked(run, leader)

    def is_settled() -> bool:
        return state.inbox.shared is not None or state.is_given_up

    while not is_settled():
        deadline = workflow.now() + LOOKS_EVERY
        if is_there and await run.until(is_settled, deadline=deadline, summary="Look once more"):
            break
        looked = await _looked(run, leader)
        if isinstance(looked, VerificationFound):
            state.reuse(looked.verification, ApprovalSource.ANOTHER_NUMBER)
            return
        if isinstance(looked, NoVerification):
            _refuse(run, looked.reason)
            return
        is_there = True
    shared = state.inbox.shared
    if state.is_given_up or shared is None:
        return
    if shared.verification is not None:
        if shared.place is not None:
            state.take_over(shared.place)
        state.reuse(shared.verification, ApprovalSource.ANOTHER_NUMBER)
    else:
        _refuse(run, f"number {leader} of the location {shared.reason or 'has none'}")


async def _shared(run: OrderRun, waiting: Sequence[int], shared: VerificationShared) -> None:
    if shared.verification is not None:
        # The others may use only what the evidence store has, and may have failed to keep.
        recording = Call(
            VerificationActivities.record_taken,
            order_request(run.state),
            NoneType,
            "Record the verification for the numbers that wait",
            IN_LEDGER,
        )
        # Somebody in Temporal may end it; the others then say what is missing.
        with contextlib.suppress(ActivityError):
            await recording.repeated()
    for number in waiting:
        location_id = run.state.order.location_id
        order = workflow.get_external_workflow_handle(contract.workflow_id(location_id, number))
        # One that has ended meanwhile needs none.
        with contextlib.suppress(FailureError):
            await order.signal(contract.VERIFICATION_SHARED, shared)


async def _asked(run: OrderRun, leader: int) -> bool:
    """Ask the leading number to tell this one; whether it is there."""
    order = run.state.order
    leading = workflow.get_external_workflow_handle(contract.workflow_id(order.location_id, leader))
    asking = asyncio.create_task(
        leading.signal(contract.VERIFICATION_AWAITED, VerificationAwaited(number=order.number))
    )
    await waited(asking.done)
    try:
        asking.result()
    except FailureError:
        return False
    return True


async def _looked(run: OrderRun, leader: int) -> LookedForVerification | None:
    state = run.state
    answers: Any = LookedForVerification
    looked: LookedForVerification | None = await run.call(
        Call(
            VerificationActivities.look_for_verification,
            LookForVerification(
                workflow_id=contract.workflow_id(state.order.location_id, leader),
                data=state.verified_data,
                store_id=state.order.store_id,
            ),
            answers,
            f"Look for the verification of number {leader}",
            READ,
        ),
        unless=lambda: state.inbox.shared is not None or state.is_given_up,
    )
    return looked


def _refuse(run: OrderRun, reason: str) -> None:
    run.state.reason = (
        f"There is no verification to use: {reason}. Resubmit it with a document; or unchanged,"
        " once another number of the same address has one."
    )
    run.state.standing = Standing.REFUSED
