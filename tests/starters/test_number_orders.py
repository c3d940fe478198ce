"""What a program gets from `NumberOrders`, on real servers."""

from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.starters import NumberOrders
from number_orders.starters.errors import NoSuchOrder, OrderRefused, UserError
from number_orders.workflows.messages import AddressCorrection, Cancellation, Correction, Decision
from number_orders.workflows.models import DocumentType, OrderStatus
from tests.support.order_driver import PDF, OrderDriver, order_fields


@pytest.fixture
def orders(driver: OrderDriver) -> NumberOrders:
    return NumberOrders(driver.temporal.client, driver.store)


async def _started(driver: OrderDriver, orders: NumberOrders, document: Any) -> None:
    with driver.temporal.with_time_skipping_disabled():
        started = await orders.start({**order_fields(driver.location_id), "document": document})
    assert started.created
    driver.handle = started.handle


@pytest.mark.parametrize("kind", ["bytes", "path", "text"])
async def test_document(
    driver: OrderDriver, orders: NumberOrders, tmp_path: Path, kind: str
) -> None:
    """The document is given as bytes or by its path."""
    path = tmp_path / "contract.pdf"
    path.write_bytes(PDF)
    await _started(driver, orders, {"bytes": PDF, "path": path, "text": str(path)}[kind])
    await driver.until(OrderStatus.AWAITING_APPROVAL)


async def test_all_that_is_wrong_at_once(
    temporal: WorkflowEnvironment, store: EvidenceStore
) -> None:
    """A document that is missing hides no wrong field, and a wrong field no document."""
    orders = NumberOrders(temporal.client, store)
    for document in (None, "nowhere.pdf", 7, b"no PDF"):
        given = {**order_fields("a"), "zip": "1067", "document": document, "colour": "red"}
        with pytest.raises(OrderRefused) as refused:
            await orders.start(given)
        fields = {problem.field for problem in refused.value.problems}
        assert {"colour", "zip", "document"} <= fields


async def test_correction_with_a_document_that_nobody_could_open(
    driver: OrderDriver, orders: NumberOrders
) -> None:
    """A program's correction is refused for its document as the command's is; no round is spent."""
    await _started(driver, orders, PDF)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    kept = await driver.store.keep_document(b"no PDF", DocumentType.CONTRACT)
    for document, says in [
        (kept, "document: is not a PDF"),
        (kept.model_copy(update={"sha256": "0" * 64}), "document: is not in the evidence store"),
    ]:
        with pytest.raises(OrderRefused, match=says):
            await orders.resubmit(
                driver.location_id, Correction(corrected_by="ann", document=document)
            )
    assert (await orders.status(driver.location_id)).status is OrderStatus.REJECTED


async def test_location_that_is_no_text(
    temporal: WorkflowEnvironment, store: EvidenceStore
) -> None:
    """No order has such a location, whatever is asked of it."""
    orders = NumberOrders(temporal.client, store)
    for asked in (
        orders.status("\ud800"),
        orders.decide("\ud800", Decision(approved=True, decided_by="ann")),
        orders.cancel("\ud800", Cancellation(requested_by="ann")),
    ):
        with pytest.raises(NoSuchOrder):
            await asked


async def test_operations(driver: OrderDriver, orders: NumberOrders) -> None:
    """A program decides, corrects, cancels and follows an order without the command."""
    await _started(driver, orders, PDF)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    with driver.temporal.with_time_skipping_disabled():
        sent = await orders.decide(
            driver.location_id, Decision(approved=False, decided_by="ann", reason="unreadable")
        )
        assert sent.decision.verification_id is not None
        await driver.until(OrderStatus.REJECTED)
        with pytest.raises(UserError, match="nothing was changed"):
            await orders.resubmit(driver.location_id, Correction(corrected_by="ann"))
        correction = Correction(corrected_by="ann", address=AddressCorrection(house_number="5"))
        await orders.resubmit(driver.location_id, correction)
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        assert (await orders.status(driver.location_id)).status is OrderStatus.AWAITING_APPROVAL
        await orders.cancel(driver.location_id, Cancellation(requested_by="ann"))
    assert (await orders.result(driver.location_id)).outcome is OrderStatus.CANCELLED
    with pytest.raises(UserError, match="nothing was changed"):
        await orders.cancel(driver.location_id, Cancellation(requested_by="ann"))
    with pytest.raises(NoSuchOrder):
        await orders.status("nowhere")
