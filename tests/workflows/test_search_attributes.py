"""What Temporal's visibility knows of an order is exactly this order, whoever started it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from number_orders.workflows import contract, search_attributes
from number_orders.workflows.attention import needs_a_person
from number_orders.workflows.contract import (
    CITY,
    ORDER_STATUS,
    STATUS_SINCE,
    TENIOS_ORDER_ID,
    VERIFICATION_ID,
)
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.state import OrderState
from tests.support.fuzzing import examples
from tests.support.order_driver import STREET, order_input
from tests.workflows.states import STATES

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NONE = TypedSearchAttributes([])


def applied(
    current: TypedSearchAttributes, updates: list[SearchAttributeUpdate[Any]]
) -> TypedSearchAttributes:
    """What stands there after the updates."""
    values: dict[Any, Any] = {pair.key: pair.value for pair in current}
    values |= {update.key: update.value for update in updates}
    return TypedSearchAttributes(
        [SearchAttributePair(key, value) for key, value in values.items() if value is not None]
    )


def updated(state: OrderState, current: TypedSearchAttributes = NONE) -> TypedSearchAttributes:
    return applied(current, list(search_attributes.updates(state, current)))


@examples(100)
@given(before=STATES, after=STATES)
def test_after_any_change(before: OrderState, after: OrderState) -> None:
    """Whatever stood there, afterwards this state does, and nothing is written twice."""
    there = updated(after, updated(before))

    assert there.get(ORDER_STATUS) == after.status
    assert there.get(contract.DUE_AT) == after.due_at
    assert bool(there.get(contract.NEEDS_PERSON)) == needs_a_person(after)
    assert there.get(contract.PHONE_NUMBER) == after.phone_number
    assert (there.get(VERIFICATION_ID) is None) == (after.verification_id is None)
    assert (there.get(TENIOS_ORDER_ID) is None) == (after.order_id is None)
    assert {pair.key for pair in there} <= set(contract.SEARCH_ATTRIBUTES)
    assert search_attributes.updates(after, there) == []
    assert STREET not in str(there)


@examples(50)
@given(state=STATES)
def test_none_of_them(state: OrderState) -> None:
    """A run that is no order stands in no list as one."""
    there = updated(state)

    assert list(applied(there, list(search_attributes.none_of_them(there)))) == []
    assert search_attributes.none_of_them(NONE) == []


def test_since() -> None:
    """Since when an order has its status is written with the status, and not for a clock's sake."""
    state = OrderState(order_input("a"), NOW)
    at_start = search_attributes.at_start(state.order, NOW - timedelta(seconds=3))
    assert list(search_attributes.updates(state, at_start)) == []

    state.status, state.since = OrderStatus.AWAITING_APPROVAL, NOW + timedelta(seconds=1)
    assert updated(state, at_start).get(STATUS_SINCE) == state.since


def test_starter_without_a_clock() -> None:
    """Another program may have set the status alone."""
    state = OrderState(order_input("a"), NOW)
    current = TypedSearchAttributes([SearchAttributePair(ORDER_STATUS, state.status.value)])

    assert updated(state, current).get(STATUS_SINCE) == NOW


@pytest.mark.parametrize("attribute", [CITY, VERIFICATION_ID, TENIOS_ORDER_ID])
def test_what_a_database_does_not_take(attribute: Any) -> None:
    """No text holds what PostgreSQL refuses, or more of it than a server takes."""
    odd = "a\0b\ud800c\n" + "\N{OLD PERSIAN SIGN A}" * 400
    order = order_input("a")
    address = order.address.model_copy(update={"city": odd})
    state = OrderState(order.model_copy(update={"address": address}), NOW)
    state.verification_id = state.order_id = odd
    value = updated(state).get(attribute)

    assert value is not None
    assert value.startswith("a b c ")
    assert len(value) <= 255
    assert len(json.dumps(value)) <= 2048
    assert value.encode()
