"""Which command is possible when: every command in every state, so that no pair is forgotten."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from number_orders.starters.order_form import NO_STORE_YET
from number_orders.workflows import commands
from number_orders.workflows.corrections import corrected
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
from number_orders.workflows.models import Address, DocumentType, Numbering, OrderStatus
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
    return OrderState(order=order, since=SINCE, status=status, ended=ended, submissions=1)


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
    for ended, is_corrected, store_id, minutes, rounds in product(
        [0, 1], [0, 1], [None, NO_STORE_YET, "another"], [0, 9, 10, 60], [1, 2]
    ):
        state = in_state(status, ended=bool(ended), rounds=rounds)
        state.correction = CORRECTION if is_corrected else None
        given = {"document": store_id and DOCUMENT, "store_id": store_id}
        correction = CORRECTION.model_copy(update=given)
        waits = status is OrderStatus.REJECTED or (
            status is OrderStatus.PLACING_ORDER and minutes >= 10 and rounds > 1
        )
        fits = waits and store_id != "another"
        objection = commands.objection_to_correction(state, correction, SINCE + minutes * MINUTE)
        assert (objection is None) == (fits and not ended and not is_corrected)


SAME = DOCUMENT
IN_STORE = {"store_id": NO_STORE_YET}
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
    ({**IN_STORE, "document": SAME}, False),
    ({**IN_STORE, "document": SAME.model_copy(update={"sha256": "1" * 64})}, True),
    ({**IN_STORE, "document": SAME.model_copy(update={"type": DocumentType.IDENTITY_CARD})}, True),
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


VIENNA: dict[str, Any] = {
    "address": Address(country="AT", city="Wien", zip="1010", street="Ring", house_number="1"),
    "numbering": Numbering(calling_code="43"),
    "area_code": "1",
}


@pytest.mark.parametrize(
    ("typed", "order", "read"),
    [
        (NUMBER, {}, NUMBER),
        ("+49 (0)221 / 123456", {}, NUMBER),
        ("0221 123456", {}, NUMBER),
        ("+390612345678", {}, "+390612345678"),
        ("01 2345678", VIENNA, "+4312345678"),
        ("221 123456", {}, None),
        ("2345678", VIENNA, None),
    ],
)
def test_typed_number(typed: str, order: dict[str, Any], read: str | None) -> None:
    """A number is read in the order's country; one that cannot be is refused with an example."""
    finding = Completed(phone_number=typed)
    given = Resolution(finding=finding, resolved_by="ann")
    unknown = in_state(OrderStatus.OUTCOME_UNKNOWN, **order)
    resolution = commands.with_number_in_e164(unknown.order, given)
    assert resolution.finding == Completed(phone_number=read or typed)
    rejected = in_state(OrderStatus.REJECTED, **order)
    correction = commands.with_link_in_e164(
        rejected.order, Correction(corrected_by="ann", link_to_number=typed)
    )
    assert correction.link_to_number == (read or typed)

    example = f"+{unknown.order.numbering.calling_code}{unknown.order.area_code}123456"
    for field, said in (
        ("phone_number", commands.objection_to_resolution(unknown, resolution, SINCE)),
        ("link_to_number", commands.objection_to_correction(rejected, correction, SINCE)),
    ):
        assert said is None if read else (said or "").startswith(f"{field}: "), said
        assert read or example in (said or "")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"address": {"country": "AT"}}, ["zip", "numbering", "area_code"]),
        (
            {"address": {"country": "AT", "zip": "1010"}, "numbering": {"calling_code": "43"}},
            ["area_code"],
        ),
        (
            {
                "address": {"country": "AT", "zip": "1010"},
                "numbering": {"calling_code": "43"},
                "area_code": "01",
            },
            [],
        ),
        (
            {
                "address": {"country": "ES"},
                "numbering": {"calling_code": "34", "trunk_prefix": ""},
                "remove_area_code": True,
            },
            [],
        ),
        ({"address": {"country": "DE"}}, []),
        ({"remove_area_code": True}, ["area_code"]),
        ({"area_code": "1"}, ["area_code"]),
        ({"area_code": "01"}, ["area_code"]),
        ({"area_code": "0228"}, []),
        ({"area_code": "(0228)"}, []),
        ({"area_code": "+49 228/"}, []),
        ({"area_code": "+43 1"}, ["area_code"]),
        ({"area_code": "0043 1"}, ["area_code"]),
        ({"area_code": "00221"}, ["area_code"]),
        ({"area_code": "(0)"}, ["area_code"]),
        ({"numbering": {"calling_code": "43"}}, ["numbering"]),
    ],
)
def test_another_country(changes: dict[str, Any], fields: list[str]) -> None:
    """Another country takes along what belongs to it; Germany's numbering and area codes stay."""
    state = in_state(OrderStatus.REJECTED)
    correction = Correction.model_validate({"corrected_by": "ann", **changes})
    objection = commands.objection_to_values(state, correction) or ""
    assert [said.split(":")[0] for said in objection.split("; ") if ": " in said] == fields


def test_from_abroad_to_abroad() -> None:
    """Another country's numbering is never the one of the country before."""
    state = in_state(OrderStatus.REJECTED, **VIENNA)
    zurich = Correction.model_validate({"corrected_by": "ann", "address": {"country": "CH"}})
    said = commands.objection_to_values(state, zurich) or ""
    assert ("numbering: is missing" in said, "area_code: is missing" in said) == (True, True)


def test_back_to_germany() -> None:
    """An order that comes back to Germany takes Germany's zip, area code and numbering along."""
    state = in_state(OrderStatus.REJECTED, **VIENNA)
    germany = {"corrected_by": "ann", "address": {"country": "DE"}, "area_code": "0221"}
    said = commands.objection_to_values(state, Correction.model_validate(germany)) or ""
    assert "zip: a German zip has five digits" in said
    assert "numbering: Germany has calling code 49" in said
    whole = germany | {"address": {"country": "DE", "zip": "50667"}, "numbering": {}}
    assert commands.objection_to_values(state, Correction.model_validate(whole)) is None
    assert corrected(state.order, Correction.model_validate(whole)).area_code == "221"
