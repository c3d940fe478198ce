"""Verifications whose id a person names: with the start, a correction, or the approval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError

from number_orders.evidence.verifications import VerificationRecords
from number_orders.starters import start_number_order
from number_orders.starters.errors import OrderRefused
from number_orders.starters.orders import order_handle
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.activity_interface import Approval, ApprovalSource
from number_orders.workflows.commands import CORRECTABLE_AFTER
from number_orders.workflows.models import ApprovedVerification, OrderStatus
from tests.e2e.test_stuck_order import accepted, another_approved
from tests.support.order_driver import DOCUMENT, OrderDriver, address_of


def named(verification_id: str | None) -> ApprovedVerification:
    """What somebody says is approved."""
    assert verification_id is not None
    return ApprovedVerification(
        verification_id=verification_id, approved_by="bob", approved_at=datetime.now(UTC)
    )


async def start_with(driver: OrderDriver, verification_id: str | None, **changes: Any) -> None:
    """An order is started with a verification that somebody says is approved."""
    order = (await driver.order(**changes)).model_copy(
        update={"document": None, "verification": named(verification_id)}
    )
    with driver.temporal.with_time_skipping_disabled():
        await start_number_order(driver.temporal.client, order, driver.store)
    driver.number = order.number
    driver.handle = driver.typed_handle()


async def test_adopted(driver: OrderDriver, tenios: TeniosClient) -> None:
    """A verification that the store does not know is bound to the order's address, and used."""
    verification_id = await another_approved(driver, tenios)
    await start_with(driver, verification_id)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)

    record = await VerificationRecords(driver.store).record(verification_id)
    assert record is not None
    assert record.approved is not None
    assert record.approved.approved_by == "bob"
    assert record.used_by == (driver.handle.id,)
    assert placed.approval == Approval(
        approved_by="bob", approved_at=record.approved.approved_at, source=ApprovalSource.INPUT
    )


async def test_of_another_address(driver: OrderDriver) -> None:
    """An id that is recorded for another address starts no order."""
    first = await driver.placed()
    with pytest.raises(OrderRefused, match=r"verification_id: .* another address or area code"):
        await start_with(
            driver, first.verification_id, number=2, address=address_of("somewhere else")
        )
    with pytest.raises(RPCError, match="not found"):
        await order_handle(driver.temporal.client, driver.location_id, 2).describe()


async def test_mistyped(driver: OrderDriver, tenios: TeniosClient) -> None:
    """An order with an id that TENIOS does not take gets the right one by a correction."""
    verification_id = await another_approved(driver, tenios)
    await start_with(driver, "mistyped")
    rejected = await driver.until(OrderStatus.REJECTED)
    assert "TENIOS refused" in (rejected.reason or "")

    await driver.resubmit(verification=named(verification_id))
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == verification_id
    assert await accepted(driver) == [verification_id]


async def test_corrected_to_another_address(driver: OrderDriver) -> None:
    """A correction with an id that is recorded for another address orders nothing."""
    first = await driver.placed()
    await start_with(driver, "mistyped", number=2, address=address_of("somewhere else"))
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit(verification=named(first.verification_id))
    rejected = await driver.until_reason("is recorded for another address or area code")
    assert rejected.status is OrderStatus.REJECTED
    assert len(await driver.order_posts()) == 1


async def test_document_and_verification(driver: OrderDriver) -> None:
    """A correction is verified in one way."""
    await start_with(driver, "mistyped")
    await driver.until(OrderStatus.REJECTED)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resubmit(verification=named("1"), document=DOCUMENT)
    assert "document and verification exclude each other" in str(refused.value.cause)


async def test_too_early(driver: OrderDriver) -> None:
    """One that TENIOS approves only later is used by a correction that changes nothing."""
    await driver.start()
    submitted = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await start_with(driver, submitted.verification_id, number=2)
    rejected = await driver.until(OrderStatus.REJECTED)
    await driver.approve_at_tenios(submitted.verification_id)
    await driver.resubmit_unchanged()
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert placed.verification_id == submitted.verification_id
    assert placed.rounds_left == rejected.rounds_left


async def test_approval_of_another_address(driver: OrderDriver, tenios: TeniosClient) -> None:
    """An approval whose id is another address's is asked for again, and spoils nobody's record."""
    first = await driver.placed()
    await driver.behave("/verification/create", without_id=True)
    elsewhere = address_of("somewhere else")
    await driver.start(number=2, address=elsewhere)
    driver.number = 2
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True, verification_id=first.verification_id)
    again = await driver.until_reason("is recorded for another address or area code")
    assert again.status is OrderStatus.AWAITING_APPROVAL
    assert again.verification_id is None

    right = await another_approved(driver, tenios)
    await driver.decide(approved=True, verification_id=right)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == right
    assert placed.approval is not None
    assert placed.approval.source is ApprovalSource.NAMED
    record = await VerificationRecords(driver.store).record(first.verification_id or "")
    assert record is not None
    assert record.approved is not None


async def test_approval_named_too_early(driver: OrderDriver, tenios: TeniosClient) -> None:
    """An approval that brought an id which TENIOS does not take can be followed by another id."""
    await driver.behave("/verification/create", without_id=True)
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True, verification_id="mistyped")
    again = await driver.until_reason("The id may be wrong, mistyped")
    assert again.status is OrderStatus.AWAITING_APPROVAL

    right = await another_approved(driver, tenios)
    await driver.decide(approved=True, verification_id=right)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == right


async def test_replaced_by_one_of_another_address(
    driver: OrderDriver, tenios: TeniosClient
) -> None:
    """Nor does an approval of another verification take one of another address in its place."""
    other = await another_approved(driver, tenios)
    await start_with(driver, other, address=address_of("somewhere else"))
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.start(number=2)
    driver.number = 2
    await driver.approve()
    own = (await driver.until(OrderStatus.PLACING_ORDER)).verification_id
    await driver.forward(CORRECTABLE_AFTER + timedelta(minutes=1))
    await driver.decide(approved=True, verification_id=other)
    again = await driver.until_reason("is recorded for another address or area code")
    await driver.behave_well()
    assert again.status is OrderStatus.AWAITING_APPROVAL
    await driver.decide(approved=True, verification_id=own)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == own
