"""What a person should look at in an order, and whether it needs one."""

from number_orders.workflows import decisions, push_judgement, wording
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.push_judgement import Push
from number_orders.workflows.state import OrderState

_SHOWN_OF_A_KIND = 3

_WAITS_FOR_A_PERSON = {
    OrderStatus.REJECTED,
    OrderStatus.OUTCOME_UNKNOWN,
    OrderStatus.AWAITING_NUMBER,
    OrderStatus.OVERDUE,
}
_KEPT_UP_BY_A_REASON = {OrderStatus.AWAITING_APPROVAL, OrderStatus.CANCELLING}


def notes(state: OrderState) -> tuple[str, ...]:
    """What a person should look at."""
    said = list(state.remarks)
    if state.cancellation is not None:
        said += wording.pending_cancellation(state.cancellation, state.status)
    if state.unanswered_since is not None:
        said.append(wording.unanswered(state.order, state.status, state.unanswered_since))
    inbox, expected = state.inbox, state.expected
    said += [
        wording.push_not_applied(state.order, state.status, objection, push.reading.excerpt)
        for push in inbox.pushes
        if (objection := push_judgement.objection(push, expected))
    ]
    if is_completed_by_hand(state) and state.phone_number is not None:
        named = push_judgement.naming_another(inbox.pushes, expected, state.phone_number)
        said += wording.another_number(state.order, state.status, sorted(named))
    if state.ended and may_be_left_at_tenios(state):
        said.append(wording.abandoned(state.order_id))
    if state.ended and is_kept_although_cancelled(state):
        said.append(wording.not_given_back(state.phone_number))
    said += _decisions_in_vain(state)
    # Whoever sent one to the page looks there; later it is of no interest how it was wrong.
    recent = [one for one in inbox.unusable if one.received_at >= state.since and not state.ended]
    said += [wording.unusable(one.signal, one.problem) for one in recent[-_SHOWN_OF_A_KIND:]]
    if more := len(recent[:-_SHOWN_OF_A_KIND]):
        said.append(f"{more} earlier signal(s) could not be used either.")
    if inbox.dropped:
        said.append(f"{inbox.dropped} older message(s) are no longer shown.")
    if state.ended:
        said += [
            f"A push did not complete the order: {push.reading.excerpt}"
            for push in _pushes_in_vain(state)
        ]
    if state.status in {OrderStatus.COMPLETED, OrderStatus.CANCELLING}:
        said += number_concern(state)
    return tuple(said)


def needs_a_person(state: OrderState) -> bool:
    """Whether somebody has to act, or should look at how the order ended."""
    if state.ended:
        return (
            state.status in {OrderStatus.TIMED_OUT, OrderStatus.REJECTED}
            or (state.status is OrderStatus.COMPLETED and bool(number_concern(state)))
            or bool(_pushes_in_vain(state))
        )
    return (
        state.status in _WAITS_FOR_A_PERSON
        or state.unanswered_since is not None
        or (state.status in _KEPT_UP_BY_A_REASON and state.reason is not None)
        or (state.status is OrderStatus.AWAITING_COMPLETION and _has_odd_push(state))
        or any(one.received_at >= state.since for one in state.inbox.unusable)
    )


def is_kept_although_cancelled(state: OrderState) -> bool:
    """TENIOS completed the order, and does not take its number back."""
    return (
        state.status is OrderStatus.CANCELLED
        and state.completed_at is not None
        and state.cancellation_date is None
    )


def is_completed_by_hand(state: OrderState) -> bool:
    """A person named the number, and no push did."""
    return state.completed_at is not None and state.push is None


def may_be_left_at_tenios(state: OrderState) -> bool:
    """Nobody waits for an order any longer that TENIOS may have."""
    return state.abandoned and state.placement > 0


def number_concern(state: OrderState) -> list[str]:
    """What speaks against the number that the order got."""
    concern = push_judgement.number_concern(state.phone_number, state.expected)
    return [concern] if concern else []


def _decisions_in_vain(state: OrderState) -> list[str]:
    """Whoever told another decision than somebody before believes that theirs counts."""
    if state.ended:
        return []
    contradicting = decisions.contradicting(state.inbox.decisions, state.question)
    return [wording.came_second(one.decision) for one in contradicting[-_SHOWN_OF_A_KIND:]]


def _has_odd_push(state: OrderState) -> bool:
    return any(push_judgement.objection(push, state.expected) for push in state.inbox.pushes)


def _pushes_in_vain(state: OrderState) -> list[Push]:
    """Pushes without an objection that came to an order which was not completed."""
    if state.completed_at is not None:
        return []
    pushes = state.inbox.pushes
    return [one for one in pushes if push_judgement.objection(one, state.expected) is None]
