"""Lists of orders that people look at, as queries of Temporal's visibility."""

from collections.abc import Mapping

from number_orders.starters.executions import orders_query
from number_orders.workflows.contract import ORDER_STATUS
from number_orders.workflows.models import OrderStatus


def _in(*statuses: OrderStatus) -> str:
    listed = ", ".join(f"'{status}'" for status in statuses)
    return f"{ORDER_STATUS.name} IN ({listed})"


# Neither running nor ended is a state that Temporal may add, such as `Paused`: the time tells.
_OPEN, _ENDED = "CloseTime IS NULL", "CloseTime IS NOT NULL"

READY_LISTS: Mapping[str, tuple[str, ...]] = {
    "needs a person": (
        _in(
            OrderStatus.REJECTED,
            OrderStatus.OUTCOME_UNKNOWN,
            OrderStatus.AWAITING_NUMBER,
            OrderStatus.OVERDUE,
            # Giving a number back lasts a moment, unless it needs a person.
            OrderStatus.CANCELLING,
        ),
        _OPEN,
    ),
    "waits for TENIOS": (
        _in(
            OrderStatus.SUBMITTING_VERIFICATION,
            OrderStatus.AWAITING_APPROVAL,
            OrderStatus.PLACING_ORDER,
            OrderStatus.AWAITING_COMPLETION,
        ),
        _OPEN,
    ),
    "ended without a number": (
        _in(OrderStatus.REJECTED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED),
        _ENDED,
    ),
    "all orders": (),
}
"""By name, what is true of each order in the list."""


def ready_lists(batch_id: str | None = None) -> dict[str, str]:
    """By name, the query of each list; of one batch, if it is named."""
    return {
        name: " AND ".join([orders_query(batch_id=batch_id), *conditions])
        for name, conditions in READY_LISTS.items()
    }
