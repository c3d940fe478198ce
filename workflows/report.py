"""An order as people see it: the status, what to look at, and how it ended."""

from datetime import datetime, timedelta

from number_orders.workflows import (
    actions,
    attention,
    contract,
    decisions,
    push_judgement,
    wording,
)
from number_orders.workflows.attention import (
    is_completed_by_hand,
    is_kept_although_cancelled,
    may_be_left_at_tenios,
    number_concern,
)
from number_orders.workflows.checks import address_fingerprint
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot, ReceivedMessage
from number_orders.workflows.state import OrderState, Standing
from number_orders.workflows.text import printable, unformatted

# TENIOS' promise: a completed number is live within a day.
_LIVE_WITHIN = timedelta(hours=24)


def summary(state: OrderState) -> str:
    """How the order ended, with what still costs money or needs a person."""
    said = printable(" ".join(_said_of_the_end(state)))
    if any(note not in said for note in attention.notes(state)):
        return f"{said} {wording.more_to_look_at(state.order)}"
    return said


def waits_for(state: OrderState) -> str:
    """What happens next and who must act, or how the order ended."""
    if state.ended:
        return summary(state)
    waits_for = wording.waits_for(state.order, state.status)
    if state.status is OrderStatus.AWAITING_APPROVAL and state.verification_id is None:
        return f"{waits_for} {wording.NO_VERIFICATION_ID}"
    return waits_for


def told(state: OrderState) -> str:
    """What it waits for, and the command that brings it on."""
    if state.ended:
        return waits_for(state)
    by_command = wording.by_command(
        state.status,
        contract.workflow_id(state.order.location_id, state.order.number),
        has_verification_id=state.verification_id is not None,
        has_document=state.order.document is not None,
    )
    return f"{waits_for(state)} By command: {by_command}." if by_command else waits_for(state)


def details(state: OrderState) -> str:
    """What the Web UI shows, in Markdown."""
    # What TENIOS or a person wrote must not look like what we offer.
    waits = waits_for(state)
    # Temporal forgets the summary of the start when the order moves on to a new run.
    title = unformatted(wording.title(state.order))
    stands = f"**{state.status}** — {unformatted(waits)}"
    lines = [stands, "", title] if state.ended else [title, "", stands]
    if state.reason and state.reason not in waits:
        lines += ["", unformatted(state.reason)]
    if at_tenios := wording.at_tenios(state.verification_id, state.order_id, state.phone_number):
        lines += ["", unformatted(at_tenios)]
    if notes := attention.notes(state):
        # Without the empty line it is no list in Markdown.
        lines += ["", "**Please look:**", "", *(f"- {unformatted(note)}" for note in notes)]
    for action in actions.possible(state):
        lines += ["", *action.markdown(state.order)]
    return "\n".join(lines)


def snapshot(state: OrderState) -> OrderSnapshot:
    """The answer to the query `status`."""
    order = state.order
    return OrderSnapshot(
        location_id=order.location_id,
        number=order.number,
        city=order.address.city,
        country=order.address.country,
        numbering=order.numbering,
        area_code=order.area_code,
        address_fingerprint=address_fingerprint(order.address),
        document_sha256=order.document.sha256 if order.document else None,
        document_type=order.document.type if order.document else None,
        link_to_number=order.link_to_number,
        batch_id=order.batch_id,
        status=state.status,
        since=state.since,
        waits_for=told(state),
        due_at=state.due_at,
        verification_id=state.verification_id,
        approval=state.approval,
        earlier_verification_ids=state.earlier_verification_ids,
        rounds_left=state.rounds_left,
        order_id=state.order_id,
        phone_number=state.phone_number,
        reason=state.reason,
        verification_from=order.verification_from,
        cancellation=state.cancellation,
        attention=attention.notes(state),
        messages=_messages(state),
        messages_dropped=state.inbox.dropped,
    )


def result(state: OrderState) -> NumberOrderResult:
    """How the order ended."""
    return NumberOrderResult(
        summary=summary(state),
        outcome=state.status,
        reason=state.reason,
        verification_id=state.verification_id,
        earlier_verification_ids=state.earlier_verification_ids,
        order_id=state.order_id,
        phone_number=state.phone_number,
        link_to_number=state.order.link_to_number,
        completed_at=state.completed_at,
        active_by=_active_by(state),
        cancellation_date=state.cancellation_date,
        abandoned=may_be_left_at_tenios(state),
        attention=attention.notes(state),
    )


def _said_of_the_end(state: OrderState) -> list[str]:
    order = state.order
    match state.status:
        case OrderStatus.COMPLETED:
            number = wording.has_number(order, state.phone_number, _active_by(state))
            return [number, *number_concern(state)]
        case OrderStatus.TIMED_OUT:
            said = [wording.has_no_number(order, "TENIOS named none in time")]
            if state.cancellation is not None:
                said += wording.pending_cancellation(state.cancellation, state.status)
            return [*said, wording.ask_tenios(state.order_id)]
        case OrderStatus.CANCELLED:
            return [wording.has_no_number(order, _why_cancelled(state)), *_what_is_left(state)]
        case _:
            return [wording.has_no_number(order, state.reason or "the order was rejected")]


def _why_cancelled(state: OrderState) -> str:
    if state.cancellation is not None:
        return wording.cancellation(state.cancellation)
    return f"the order was {'abandoned' if state.abandoned else 'cancelled'}"


def _what_is_left(state: OrderState) -> list[str]:
    """What a cancelled order leaves at TENIOS."""
    if may_be_left_at_tenios(state):
        return [wording.abandoned(state.order_id)]
    if state.cancellation_date is not None:
        return [wording.given_back(state.phone_number, state.cancellation_date)]
    if is_kept_although_cancelled(state):
        return [wording.not_given_back(state.phone_number)]
    return []


def _active_by(state: OrderState) -> datetime | None:
    return state.completed_at + _LIVE_WITHIN if state.completed_at else None


def _messages(state: OrderState) -> tuple[ReceivedMessage, ...]:
    """Every kept message with what became of it, oldest first."""
    inbox = state.inbox
    messages = [
        ReceivedMessage(
            signal=contract.VERIFICATION_DECIDED,
            received_at=received.received_at,
            summary=decisions.describe(received.decision),
            effect=decisions.effect(
                received,
                state.question,
                state.applied_decisions,
                is_submitted=state.standing is not Standing.NOT_SUBMITTED,
            ),
        )
        for received in inbox.decisions
    ]
    applied = {push.identity for push in (state.push, state.completing_push) if push}
    messages += [
        ReceivedMessage(
            signal=contract.ORDER_COMPLETED,
            received_at=push.received_at,
            summary=push_judgement.describe(push),
            effect="applied"
            if push.identity in applied
            else push_judgement.effect(
                push,
                state.expected,
                state.push,
                ended=state.ended,
                by_hand=is_completed_by_hand(state),
            ),
        )
        for push in inbox.pushes
    ]
    messages += [
        ReceivedMessage(
            signal=contract.ORDER_COMPLETED,
            received_at=unread.received_at,
            summary=f"push {unread.delivery.delivery_id}",
            effect="kept until its body is read",
        )
        for unread in inbox.unread
    ]
    messages += [
        ReceivedMessage(
            signal=unusable.signal,
            received_at=unusable.received_at,
            summary=f"{unusable.size} bytes",
            effect=f"not readable: {unusable.problem}",
        )
        for unusable in inbox.unusable
    ]
    return tuple(sorted(messages, key=lambda message: message.received_at))
