"""What the Web UI offers about an order can be done once somebody has filled it in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from number_orders.starters.order_form import NO_STORE_YET
from number_orders.workflows import actions, commands, contract
from number_orders.workflows.actions import Action
from number_orders.workflows.decoding import decoded_argument
from number_orders.workflows.messages import Cancellation, Correction, Decision, Resolution
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.report import details
from number_orders.workflows.state import OrderState
from tests.support.order_driver import order_input

SINCE = datetime(2026, 11, 24, tzinfo=UTC)
LATER = SINCE + timedelta(hours=1)
TYPED = {
    "area_code": "228",
    "corrected_by": "ann",
    "decided_by": "ann",
    "house_number": "5",
    "order_id": "1001",
    "phone_number": "+49221123456",
    "reason": "unreadable",
    "requested_by": "ann",
    "sha256": "1" * 64,
    "store_id": NO_STORE_YET,
    "type": "CONTRACT",
    "resolved_by": "ann",
    "street": "Domkloster",
    "verification_id": "2bd806c9",
}
MODELS: dict[str, type[Decision | Correction | Resolution | Cancellation]] = {
    contract.VERIFICATION_DECIDED: Decision,
    contract.RESUBMIT: Correction,
    contract.RESOLVE_ORDER: Resolution,
    contract.CANCEL: Cancellation,
}


def in_status(status: OrderStatus, **known: Any) -> OrderState:
    return OrderState(order=order_input("koeln-01"), since=SINCE, status=status, **known)


def filled_in(content: Any) -> Any:
    """As a person sends it who fills in each blank."""
    if not isinstance(content, dict):
        return content
    return {
        name: TYPED[name] if value == "" else filled_in(value) for name, value in content.items()
    }


def decoded(action: Action, content: Any) -> Any:
    argument = RawValue(
        Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(content).encode())
    )
    return decoded_argument([argument], MODELS[action.name], unknown_fields="forbid")


@pytest.mark.parametrize("status", OrderStatus)
def test_what_is_offered_can_be_done(status: OrderStatus) -> None:
    """The order takes everything that is offered in its status."""
    state = in_status(status)
    for action in actions.possible(state):
        match decoded(action, filled_in(action.content)):
            case Correction() as correction:
                objection = commands.objection_to_correction(state, correction, LATER)
                assert (objection, commands.objection_to_values(state, correction)) == (None, None)
            case Resolution() as resolution:
                assert commands.objection_to_resolution(state, resolution, LATER) is None


@pytest.mark.parametrize("status", OrderStatus)
def test_who_says_it_is_asked_for(status: OrderStatus) -> None:
    """What is sent as it was copied is refused: nobody has said who says it."""
    for action in actions.possible(in_status(status)):
        [name] = [name for name in action.content if name.endswith("_by")]
        with pytest.raises(ValueError, match=f"{name}: is empty"):
            decoded(action, action.content)


def test_details() -> None:
    """The details have the JSON to copy, the dialog and the name to choose, and the command."""
    shown = details(in_status(OrderStatus.AWAITING_APPROVAL, verification_id="2bd806c9"))

    assert '```json\n{\n  "approved": true,\n  "decided_by": ""\n}\n```' in shown
    assert (
        "**TENIOS approved it**: More Actions, Send a Signal, `verification_decided`."
        " In a terminal: `number-orders approve koeln-01`" in shown
    )
    assert "Send an Update, `cancel`" in shown


def test_an_approval_that_has_to_bring_the_id() -> None:
    """Where TENIOS gave no verification id, the approval that is offered asks for it."""
    shown = details(in_status(OrderStatus.AWAITING_APPROVAL))
    assert '"decided_by": "",\n  "verification_id": ""\n}' in shown


def test_nothing_to_do() -> None:
    """An order that has ended offers nothing, and one that is being cancelled no cancelling."""
    assert not actions.possible(in_status(OrderStatus.COMPLETED, ended=True))
    being_cancelled = in_status(
        OrderStatus.AWAITING_APPROVAL, cancellation=Cancellation(requested_by="ann")
    )
    assert contract.CANCEL not in {action.name for action in actions.possible(being_cancelled)}
