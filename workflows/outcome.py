"""Finding out whether the order was placed, where TENIOS' answer did not say it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow

from workflows import push_judgement, wording
from workflows.activity_interface import (
    Found,
    LedgerReading,
    OrderAnswer,
    OrderAttempt,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
    TeniosActivities,
)
from workflows.messages import Resolution
from workflows.models import OrderStatus
from workflows.progress import READ, Progress
from workflows.push_judgement import Push

# When the ledger is read again while nobody knows whether the order was placed: another execution
# of the same attempt may still be at it. After these, with each reminder.
_READ_AGAIN_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt in the ledger, by whatever proved it."""

    attempt: int
    answer: OrderAnswer | Push


async def outcome_found(progress: Progress, request: PlaceOrder, attempt: OrderAttempt) -> Outcome:
    """Wait for what proves it: a push, the ledger, or a person; the ledger has the last word."""
    state = progress.state
    if state.unknown_attempt is None:
        _ask_about(progress, attempt)
        progress.enter(OrderStatus.OUTCOME_UNKNOWN)
        progress.tell("may have been placed or not")

    def push() -> Push | None:
        return push_judgement.proving(state.inbox.pushes, state.expected)

    def proven() -> bool:
        return push() is not None or state.resolution is not None

    while True:
        asked_about = state.unknown_attempt or attempt
        found: OrderAttempt | None = None
        if await progress.until(
            proven, deadline=_next_reading(progress), summary="Read the attempt ledger again"
        ):
            resolution = state.take_resolution()
            if push() is None and resolution is not None:
                found = await _recorded(progress, request, asked_about, resolution)
        else:
            found = await _read_again(progress, request, proven)
        # A push says more than a person who found nothing.
        if (proof := push()) is not None:
            return Outcome(asked_about.number, proof)
        if found is None:
            continue
        if not isinstance(found.answer, OutcomeUnknown | OrderWithdrawn):
            return Outcome(found.number, found.answer)
        if isinstance(found.answer, OutcomeUnknown):
            # Perhaps another attempt, or another order, than the one that a person looked for.
            _ask_about(progress, found)


def _ask_about(progress: Progress, attempt: OrderAttempt) -> None:
    state = progress.state
    state.unknown_attempt = attempt
    state.reason = attempt.answer.reason if isinstance(attempt.answer, OutcomeUnknown) else None
    progress.show()


def _next_reading(progress: Progress) -> datetime:
    state = progress.state
    waits = (*_READ_AGAIN_AFTER, state.order.deadlines.approval_reminder)
    return workflow.now() + waits[min(state.ledger_readings, len(_READ_AGAIN_AFTER))]


async def _read_again(
    progress: Progress, request: PlaceOrder, proven: Callable[[], bool]
) -> OrderAttempt | None:
    state = progress.state
    reading = await progress.call(
        TeniosActivities.recall_order,
        request,
        LedgerReading,
        summary="Read the attempt ledger",
        unless=proven,
        options=READ,
    )
    if reading is not None:
        state.ledger_readings += 1
        if state.ledger_readings > len(_READ_AGAIN_AFTER):
            progress.tell("may have been placed or not, and nobody has found out yet")
    return reading.attempt if reading else None


async def _recorded(
    progress: Progress, request: PlaceOrder, attempt: OrderAttempt, resolution: Resolution
) -> OrderAttempt | None:
    """Write the finding into the ledger; what stands there counts."""
    finding = RecordFinding(
        request=request,
        number=attempt.number,
        asked_about=attempt.answer.names if isinstance(attempt.answer, OutcomeUnknown) else None,
        finding=resolution.finding,
        resolved_by=resolution.resolved_by,
    )
    recorded = await progress.call(
        TeniosActivities.record_finding,
        finding,
        OrderAttempt,
        summary="Write down what a person found",
        unless=lambda: False,
    )
    if recorded is None:
        return None
    counts = Found(finding=resolution.finding, resolved_by=resolution.resolved_by)
    if recorded.answer != counts:
        progress.state.remark(wording.finding_came_late(resolution))
    return recorded
