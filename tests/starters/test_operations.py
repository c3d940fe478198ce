"""When a decision may be sent, and what is asked of whoever sends it."""

from datetime import UTC, datetime, timedelta

import pytest

from number_orders.starters.executions import RUNNING, Execution
from number_orders.starters.operations import objection_to_decision
from number_orders.workflows.messages import Decision


def _order(status: str, age: timedelta) -> Execution:
    since = (datetime.now(UTC) - age).isoformat()
    attributes = {"OrderStatus": status, "StatusSince": since, "VerificationId": "v-1"}
    return Execution("number-order:a", "run", RUNNING, datetime.now(UTC), attributes)


LONG, SHORT = timedelta(minutes=11), timedelta(minutes=9)


@pytest.mark.parametrize(
    ("status", "age", "approved", "named", "says"),
    [
        ("awaiting_approval", SHORT, True, None, None),
        ("awaiting_approval", SHORT, True, "v-1", None),
        ("awaiting_approval", SHORT, False, "v-2", "a decision about verification v-1, not about"),
        ("placing_order", LONG, True, "v-2", None),
        ("placing_order", SHORT, True, "v-2", "another verification id only after 10 minutes"),
        ("placing_order", LONG, True, "v-1", "with just this verification id"),
        ("placing_order", LONG, True, None, "is placing_order, not awaiting_approval"),
        ("placing_order", LONG, False, "v-2", "is placing_order, not awaiting_approval"),
        ("overdue", LONG, True, "v-2", "is overdue, not awaiting_approval"),
        ("", LONG, True, "v-2", "is without a status, not awaiting_approval"),
    ],
)
def test_when(status: str, age: timedelta, *, approved: bool, named: str, says: str) -> None:
    """Another verification id than the current one counts only when placing takes long."""
    decision = Decision(approved=approved, decided_by="ann", verification_id=named)
    found = objection_to_decision(_order(status, age), decision)
    assert found is None if says is None else says in str(found)
