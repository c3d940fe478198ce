"""One verification for several numbers of a location: one number leads, the others wait for it."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, FailureError

from number_orders.workflows import contract
from number_orders.workflows.activity_interface import ApprovalSource
from number_orders.workflows.calls import IN_LEDGER, READ, Call
from number_orders.workflows.decoding import decoded_answer
from number_orders.workflows.messages import VerificationAwaited, VerificationShared
from number_orders.workflows.models import ApprovedVerification, OrderStatus
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.placement import order_request
from number_orders.workflows.shared_verifications import (
    LookedForVerification,
    LookForVerification,
    NoVerification,
    RecordTaken,
    VerificationActivities,
    VerificationFound,
)
from number_orders.workflows.state import Standing, place_of
from number_orders.workflows.waits import waited

LOOKS_EVERY = timedelta(hours=1)
"""The number that leads tells the others by itself, unless it is ended by force."""

_RECORDED_WITHIN = timedelta(minutes=5)
"""The order cannot end, or go on in a new run, before."""


def has_to_share(run: OrderRun) -> bool:
    """Whether numbers wait for this one's verification, and can be told what became of that."""
    is_known = run.state.inbox.awaited_by and run.state.shared_verification is not None
    return bool(is_known) and not run.is_sharing


def share_verification(run: OrderRun) -> None:
    """Tell the numbers that wait what became of this one's verification, in the background."""
    if run.state.shared_verification is not None:
        run.is_sharing = True
        run.start_telling(_share(run, run.state.shared_verification))


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
        looked = await _looked(run, leader, unless=is_settled)
        if isinstance(looked, VerificationFound):
            state.reuse(looked.verification, ApprovalSource.ANOTHER_NUMBER)
            return
        if isinstance(looked, NoVerification):
            _refuse(run, looked.reason)
            return
        is_there = True
    if not state.is_given_up and state.inbox.shared is not None:
        await _settle(run, leader, state.inbox.shared)


async def use_given(run: OrderRun, given: ApprovedVerification) -> None:
    """Use the verification that the order was given, or what others were placed with since then."""
    looked = None
    if run.state.is_repeated:
        own = run.state.order.number
        looked = await _looked(run, own, unless=lambda: run.state.is_given_up)
    found = looked.verification if isinstance(looked, VerificationFound) else given
    run.state.reuse(found, ApprovalSource.INPUT)


async def _settle(run: OrderRun, leader: int, shared: VerificationShared) -> None:
    """Act on what the leading number says of its verification."""
    state = run.state
    if shared.verification is not None:
        if shared.place is not None and place_of(state.order) == shared.started_for:
            state.take_over(shared.place)
        state.reuse(shared.verification, ApprovalSource.ANOTHER_NUMBER)
        return
    # A further one may have had its own checked.
    looked = await _looked(run, leader, unless=lambda: state.is_given_up)
    if isinstance(looked, VerificationFound):
        state.reuse(looked.verification, ApprovalSource.ANOTHER_NUMBER)
    elif not state.is_given_up:
        _refuse(run, f"number {leader} of the location {shared.reason}")


async def _share(run: OrderRun, shared: VerificationShared) -> None:
    inbox, location_id = run.state.inbox, run.state.order.location_id
    try:
        if shared.verification is not None and not await _is_recorded(run):
            shared = VerificationShared(reason="has its order, perhaps with another verification")
        waiting = list(inbox.awaited_by)
        telling = [asyncio.create_task(_tell(location_id, one, shared)) for one in waiting]
        await waited(lambda: all(task.done() for task in telling))
        inbox.awaited_by = [number for number in inbox.awaited_by if number not in waiting]
    finally:
        run.is_sharing = False


async def _is_recorded(run: OrderRun) -> bool:
    """Whether the evidence store has the verification, with which TENIOS took the order.

    The others may use only what is there. If it does not answer, they look for themselves.
    """
    request = RecordTaken(order=order_request(run.state), order_id=run.state.order_id)
    try:
        answer = await workflow.execute_activity(
            VerificationActivities.record_taken.__name__,
            request,
            # Whatever somebody in Temporal completes it with.
            result_type=RawValue,
            schedule_to_close_timeout=_RECORDED_WITHIN,
            summary="Record the verification for the numbers that wait",
            **IN_LEDGER,
        )
    except ActivityError:
        return True
    return decoded_answer(answer, bool) is not False


async def _tell(location_id: str, number: int, shared: VerificationShared) -> None:
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


async def _looked(
    run: OrderRun, number: int, *, unless: Callable[[], bool]
) -> LookedForVerification | None:
    state = run.state
    answers: Any = LookedForVerification
    looked: LookedForVerification | None = await run.call(
        Call(
            VerificationActivities.look_for_verification,
            LookForVerification(
                workflow_id=contract.workflow_id(state.order.location_id, number),
                data=state.verified_data,
                store_id=state.order.store_id,
            ),
            answers,
            f"Look for the verification of number {number}",
            READ,
        ),
        unless=unless,
    )
    return looked


def _refuse(run: OrderRun, reason: str) -> None:
    run.state.reason = (
        f"There is no verification to use: {reason}. Resubmit it with a document; or unchanged,"
        " once another number of the same address has one."
    )
    run.state.standing = Standing.REFUSED
