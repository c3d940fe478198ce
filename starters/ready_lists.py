"""Lists of orders that people look at, as queries of Temporal's visibility."""

from collections.abc import Mapping

from number_orders.workflows.contract import BATCH_ID, NEEDS_PERSON, ORDER_STATUS, WORKFLOW_TYPE
from number_orders.workflows.models import OrderStatus


def _in(*statuses: OrderStatus) -> str:
    listed = ", ".join(f"'{status}'" for status in statuses)
    return f"{ORDER_STATUS.name} IN ({listed})"


# A state may be neither running nor ended, such as that of a paused order: the time tells. The Web
# UI shows `!=` as if it were `=`, so it stands only where there may be earlier runs of an order.
_OPEN = "CloseTime IS NULL"
_NO_EARLIER_RUN = "ExecutionStatus != 'ContinuedAsNew'"

_LISTS: Mapping[str, tuple[str, ...]] = {
    "needs a person": (f"{NEEDS_PERSON.name} = true", _OPEN),
    "waits for TENIOS": (f"{NEEDS_PERSON.name} IS NULL", _OPEN),
    "ended without a number": (
        _in(OrderStatus.REJECTED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED),
        "CloseTime IS NOT NULL",
        _NO_EARLIER_RUN,
    ),
    "all orders": (_NO_EARLIER_RUN,),
}
"""By name, what is true of each order in the list."""


def ready_lists(batch_id: str | None = None) -> dict[str, str]:
    """By name, the query of each list; of one batch, if it is named."""
    of_batch = [] if batch_id is None else [f"{BATCH_ID.name} = '{batch_id}'"]
    return {
        name: " AND ".join([f"WorkflowType = '{WORKFLOW_TYPE}'", *conditions, *of_batch])
        for name, conditions in _LISTS.items()
    }
