"""What is recorded and shown where events come in an order that nobody wanted."""

from datetime import UTC, datetime

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from number_orders.workflows import push_judgement, report
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.push_judgement import PushReading
from number_orders.workflows.state import OrderState
from tests.support.order_driver import order_input

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def receive_push(state: OrderState) -> None:
    """The same push, whenever it comes."""
    delivery = PushDelivery(
        delivery_id="1",
        received_at=NOW,
        body="e30=",
        authenticated_by="secret",
        reading=PushReading(excerpt="+49221123456", phone_numbers=("+49221123456",)),
    )
    state.inbox.record(
        ORDER_COMPLETED,
        [RawValue(Payload(data=delivery.model_dump_json().encode()))],
        now=NOW,
        current_round=1,
        placement=state.placement,
    )


def test_push_again_after_a_reset() -> None:
    """A push that a reset applied too early counts when it is delivered again."""
    state = OrderState(order_input("a"), NOW)
    receive_push(state)
    state.placement = 1
    assert push_judgement.delivering(state.inbox.pushes, state.expected) is None
    receive_push(state)
    assert push_judgement.delivering(state.inbox.pushes, state.expected) is not None
    assert len(state.inbox.pushes) == 1


def test_push_of_the_placement_before() -> None:
    """A push that came for a placement that was over does not count for the next, come again."""
    state = OrderState(order_input("a"), NOW, placement=1)
    receive_push(state)
    state.placement = 2
    receive_push(state)
    assert push_judgement.delivering(state.inbox.pushes, state.expected) is None


def test_push_when_the_order_has_ended() -> None:
    """A push that comes while the last message to people is on its way is shown in the result."""
    state = OrderState(order_input("a"), NOW, placement=1)
    state.status, state.ended = OrderStatus.TIMED_OUT, True
    receive_push(state)
    assert "+49221123456" in report.result(state).attention[0]


def test_remarks_are_bounded() -> None:
    """What people are shown of an order that goes on for years stays small, and has the latest."""
    state = OrderState(order_input("a"), NOW)
    for number in range(500):
        state.remark(f"remark {number}")
    assert (len(state.remarks), state.remarks[-1]) == (50, "remark 499")
