"""Of which orders nobody knows whether TENIOS has them."""

from datetime import UTC, datetime

import pytest

from number_orders.starters.ends import End
from number_orders.starters.existing import ExistingOrder
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import NumberOrderResult

UNKNOWN = {OrderStatus.OUTCOME_UNKNOWN, OrderStatus.TIMED_OUT}


def existing(status: str, end: End | None = None) -> ExistingOrder:
    return ExistingOrder("number-order:a", "run", datetime.now(UTC), status, end)


def result(*, abandoned: bool) -> NumberOrderResult:
    return NumberOrderResult(
        summary="a has no number.",
        outcome=OrderStatus.CANCELLED,
        abandoned=abandoned,
        earlier_verification_ids=(),
        attention=(),
    )


@pytest.mark.parametrize("status", [*OrderStatus, ""])
def test_unknown_fate(status: str) -> None:
    """That is so by the order's own word, and whatever it said where it was ended by force."""
    assert existing(status).unknown_fate == (status if status in UNKNOWN else None)
    by_force = existing(status, End(by_force="timed_out"))
    assert by_force.unknown_fate == "timed out in Temporal"


@pytest.mark.parametrize(
    ("end", "fate"),
    [
        (End(result(abandoned=True)), "abandoned"),
        (End(result(abandoned=False)), None),
        (End(), "abandoned"),
    ],
)
def test_unknown_fate_of_a_cancelled_order(end: End, fate: str | None) -> None:
    """A cancelled order's result says it, and without one that can be read nobody can tell."""
    assert existing(OrderStatus.CANCELLED, end).unknown_fate == fate
