"""With which verification TENIOS took an order, by what its attempts left in the ledger."""

from pathlib import Path

import pytest

from number_orders.evidence.attempt_entries import NothingSent
from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.evidence.order_verification import sent_with, taken_with
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import (
    OrderPlaced,
    PlaceOrder,
    RecordFinding,
    Refused,
)
from number_orders.workflows.messages import NotPlaced
from tests.support.order_driver import VERIFIED

PLACED = OrderPlaced(order_id="7")
REFUSED = Refused(error_code="X", message="no")


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore.open(tmp_path.as_uri(), create=True)


async def attempt(
    store: EvidenceStore,
    verification_id: str,
    outcome: OrderPlaced | Refused | NothingSent | None,
    settled: int = 0,
) -> PlaceOrder:
    """An order is sent, and what TENIOS answers is recorded."""
    request = PlaceOrder(
        verification_id=verification_id,
        data=VERIFIED,
        store_id="s",
        lineage="l",
        settled_attempt=settled,
    )
    own = await AttemptLedger(store, "a").begin(request)
    assert isinstance(own, OwnAttempt)
    if outcome is not None:
        await own.record(outcome)
    return request


async def test_one_attempt(store: EvidenceStore) -> None:
    """The only attempt that TENIOS may have taken is the one that a push proves."""
    await attempt(store, "V", NothingSent())
    await attempt(store, "W", None)
    assert await taken_with(store, "a", None) == "W"
    assert await taken_with(store, "a", "7") == "W"
    assert await sent_with(store, "a", 2) == "W"


async def test_two_attempts(store: EvidenceStore) -> None:
    """Where a person found that there was none, a push may prove either."""
    request = await attempt(store, "V", None)
    finding = RecordFinding(request=request, number=1, finding=NotPlaced(), resolved_by="ann")
    await AttemptLedger(store, "a").record_finding(finding)
    await attempt(store, "W", None, settled=1)
    assert await taken_with(store, "a", "7") is None


async def test_answered(store: EvidenceStore) -> None:
    """The attempt to which TENIOS answered with the order is the one."""
    await attempt(store, "V", REFUSED)
    await attempt(store, "W", PLACED, settled=1)
    assert await taken_with(store, "a", "7") == "W"
    assert await taken_with(store, "a", None) == "W"


async def test_nothing_sent(store: EvidenceStore) -> None:
    """A withdrawal, and an order that is not there, were sent with nothing."""
    request = PlaceOrder(
        verification_id="V", data=VERIFIED, store_id="s", lineage="l", settled_attempt=0
    )
    await AttemptLedger(store, "a").withdraw(request)
    assert await taken_with(store, "a", None) is None
    assert await sent_with(store, "a", 1) is None
    assert await sent_with(store, "a", 2) is None
