"""The lifecycle of one number order.

Handlers record, `run` decides: nothing that arrives early, twice, late or broken is lost, and
nothing of it changes the order before the order is there to use it.
"""

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from workflows import commands, contract, wording
    from workflows.completion import completed_in_time, completed_late, given_back
    from workflows.messages import Cancellation, Correction, Resolution
    from workflows.models import NumberOrderInput, OrderStatus
    from workflows.placement import placed, placed_after_all
    from workflows.progress import Progress
    from workflows.results import NumberOrderResult, OrderSnapshot
    from workflows.state import OrderState
    from workflows.verification import corrected, verified

COMPLETED, REJECTED = OrderStatus.COMPLETED, OrderStatus.REJECTED
TIMED_OUT, CANCELLED = OrderStatus.TIMED_OUT, OrderStatus.CANCELLED


@workflow.defn(name=contract.WORKFLOW_TYPE)
class NumberOrder:
    """Orders one number: verification, a person's approval, the order, TENIOS' push."""

    @workflow.init
    def __init__(self, order: NumberOrderInput) -> None:
        self._state = OrderState(order=order, since=workflow.now())
        self._progress = Progress(self._state)

    @workflow.run
    async def run(self, order: NumberOrderInput) -> NumberOrderResult:  # noqa: ARG002 -- the SDK wants the same parameters as for __init__, which keeps it
        """Order the number and say how it ended."""
        ordering = asyncio.create_task(self._order_number())
        # A cancellation request of Temporal's interrupts only this wait. It means the same as the
        # update: what was begun with TENIOS is brought to an end first.
        while not ordering.done():
            try:
                await workflow.wait_condition(ordering.done)
            except asyncio.CancelledError:
                self._record_cancellation(Cancellation(requested_by="Temporal"))
        return ordering.result()

    async def _order_number(self) -> NumberOrderResult:
        progress, state = self._progress, self._state
        if not await self._ordered():
            return await progress.end(CANCELLED if state.is_given_up else REJECTED)
        if not (await completed_in_time(progress) or await completed_late(progress)):
            return await progress.end(CANCELLED if state.abandoned else TIMED_OUT)
        if state.cancellation is not None:
            await given_back(progress)
            return await progress.end(CANCELLED)
        return await progress.end(COMPLETED)

    async def _ordered(self) -> bool:
        """Verify and place the order, in as many rounds as that takes."""
        while True:
            verification_id = await verified(self._progress)
            if verification_id is not None and await placed(self._progress, verification_id):
                return True
            if not await corrected(self._progress):
                return await placed_after_all(self._progress)

    @workflow.signal(dynamic=True)
    def record(self, signal: str, arguments: Sequence[RawValue]) -> None:
        """Record `verification_decided`, `order_completed`, or whatever else somebody sent.

        One handler for any name and any arguments, since it is the only form that Temporal always
        delivers: a named handler never sees what does not decode, and a second argument for it
        fails the workflow task for good.
        """
        self._state.inbox.record(
            signal,
            arguments,
            now=workflow.now(),
            current_round=self._state.round,
            order_began=self._state.order_began,
        )
        self._progress.show()

    @workflow.update(name=contract.RESUBMIT)
    def resubmit(self, correction: Correction) -> None:
        """Submit a new verification after a rejection or refusal, with what is corrected."""
        self._check_correction(correction)
        self._state.correction = correction

    @workflow.update(name=contract.RESOLVE_ORDER)
    def resolve_order(self, resolution: Resolution) -> None:
        """Say what a person found out at TENIOS about an order that nobody else can tell about."""
        self._check_resolution(resolution)
        self._state.resolution = resolution
        self._state.remarks += (wording.resolution(resolution),)

    @workflow.update(name=contract.CANCEL)
    def cancel(self, cancellation: Cancellation) -> None:
        """Cancel the order. Once it may exist: wait for its number and give that back."""
        self._check_cancellation(cancellation)
        self._record_cancellation(cancellation)

    @resubmit.validator
    def _check_correction(self, correction: Correction) -> None:
        _refuse(commands.objection_to_correction(self._state, correction))

    @resolve_order.validator
    def _check_resolution(self, resolution: Resolution) -> None:
        _refuse(commands.objection_to_resolution(self._state, resolution, workflow.now()))

    @cancel.validator
    def _check_cancellation(self, cancellation: Cancellation) -> None:
        _refuse(commands.objection_to_cancellation(self._state, cancellation))

    @workflow.query(name=contract.STATUS)
    def status(self) -> OrderSnapshot:
        """Where the order stands, what it waits for, and everything it received."""
        return self._state.snapshot()

    def _record_cancellation(self, cancellation: Cancellation) -> None:
        """The first one counts; whoever comes later wants the same."""
        self._state.cancellation = self._state.cancellation or cancellation
        self._progress.show()


def _refuse(objection: str | None) -> None:
    if objection is not None:
        raise ApplicationError(objection, non_retryable=True)
