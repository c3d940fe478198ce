"""What Temporal's visibility knows of an order: the one place that says what stands there."""

from datetime import datetime
from typing import Any

from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

from number_orders.workflows import contract
from number_orders.workflows.attention import needs_a_person
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.state import OrderState, first_status
from number_orders.workflows.text import printable

_LONGEST = 160
"""Characters of a value. As JSON each has 12 bytes at most, and a server takes 2,048 of them;
PostgreSQL's visibility takes 255 characters."""
_Value = str | datetime | bool | None
_Update = SearchAttributeUpdate[str] | SearchAttributeUpdate[datetime] | SearchAttributeUpdate[bool]


def at_start(order: NumberOrderInput, now: datetime) -> TypedSearchAttributes:
    """What a starter sets, so that an order is in every list from its first moment on."""
    wanted = _wanted(OrderState.at_start(order, now))
    return TypedSearchAttributes(
        [SearchAttributePair(key, value) for key, value in wanted if value is not None]
    )


def updates(state: OrderState, current: TypedSearchAttributes) -> list[_Update]:
    """What has to be written so that exactly this order stands there, whoever started it.

    A starter may have set nothing, or the attributes of another order that it copied.
    """
    changes: list[_Update] = []
    for key, value in _wanted(state):
        if current.get(key) == value:
            continue
        if value is None:
            changes.append(key.value_unset())
        else:
            changes.append(key.value_set(value))
    since = contract.STATUS_SINCE
    is_first = state.status is first_status(state.order) and state.round == 1
    if is_first and not any(change.key == contract.ORDER_STATUS for change in changes):
        # A starter's clock need not agree with Temporal's.
        is_known = current.get(since) is not None
        changes = [change for change in changes if not (is_known and change.key == since)]
    return changes


def none_of_them(
    current: TypedSearchAttributes,
) -> list[_Update]:
    """What takes away everything: for a run that is no order."""
    return [key.value_unset() for key in contract.SEARCH_ATTRIBUTES if current.get(key) is not None]


def _wanted(state: OrderState) -> list[tuple[SearchAttributeKey[Any], _Value]]:
    order = state.order
    return [
        (contract.ORDER_STATUS, state.status.value),
        (contract.STATUS_SINCE, state.since),
        (contract.LOCATION_ID, order.location_id),
        (contract.AREA_CODE, order.area_code),
        (contract.CITY, _searchable(order.address.city)),
        (contract.BATCH_ID, order.batch_id),
        (contract.VERIFICATION_ID, _searchable(state.verification_id)),
        (contract.TENIOS_ORDER_ID, _searchable(state.order_id)),
        (contract.PHONE_NUMBER, state.phone_number),
        (contract.DUE_AT, state.due_at),
        # Not there where it is false: most orders never need one.
        (contract.NEEDS_PERSON, needs_a_person(state) or None),
    ]


def _searchable(value: str | None) -> str | None:
    # PostgreSQL refuses a NUL, and Temporal then repeats the write for ever: the order would appear
    # in no list.
    return None if value is None else printable(value)[:_LONGEST]
