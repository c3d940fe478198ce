"""Which command is possible when: every command in every state, so that no pair is forgotten."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from number_orders.starters.order_form import NO_STORE_YET
from number_orders.workflows import commands
from number_orders.workflows.messages import (
    Abandon,
    AddressCorrection,
    Cancellation,
    Completed,
    Correction,
    Finding,
    NotPlaced,
    Placed,
    Resolution,
)
from number_orders.workflows.models import DocumentType, OrderStatus
from number_orders.workflows.state import OrderState
from tests.support.order_driver import DOCUMENT, order_input

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CANCELLATION = Cancellation(requested_by="ann")
CORRECTION = Correction(corrected_by="ann", area_code="30")
NUMBER = "+49221123456"
FINDINGS: list[Finding] = [
    Placed(order_id="7"),
    NotPlaced(),
    Completed(phone_number=NUMBER),
    Abandon(),
]
MAY_BE_FOUND = {
    OrderStatus.OUTCOME_UNKNOWN: {"placed", "not_placed", "completed", "abandon"},
    OrderStatus.AWAITING_COMPLETION: {"completed", "abandon"},
    OrderStatus.AWAITING_NUMBER: {"completed", "abandon"},
    OrderStatus.OVERDUE: {"completed", "abandon"},
    OrderStatus.CANCELLING: {"completed", "abandon"},
}


@pytest.fixture(params=OrderStatus)
def status(request: pytest.FixtureRequest) -> OrderStatus:
    return request.param


def in_state(status: OrderStatus, *, ended: bool = False, **changes: Any) -> OrderState:
    order = order_input("a", **changes)
    return OrderState(order=order, since=SINCE, status=status, ended=ended)


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
    """A rejected order can be corrected, once, and with a document of the order's own store.

    So can one that does not come through for ten minutes, where a round is left.
    """
    for ended, corrected, store_id, minutes, rounds in product(
        [0, 1], [0, 1], [None, NO_STORE_YET, "another"], [0, 9, 10, 60], [1, 2]
    ):
        state = in_state(status, ended=bool(ended), rounds=rounds)
        state.correction = CORRECTION if corrected else None
        given = {"document": store_id and DOCUMENT, "store_id": store_id}
        correction = CORRECTION.model_copy(update=given)
        waits = status is OrderStatus.REJECTED or (
            status is OrderStatus.PLACING_ORDER and minutes >= 10 and rounds > 1
        )
        fits = waits and store_id != "another"
        objection = commands.objection_to_correction(state, correction, SINCE + minutes * MINUTE)
        assert (objection is None) == (fits and not ended and not corrected)


SAME = order_input("a").document
CHANGES: list[tuple[dict[str, Any], bool]] = [
    ({}, False),
    ({"reason": "it was right"}, False),
    ({"unchanged": True}, False),
    ({"unchanged": True, "reason": ""}, False),
    ({"unchanged": True, "reason": "it was right"}, True),
    ({"area_code": "221"}, False),
    ({"area_code": "30"}, True),
    ({"address": AddressCorrection(city="Köln", zip="50667")}, False),
    ({"address": AddressCorrection(city="Bonn")}, True),
    ({"address": AddressCorrection(house_number="4a")}, True),
    ({"document": SAME}, False),
    ({"document": SAME.model_copy(update={"sha256": "1" * 64})}, True),
    ({"document": SAME.model_copy(update={"type": DocumentType.IDENTITY_CARD})}, True),
    ({"link_to_number": NUMBER}, False),
    ({"link_to_number": "+49221123457"}, True),
    ({"remove_link": True}, True),
    ({"area_code": "221", "address": AddressCorrection(street="Neue Gasse")}, True),
]


@pytest.mark.parametrize(("changes", "taken"), CHANGES)
def test_correction_that_changes_nothing(changes: dict[str, Any], taken: bool) -> None:
    """TENIOS is not asked to check the same again, unless somebody says why."""
    state = in_state(OrderStatus.REJECTED, link_to_number=NUMBER)
    correction = Correction(**{"corrected_by": "ann", **changes})

    assert (commands.objection_to_correction(state, correction, SINCE) is None) == taken


def test_removing_a_link_that_is_not_there() -> None:
    """An order that shares no routing does not change when its link is removed."""
    state = in_state(OrderStatus.REJECTED)
    correction = Correction(corrected_by="ann", remove_link=True)

    assert commands.objection_to_correction(state, correction, SINCE)


def test_cancellation(status: OrderStatus) -> None:
    """An order can be cancelled, as often as somebody wants to, until it has ended."""
    for ended, cancelled in product([0, 1], [0, 1]):
        state = in_state(status, ended=bool(ended))
        state.cancellation = CANCELLATION if cancelled else None
        objection = commands.objection_to_cancellation(state)
        assert (objection is None) == (not ended)


@pytest.mark.parametrize(
    ("number", "taken"), [(NUMBER, True), ("+490221123456", False), ("+390612345678", True)]
)
def test_typed_number(number: str, taken: bool) -> None:
    """A number typed with the trunk zero of a country that leaves it out is refused."""
    found = Resolution(finding=Completed(phone_number=number), resolved_by="ann")
    correction = Correction(corrected_by="ann", link_to_number=number)

    state = in_state(OrderStatus.OUTCOME_UNKNOWN)
    assert (commands.objection_to_values(state, found) is None) == taken
    assert (commands.objection_to_values(state, correction) is None) == taken
