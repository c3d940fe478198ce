"""Of which orders nobody knows whether TENIOS has them."""

from datetime import UTC, datetime

import pytest

from number_orders.starters.existing import ExistingOrder
from number_orders.workflows.models import OrderStatus

UNKNOWN = {OrderStatus.OUTCOME_UNKNOWN, OrderStatus.TIMED_OUT}


@pytest.mark.parametrize("status", [*OrderStatus, ""])
def test_unknown_fate(status: str) -> None:
    """That is so by the order's own word, and whatever it said where it was ended by force."""
    by_itself = ExistingOrder("number-order:a", "run", datetime.now(UTC), status, None)
    assert by_itself.unknown_fate == (status if status in UNKNOWN else None)
    by_force = ExistingOrder("number-order:a", "run", datetime.now(UTC), status, "terminated")
    assert by_force.unknown_fate == "terminated in Temporal"
