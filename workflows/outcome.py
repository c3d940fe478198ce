"""Finding out whether the order was placed, where TENIOS' answer did not say it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow

from number_orders.workflows import push_judgement, wording
from number_orders.workflows.activity_interface import (
    Found,
    LedgerReading,
    OrderAnswer,
    OrderAttempt,
    OrderPlaced,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
    Refused,
    TeniosActivities,
)
from number_orders.workflows.calls import IN_LEDGER, READ, Call
from number_orders.workflows.messages import Resolution
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.push_judgement import Push
from number_orders.workflows.state import OrderState

# When the ledger is read again while nobody knows whether the order was placed: another execution
# of the same attempt may still be at it. After these, with each reminder.
_READ_AGAIN_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt in the ledger, by whatever proved it."""

    attempt: int
    answer: OrderAnswer | Push


async def outcome_found(run: OrderRun, request: PlaceOrder, attempt: OrderAttempt) -> Outcome:
    """Wait until a push, the attempt ledger or a person tells whether the order was placed.

    A person's finding is written into the ledger first. If the ledger has another outcome by then,
    that one counts.
    """
    state = run.state
    if state.unknown_attempt is None:
        _ask_about(state, attempt)
        run.enter(OrderStatus.OUTCOME_UNKNOWN)
        run.tell("may have been placed or not")
    while True:
        asked_about = state.unknown_attempt or attempt
        found = await _looked(run, request, asked_about)
        if found is not None:
            tell_of_second_order(run, found)
        # A push says more than a person who found nothing.
        if (proof := _proof(state)) is not None:
            return Outcome(asked_about.number, proof)
        match found:
            case OrderAttempt(number=number, answer=OutcomeUnknown(names=names)):
                # Another attempt, or another order, than the one that a person looks for. For the
                # same one the first answer said better why nobody knows.
                if (number, names) != (asked_about.number, _names(asked_about)):
                    _ask_about(state, found)
            case OrderAttempt(answer=OrderPlaced() | Refused() | Found()):
                return Outcome(found.number, found.answer)


def tell_of_second_order(run: OrderRun, attempt: OrderAttempt) -> None:
    """Tell people, once, of an order that TENIOS has taken besides the one that counts."""
    if attempt.second_order is None:
        return
    remark = (
        f"TENIOS also has order {attempt.second_order}, whose answer came after a person had"
        " said that there was none: cancel one of the two there."
    )
    if remark not in run.state.remarks:
        run.state.remark(remark)
        run.tell("was placed twice at TENIOS")


def _proof(state: OrderState) -> Push | None:
    return push_judgement.proving(state.inbox.pushes, state.expected)


def _ask_about(state: OrderState, attempt: OrderAttempt) -> None:
    state.unknown_attempt = attempt
    state.reason = attempt.answer.reason if isinstance(attempt.answer, OutcomeUnknown) else None


def _names(asked_about: OrderAttempt) -> str | None:
    """The order or number that people are asked about, where the ledger names one."""
    unknown = asked_about.answer
    return unknown.names if isinstance(unknown, OutcomeUnknown) else None


async def _looked(
    run: OrderRun, request: PlaceOrder, asked_about: OrderAttempt
) -> OrderAttempt | None:
    """What the ledger says, with what a person found meanwhile, or after the next pause."""
    state = run.state

    def proven() -> bool:
        return _proof(state) is not None or state.resolution is not None

    if not await run.until(
        proven, deadline=_next_reading(state), summary="Read the attempt ledger again"
    ):
        return await _read_again(run, request, proven)
    resolution = state.resolution
    if _proof(state) is not None or resolution is None:
        return None
    recorded = await _recorded(run, request, asked_about, resolution)
    # Only now: if the order moves on meanwhile, the new run writes it down.
    state.resolution = None
    return recorded


def _next_reading(state: OrderState) -> datetime:
    waits = (*_READ_AGAIN_AFTER, state.order.deadlines.approval_reminder)
    return workflow.now() + waits[min(state.ledger_readings, len(_READ_AGAIN_AFTER))]


async def _read_again(
    run: OrderRun, request: PlaceOrder, proven: Callable[[], bool]
) -> OrderAttempt | None:
    state = run.state
    reading = await run.call(
        Call(
            TeniosActivities.recall_order, request, LedgerReading, "Read the attempt ledger", READ
        ),
        unless=proven,
    )
    if reading is None:
        return None
    state.ledger_readings += 1
    if state.ledger_readings > len(_READ_AGAIN_AFTER):
        run.tell("may have been placed or not, and nobody has found out yet")
    return reading.attempt


async def _recorded(
    run: OrderRun, request: PlaceOrder, asked_about: OrderAttempt, resolution: Resolution
) -> OrderAttempt | None:
    """Write the finding into the ledger; what stands there counts."""
    state = run.state
    finding = RecordFinding(
        request=request,
        number=asked_about.number,
        asked_about=_names(asked_about),
        finding=resolution.finding,
        resolved_by=resolution.resolved_by,
    )
    recorded = await run.call(
        Call(
            TeniosActivities.record_finding,
            finding,
            OrderAttempt,
            "Write down what a person found",
            IN_LEDGER,
        ),
        unless=lambda: _proof(state) is not None,
    )
    counts = Found(finding=resolution.finding, resolved_by=resolution.resolved_by)
    if recorded is not None and recorded.answer != counts:
        state.remark(wording.finding_came_late(resolution))
    return recorded
