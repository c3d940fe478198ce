"""What a person can do about an order now: in Temporal's Web UI, and from a terminal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from number_orders.workflows import contract, naming
from number_orders.workflows.models import NumberOrderInput, OrderStatus
from number_orders.workflows.state import OrderState


@dataclass(frozen=True)
class Action:
    """One thing to do. What is empty in its JSON is for the person to fill in."""

    what: str
    """What it says, or brings about."""
    name: str
    """The signal's or the update's."""
    content: Mapping[str, Any]
    """Its one argument."""
    command: str
    """The command's name."""
    options: str = ""
    """What is typed behind the order."""

    @property
    def is_signal(self) -> bool:
        """A signal is sent in another dialog of the page than an update."""
        return self.name == contract.VERIFICATION_DECIDED

    def typed(self, order: NumberOrderInput) -> str:
        """As it is typed in a terminal."""
        workflow_id = contract.workflow_id(order.location_id, order.number)
        return naming.command(self.command, workflow_id, self.options)

    def markdown(self, order: NumberOrderInput) -> list[str]:
        """As the page shows it."""
        # Laid out as the page does it: where it has to, the first click on Submit goes astray.
        dialog = "Send a Signal" if self.is_signal else "Send an Update"
        clicks = f"More Actions, {dialog}, `{self.name}`"
        return [
            f"**{self.what}**: {clicks}. In a terminal: `{self.typed(order)}`",
            f"```json\n{json.dumps(self.content, indent=2)}\n```",
        ]


_APPROVE = Action(
    "TENIOS approved it",
    contract.VERIFICATION_DECIDED,
    {"approved": True, "decided_by": ""},
    "approve",
)
_APPROVE_BY_ID = Action(
    "TENIOS approved it",
    contract.VERIFICATION_DECIDED,
    {"approved": True, "decided_by": "", "verification_id": ""},
    "approve",
    "--verification-id ID",
)
_REJECT = Action(
    "TENIOS rejected it",
    contract.VERIFICATION_DECIDED,
    {"approved": False, "decided_by": "", "reason": ""},
    "reject",
    '--reason "..."',
)
_CORRECT_ADDRESS = Action(
    "Correct the address (leave out what stays; city and zip are fields, too)",
    contract.RESUBMIT,
    {"corrected_by": "", "address": {"street": "", "house_number": ""}},
    "resubmit",
    "--street ... --house-number ...",
)
_CORRECT_AREA_CODE = Action(
    "Correct the area code",
    contract.RESUBMIT,
    {"corrected_by": "", "area_code": ""},
    "resubmit",
    "--area-code ...",
)
_CORRECT_DOCUMENT = Action(
    "Submit another document, as `number-orders document put` prints its reference",
    contract.RESUBMIT,
    {"corrected_by": "", "document": {"type": "", "sha256": ""}, "store_id": ""},
    "resubmit",
    "--document better.pdf --document-type CONTRACT",
)
_SUBMIT_UNCHANGED = Action(
    "Submit the same again, since it was rejected by mistake",
    contract.RESUBMIT,
    {"corrected_by": "", "unchanged": True, "reason": ""},
    "resubmit",
    '--unchanged --reason "..."',
)
_CANCEL = Action("Cancel the order", contract.CANCEL, {"requested_by": ""}, "cancel")


def _found(what: str, finding: Mapping[str, str], flag: str) -> Action:
    return Action(
        what,
        contract.RESOLVE_ORDER,
        {"finding": finding, "resolved_by": ""},
        "resolve",
        flag,
    )


_PLACED = _found("TENIOS has the order", {"kind": "placed", "order_id": ""}, "--placed ORDER_ID")
_NOT_PLACED = _found("TENIOS has no such order", {"kind": "not_placed"}, "--not-placed")
_COMPLETED = _found(
    "TENIOS has completed it", {"kind": "completed", "phone_number": ""}, "--completed NUMBER"
)
_ABANDON = _found("Nobody waits for it any longer", {"kind": "abandon"}, "--abandon")

_POSSIBLE: Mapping[OrderStatus, Sequence[Action]] = {
    OrderStatus.AWAITING_APPROVAL: (_APPROVE, _REJECT),
    OrderStatus.REJECTED: (
        _CORRECT_ADDRESS,
        _CORRECT_AREA_CODE,
        _CORRECT_DOCUMENT,
        _SUBMIT_UNCHANGED,
    ),
    OrderStatus.OUTCOME_UNKNOWN: (_PLACED, _NOT_PLACED, _COMPLETED, _ABANDON),
    OrderStatus.AWAITING_COMPLETION: (_COMPLETED, _ABANDON),
    OrderStatus.AWAITING_NUMBER: (_COMPLETED, _ABANDON),
    OrderStatus.OVERDUE: (_COMPLETED, _ABANDON),
    OrderStatus.CANCELLING: (_COMPLETED, _ABANDON),
}


def possible(state: OrderState) -> Sequence[Action]:
    """What can be done in the order's status; nothing once it has ended."""
    if state.ended:
        return ()
    actions = _POSSIBLE.get(state.status, ())
    if state.verification_id is None:
        actions = [_APPROVE_BY_ID if action is _APPROVE else action for action in actions]
    return actions if state.cancellation is not None else (*actions, _CANCEL)
