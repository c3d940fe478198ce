"""Which command is possible when: every command in every state, so that no pair is forgotten."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tests.office import order_input
from workflows import commands
from workflows.messages import (
    Abandon,
    Cancellation,
    Completed,
    Correction,
    Finding,
    NotPlaced,
    Placed,
    Resolution,
)
from workflows.models import DocumentReference, DocumentType, OrderStatus
from workflows.state import OrderState

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CANCELLATION = Cancellation(requested_by="ann")
CORRECTION = Correction(corrected_by="ann", area_code="30")
FINDINGS: list[Finding] = [
    Placed(order_id="7"),
    NotPlaced(),
    Completed(phone_number="+49221123456"),
    Abandon(),
]
MAY_BE_FOUND = {
    OrderStatus.OUTCOME_UNKNOWN: {"placed", "not_placed", "completed", "abandon"},
    OrderStatus.AWAITING_COMPLETION: {"completed", "abandon"},
    OrderStatus.OVERDUE: {"completed", "abandon"},
    OrderStatus.CANCELLING: {"completed", "abandon"},
}


@pytest.fixture(params=OrderStatus)
def status(request: pytest.FixtureRequest) -> OrderStatus:
    return request.param


def in_state(status: OrderStatus, *, ended: bool = False) -> OrderState:
    return OrderState(order=order_input("a"), since=SINCE, status=status, ended=ended)


def test_resolution(status: OrderStatus) -> None:
    """A finding is taken where it can be known, before the end, and one at a time."""
    for finding, ended, resolved, minutes in product(FINDINGS, [0, 1], [0, 1], [0, 1, 2, 60]):
        state = in_state(status, ended=bool(ended))
        found = Resolution(finding=finding, resolved_by="ann")
        state.resolution = found if resolved else None
        # That there is no order can be known once no call can be under way any more.
        knows = finding.kind in MAY_BE_FOUND.get(status, set()) and (
            finding.kind != "not_placed" or minutes >= 2
        )
        objection = commands.objection_to_resolution(state, found, SINCE + minutes * MINUTE)
        assert (objection is None) == (knows and not ended and not resolved)


def test_correction(status: OrderStatus) -> None:
    """A rejected order can be corrected, once, and with a document of the order's own store."""
    for ended, corrected, store_id in product([0, 1], [0, 1], [None, "a-store", "another"]):
        state = in_state(status, ended=bool(ended))
        state.correction = CORRECTION if corrected else None
        document = store_id and DocumentReference(
            type=DocumentType.CONTRACT, sha256="0" * 64, store_id=store_id
        )
        correction = CORRECTION.model_copy(update={"document": document})
        fits = status is OrderStatus.REJECTED and store_id != "another"
        objection = commands.objection_to_correction(state, correction)
        assert (objection is None) == (fits and not ended and not corrected)


def test_cancellation(status: OrderStatus) -> None:
    """An order can be cancelled, as often as somebody wants to, until it has ended."""
    for ended, cancelled in product([0, 1], [0, 1]):
        state = in_state(status, ended=bool(ended))
        state.cancellation = CANCELLATION if cancelled else None
        objection = commands.objection_to_cancellation(state, CANCELLATION)
        assert (objection is None) == (not ended)


def test_missing_argument(status: OrderStatus) -> None:
    """A command without its argument is refused in every state."""
    state = in_state(status)
    assert commands.objection_to_resolution(state, None, SINCE)
    assert commands.objection_to_correction(state, None)
    assert commands.objection_to_cancellation(state, None)
