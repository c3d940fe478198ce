"""The lifecycle of one number order.

Handlers record, `run` decides: nothing that arrives early, twice, late or broken is lost, and
nothing of it changes the order before the order is there to use it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

with workflow.unsafe.imports_passed_through():
    from number_orders.workflows import commands, contract, report, search_attributes, wording
    from number_orders.workflows.completion import give_back, wait_for_completion, was_given_back
    from number_orders.workflows.decoding import decoded_argument, decoded_input
    from number_orders.workflows.messages import Cancellation, Correction, Resolution
    from number_orders.workflows.models import NumberOrderInput, OrderStatus
    from number_orders.workflows.order_run import HistoryIsLongError, OrderRun
    from number_orders.workflows.placement import place, was_placed_after_all
    from number_orders.workflows.push_reading import read_pushes
    from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
    from number_orders.workflows.sharing import has_to_share, share_verification
    from number_orders.workflows.state import OrderState
    from number_orders.workflows.text import unformatted
    from number_orders.workflows.verification import verify, wait_for_correction

_Command = TypeVar("_Command", Correction, Resolution, Cancellation)
_UnknownFields = Literal["ignore", "forbid"]

COMPLETED, REJECTED = OrderStatus.COMPLETED, OrderStatus.REJECTED
TIMED_OUT, CANCELLED = OrderStatus.TIMED_OUT, OrderStatus.CANCELLED


@workflow.defn(name=contract.WORKFLOW_TYPE)
class NumberOrder:
    """Orders one number: verification, a person's approval, the order, TENIOS' push."""

    @workflow.init
    def __init__(self, *arguments: Any) -> None:
        self._given = _given(arguments)
        self._is_described = True
        self._reading: asyncio.Task[None] | None = None

    @property
    def _order_run(self) -> OrderRun:
        """The order of this run. Raises, and so ends the run, if its input is no order."""
        if isinstance(self._given, ApplicationError):
            raise self._given
        return self._given

    @property
    def _state(self) -> OrderState:
        return self._order_run.state

    @property
    def _has_read(self) -> bool:
        return self._reading is not None and self._reading.done()

    @workflow.run
    async def run(self, *arguments: Any) -> NumberOrderResult:  # noqa: ARG002 -- the SDK wants the same parameters as for __init__, which keeps them
        """Order the number of a `NumberOrderInput` and say how it ended.

        A run that follows another one also gets the `OrderState` that it goes on from. A run that
        ends without a number fails, so that no list of workflows shows it as done.
        """
        self._order_run.show()
        ordering = asyncio.create_task(self._ordered_in_this_run())
        # A cancellation request of Temporal's interrupts only this wait. It means the same as the
        # update: what was begun with TENIOS is brought to an end first.
        while not ordering.done():
            try:
                await workflow.wait_condition(
                    lambda: (
                        ordering.done()
                        or self._has_read
                        or not self._is_described
                        or has_to_share(self._order_run)
                    )
                )
            except asyncio.CancelledError:
                self._record_cancellation(Cancellation(requested_by="Temporal"))
            if self._reading is not None and self._reading.done():
                # It fails by a bug only, which must not go unseen.
                self._reading.result()
                self._reading = None
            if not self._is_described:
                # Once for all that a workflow task brings, which may be thousands of signals.
                self._is_described = True
                self._order_run.show_news()
                if self._reading is None and self._state.inbox.unread:
                    self._reading = asyncio.create_task(read_pushes(self._order_run))
            # Nothing is begun that a new run would not know.
            if has_to_share(self._order_run) and not ordering.done():
                share_verification(self._order_run)
        result = ordering.result()
        if result is None:
            workflow.continue_as_new(args=[self._state.order, self._state])
        if result.outcome is not COMPLETED:
            raise _failure(result)
        return result

    async def _ordered_in_this_run(self) -> NumberOrderResult | None:
        """How the order ended; `None` if it goes on in a new run, and nothing is under way."""
        try:
            return await self._order_number()
        except HistoryIsLongError:
            await self._order_run.quiet()
            return None

    async def _order_number(self) -> NumberOrderResult:
        run, state = self._order_run, self._state
        if not (state.placed_at or await self._ordered()):
            return await run.end(CANCELLED if state.is_given_up else REJECTED)
        if not await wait_for_completion(run):
            return await run.end(CANCELLED if state.abandoned else TIMED_OUT)
        if await was_given_back(run):
            return await run.end(CANCELLED)
        if state.cancellation is not None:
            await give_back(run)
            return await run.end(CANCELLED)
        return await run.end(COMPLETED)

    async def _ordered(self) -> bool:
        """Verify and place the order, in as many rounds as that takes."""
        while True:
            while await verify(self._order_run):
                if await place(self._order_run):
                    return True
            if not await wait_for_correction(self._order_run):
                return await was_placed_after_all(self._order_run)

    # Each handler takes any arguments, which arrive raw: the SDK drops a signal whose argument does
    # not decode, and a surplus one fails the workflow task for good.
    @workflow.signal(name=contract.VERIFICATION_DECIDED, description=wording.DECIDED)
    def verification_decided(self, *arguments: Any) -> None:
        """Record the decision about the verification."""
        self._record(contract.VERIFICATION_DECIDED, arguments)

    @workflow.signal(name=contract.ORDER_COMPLETED, description=wording.COMPLETED)
    def order_completed(self, *arguments: Any) -> None:
        """Record TENIOS' push."""
        self._record(contract.ORDER_COMPLETED, arguments)

    @workflow.signal(dynamic=True, description=wording.ANY_SIGNAL)
    def any_signal(self, signal: str, arguments: Sequence[RawValue]) -> None:
        """Record what has a name that no order knows."""
        self._record(signal, arguments)

    @workflow.update(name=contract.RESUBMIT, description=wording.RESUBMIT)
    def resubmit(self, *arguments: Any) -> None:
        """Submit a new verification after a rejection or refusal, with what is corrected."""
        correction = self._correction(arguments)
        _refuse(commands.objection_to_correction(self._state, correction, workflow.now()))
        self._state.correction = correction

    @workflow.update(name=contract.RESOLVE_ORDER, description=wording.RESOLVE_ORDER)
    def resolve_order(self, *arguments: Any) -> None:
        """Report what a person found at TENIOS about an order whose outcome is not known."""
        resolution = self._resolution(arguments)
        _refuse(commands.objection_to_resolution(self._state, resolution, workflow.now()))
        self._state.resolution = resolution
        self._state.remark(wording.resolution(resolution))

    @workflow.update(name=contract.CANCEL, description=wording.CANCEL)
    def cancel(self, *arguments: Any) -> None:
        """Cancel the order. Once it may exist: wait for its number and give that back."""
        cancellation = _command(arguments, Cancellation)
        _refuse(commands.objection_to_cancellation(self._state))
        self._record_cancellation(cancellation)

    # Handlers are replayed, validators are not. So checks that may become stricter later are made
    # in validators only.
    @resubmit.validator
    def _check_correction(self, *arguments: Any) -> None:
        correction = self._correction(arguments, unknown_fields="forbid")
        _refuse(commands.objection_to_correction(self._state, correction, workflow.now()))
        _refuse(commands.objection_to_values(self._state, correction))

    @resolve_order.validator
    def _check_resolution(self, *arguments: Any) -> None:
        resolution = self._resolution(arguments, unknown_fields="forbid")
        _refuse(commands.objection_to_resolution(self._state, resolution, workflow.now()))

    @cancel.validator
    def _check_cancellation(self, *arguments: Any) -> None:
        _command(arguments, Cancellation, unknown_fields="forbid")
        _refuse(commands.objection_to_cancellation(self._state))

    @workflow.query(name=contract.STATUS)
    def status(self) -> OrderSnapshot:
        """Where the order stands, what it waits for, and everything it received."""
        return report.snapshot(self._state)

    def _correction(
        self, arguments: Sequence[RawValue], unknown_fields: _UnknownFields = "ignore"
    ) -> Correction:
        correction = _command(arguments, Correction, unknown_fields=unknown_fields)
        return commands.with_link_in_e164(self._state.order, correction)

    def _resolution(
        self, arguments: Sequence[RawValue], unknown_fields: _UnknownFields = "ignore"
    ) -> Resolution:
        resolution = _command(arguments, Resolution, unknown_fields=unknown_fields)
        return commands.with_number_in_e164(self._state.order, resolution)

    def _record(self, signal: str, arguments: Sequence[RawValue]) -> None:
        self._state.inbox.record(
            signal,
            arguments,
            now=workflow.now(),
            current_round=self._state.round,
            placement=self._state.placement,
        )
        self._is_described = False

    def _record_cancellation(self, cancellation: Cancellation) -> None:
        """The first one counts; whoever comes later wants the same."""
        self._state.cancellation = self._state.cancellation or cancellation
        self._is_described = False


def _given(arguments: Sequence[RawValue]) -> OrderRun | ApplicationError:
    """The order that a run is about, or why it is about none.

    Whatever else is started under the type's name, or for another location's id, would wedge this
    id or buy a second number.
    """
    try:
        order = _order_of(arguments)
    except ValueError as error:
        workflow.upsert_search_attributes(
            search_attributes.none_of_them(workflow.info().typed_search_attributes)
        )
        said = f"This is no number order, and nothing was sent: {error}"
        workflow.set_current_details(unformatted(said))
        return ApplicationError(
            said,
            type=contract.NOT_AN_ORDER,
            non_retryable=True,
        )
    # A cron schedule or a retry policy, which only another client sets, has runs before as well.
    moved_on = workflow.info().continued_run_id is not None and len(arguments) > 1
    if not moved_on:
        return OrderRun(OrderState.at_start(order, workflow.now()))
    try:
        return OrderRun(decoded_input(arguments[1], OrderState))
    except ValueError as error:
        # The order may exist at TENIOS: it stands still until a worker can read on.
        raise RuntimeError(f"The state of the run before cannot be read: {error}") from None


def _order_of(arguments: Sequence[RawValue]) -> NumberOrderInput:
    if not arguments:
        raise ValueError("it was started without an input")
    if workflow.info().cron_schedule:
        raise ValueError("it has a cron schedule, and a number is ordered once")
    order = decoded_argument(arguments[:1], NumberOrderInput)
    own = contract.workflow_id(order.location_id, order.number)
    actual = workflow.info().workflow_id
    if actual != own:
        raise ValueError(f"the workflow id of this location's order is {own}, not {actual}")
    return order


def _command(
    arguments: Sequence[RawValue],
    kind: type[_Command],
    *,
    unknown_fields: _UnknownFields = "ignore",
) -> _Command:
    """The command that a person sent; refused with what is wrong if it does not fit."""
    try:
        return decoded_argument(arguments, kind, unknown_fields=unknown_fields)
    except ValueError as error:
        raise ApplicationError(str(error), non_retryable=True) from None


def _failure(result: NumberOrderResult) -> ApplicationError:
    """The end of an order that has no number, with all that a result says.

    It is not retryable, whatever retry policy another client has started the order with: a new run
    would buy what was cancelled. It is benign: no metric or log takes it for a bug.
    """
    return ApplicationError(
        result.summary,
        result,
        type=contract.FAILURE_TYPES[result.outcome],
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )


def _refuse(objection: str | None) -> None:
    if objection is not None:
        raise ApplicationError(objection, non_retryable=True)
