"""What is recorded and shown where events come in an order that nobody wanted."""

import base64
import json
from datetime import UTC, datetime

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from tests.office import order_input
from workflows.contract import ORDER_COMPLETED
from workflows.models import OrderStatus
from workflows.push_judgement import completing
from workflows.state import OrderState

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def receive_push(state: OrderState, *, order_began: bool) -> None:
    """The same push, whenever it comes."""
    delivery = {
        "delivery_id": "1",
        "received_at": NOW.isoformat(),
        "body": base64.b64encode(b'{"phone_number": "+49221123456"}').decode(),
        "authenticated_by": "secret",
    }
    payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(delivery).encode())
    state.inbox.record(
        ORDER_COMPLETED, [RawValue(payload)], now=NOW, current_round=1, order_began=order_began
    )


def test_push_again_after_a_reset() -> None:
    """A push that a reset applied too early counts when it is delivered again."""
    state = OrderState(order_input("a"), NOW)
    receive_push(state, order_began=False)
    assert completing(state.inbox.pushes, None) is None
    receive_push(state, order_began=True)
    assert completing(state.inbox.pushes, None) is not None
    receive_push(state, order_began=False)
    assert completing(state.inbox.pushes, None) is not None
    assert len(state.inbox.pushes) == 1


def test_push_when_the_order_has_ended() -> None:
    """A push that comes while the last message to people is on its way is shown in the result."""
    state = OrderState(order_input("a"), NOW)
    state.end(OrderStatus.TIMED_OUT)
    receive_push(state, order_began=True)
    assert "+49221123456" in state.result().attention[0]
