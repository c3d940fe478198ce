"""Lists tell which orders need a person, and the details what to look at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from number_orders.workflows.attention import needs_a_person, notes
from number_orders.workflows.decisions import ReceivedDecision
from number_orders.workflows.inbox import Inbox, UnusableMessage
from number_orders.workflows.messages import Decision
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.push_judgement import Push, PushReading
from number_orders.workflows.report import details
from number_orders.workflows.state import OrderState
from tests.support.order_driver import order_input

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FAILURE = Push(
    delivery_id="1",
    received_at=NOW,
    authenticated_by="url",
    placement=1,
    reading=PushReading(excerpt="failed", success=False, objection="it says failed"),
)


def in_status(status: OrderStatus, **known: Any) -> OrderState:
    return OrderState(order=order_input("a"), since=NOW, status=status, **known)


@pytest.mark.parametrize(
    "status",
    [
        OrderStatus.REJECTED,
        OrderStatus.OUTCOME_UNKNOWN,
        OrderStatus.AWAITING_NUMBER,
        OrderStatus.OVERDUE,
    ],
)
def test_statuses_that_wait_for_a_person(status: OrderStatus) -> None:
    """An order that only a person, or luck, can bring on needs one."""
    assert needs_a_person(in_status(status))


@pytest.mark.parametrize(
    "status",
    [
        OrderStatus.SUBMITTING_VERIFICATION,
        OrderStatus.AWAITING_APPROVAL,
        OrderStatus.PLACING_ORDER,
        OrderStatus.AWAITING_COMPLETION,
        OrderStatus.CANCELLING,
    ],
)
def test_ordinary_course(status: OrderStatus) -> None:
    """An order that waits for TENIOS needs a person once a call does not come through."""
    assert not needs_a_person(in_status(status))
    assert needs_a_person(in_status(status, unanswered_since=NOW))


@pytest.mark.parametrize("status", [OrderStatus.AWAITING_APPROVAL, OrderStatus.CANCELLING])
def test_what_keeps_it_from_going_on(status: OrderStatus) -> None:
    """An approval that was too early, or a number not given back, needs a person."""
    assert needs_a_person(in_status(status, reason="TENIOS refused"))


def test_push_that_does_not_fit() -> None:
    """A push that does not complete the order has to be looked at."""
    inbox = Inbox(pushes=[FAILURE], pushes_received=1)
    assert needs_a_person(in_status(OrderStatus.AWAITING_COMPLETION, inbox=inbox, placement=1))
    assert not needs_a_person(in_status(OrderStatus.AWAITING_APPROVAL, inbox=inbox, placement=1))


def test_message_that_could_not_be_used() -> None:
    """A message that could not be used has to be sent again, until the status changes."""
    unusable = UnusableMessage("verification_decided", NOW, "decided_by: is empty", 20)
    state = in_status(OrderStatus.AWAITING_APPROVAL, inbox=Inbox(unusable=[unusable]))
    assert needs_a_person(state)
    state.since = NOW + timedelta(hours=1)
    assert not needs_a_person(state)


def test_decision_that_came_second() -> None:
    """Whoever told another decision than somebody before them reads that theirs does not count."""
    inbox = Inbox()
    for number, (approved, by) in enumerate([(True, "ann"), (True, "cy"), (False, "bob")], start=1):
        decision = Decision(approved=approved, decided_by=by)
        inbox.decisions.append(ReceivedDecision(number, NOW, 1, decision))
    state = in_status(OrderStatus.AWAITING_COMPLETION, inbox=inbox, verification_id="a")

    [note] = notes(state)
    assert note == "The rejection by bob does not count: another decision came before."


def test_what_tenios_named() -> None:
    """The details name what a person looks for in the TENIOS portal."""
    shown = details(in_status(OrderStatus.OUTCOME_UNKNOWN, verification_id="a", order_id="1001"))
    assert "\n\nAt TENIOS: verification a, order 1001\n\n" in shown
