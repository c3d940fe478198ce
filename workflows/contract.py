"""Every name that somebody outside the workflow relies on: ids, queue, messages, search attributes.

Changing one of them breaks running orders, saved searches or another program. Add, don't rename.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from temporalio.common import SearchAttributeKey

WORKFLOW_TYPE: Final = "NumberOrder"
TASK_QUEUE: Final = "number-orders"
TENIOS_TASK_QUEUE: Final = "number-orders-tenios"
"""Where calls to TENIOS wait for their turn: nothing else counts for the limit on its API."""

# Signals: the two facts that come from outside.
VERIFICATION_DECIDED: Final = "verification_decided"
ORDER_COMPLETED: Final = "order_completed"

# Signals between the orders of one location, which nobody else sends.
VERIFICATION_AWAITED: Final = "verification_awaited"
VERIFICATION_SHARED: Final = "verification_shared"

# Updates: the commands of an operator.
RESUBMIT: Final = "resubmit"
RESOLVE_ORDER: Final = "resolve_order"
CANCEL: Final = "cancel"

# Query: a snapshot that a person understands.
STATUS: Final = "status"

WORKFLOW_ID_PREFIX: Final = "number-order:"
LOCATION_ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What a location id may look like. It becomes part of ids, paths and URLs, and is never secret."""


def workflow_id(location_id: str, number: int = 1) -> str:
    """The id of a location's order; `number` counts the location's numbers, from 1."""
    suffix = "" if number == 1 else f":{number}"
    return f"{WORKFLOW_ID_PREFIX}{location_id}{suffix}"


def location_id_of(workflow_id: str) -> str | None:
    """The location of an order's id; `None` for an id that is no order's."""
    if not workflow_id.startswith(WORKFLOW_ID_PREFIX):
        return None
    return workflow_id.removeprefix(WORKFLOW_ID_PREFIX).partition(":")[0]


ORDER_STATUS: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("OrderStatus")
LOCATION_ID: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("LocationId")
AREA_CODE: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("AreaCode")
CITY: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("City")
BATCH_ID: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("BatchId")
VERIFICATION_ID: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("VerificationId")
TENIOS_ORDER_ID: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("TeniosOrderId")
PHONE_NUMBER: Final[SearchAttributeKey[str]] = SearchAttributeKey.for_keyword("PhoneNumber")
DUE_AT: Final[SearchAttributeKey[datetime]] = SearchAttributeKey.for_datetime("DueAt")
STATUS_SINCE: Final[SearchAttributeKey[datetime]] = SearchAttributeKey.for_datetime("StatusSince")
NEEDS_PERSON: Final[SearchAttributeKey[bool]] = SearchAttributeKey.for_bool("NeedsPerson")

SEARCH_ATTRIBUTES: Final[
    tuple[SearchAttributeKey[str] | SearchAttributeKey[datetime] | SearchAttributeKey[bool], ...]
] = (
    ORDER_STATUS,
    LOCATION_ID,
    AREA_CODE,
    CITY,
    BATCH_ID,
    VERIFICATION_ID,
    TENIOS_ORDER_ID,
    PHONE_NUMBER,
    DUE_AT,
    STATUS_SINCE,
    NEEDS_PERSON,
)
"""All of them, for whoever registers them with a server. No street, no secret, no document."""

NOT_AN_ORDER: Final = "NotAnOrder"
"""The type of the failure with which a run ends at once that is about no order."""

FAILURE_TYPES: Final[Mapping[str, str]] = {
    "rejected": "OrderRejected",
    "timed_out": "OrderTimedOut",
    "cancelled": "OrderCancelled",
}
"""The type of the failure with which an order ends that has no number, by its outcome.

The failure's message is the result's `summary`, and its first detail the whole `NumberOrderResult`.
"""
