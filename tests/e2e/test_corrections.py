"""Corrections after a rejection or a refusal."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.workflows.contract import AREA_CODE
from number_orders.workflows.messages import AddressCorrection
from number_orders.workflows.models import Deadlines, DocumentReference, DocumentType, OrderStatus
from tests.support.office import STREET, Office


async def test_corrected_and_completed(office: Office) -> None:
    """A rejected order is corrected, verified anew, and ordered for the new verification."""
    await office.start()
    first = await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    await office.until(OrderStatus.REJECTED)
    await office.resubmit(area_code="030", address=AddressCorrection(city="Berlin", zip="10115"))
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()
    result = await office.result()

    assert result.outcome is OrderStatus.COMPLETED
    assert result.earlier_verification_ids == (first.verification_id,)
    assert result.phone_number is not None
    assert result.phone_number.startswith("+4930")
    [post] = await office.order_posts()
    assert post["body"]["verification_id"] == result.verification_id != first.verification_id
    description = await office.handle.describe()
    assert description.typed_search_attributes.get(AREA_CODE) == "30"
    corrected = (await office.verification_post(result.verification_id))["body"]
    assert (corrected["street"], corrected["zip"]) == (STREET, "10115")


async def test_old_decisions_do_not_count(office: Office) -> None:
    """What was decided before the correction says nothing about the new verification."""
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    await office.decide(approved=True)
    await office.until(OrderStatus.REJECTED)
    await office.resubmit_unchanged()
    snapshot = await office.until(OrderStatus.AWAITING_APPROVAL)

    assert [message.effect.split(":")[0] for message in snapshot.messages] == [
        "applied",
        "not applied",
    ]
    assert snapshot.attention == (
        "The verification was submitted again without a change by ann: it was right",
    )


async def test_refused_verification(office: Office) -> None:
    """A verification that TENIOS refused is corrected; it had no id to be remembered."""
    await office.start(area_code="999")
    await office.until(OrderStatus.REJECTED)
    await office.resubmit(area_code="221")
    snapshot = await office.until(OrderStatus.AWAITING_APPROVAL)

    assert (snapshot.earlier_verification_ids, snapshot.rounds_left) == ((), 3)


async def test_refused_order(office: Office) -> None:
    """An order that TENIOS refused is placed for a new verification, and once."""
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.behave("/number/order", refuse_status=400, refuse_code="INVALID_VALUE")
    await office.approve()
    await office.until(OrderStatus.REJECTED)
    await office.resubmit_unchanged()
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await office.order_posts()] == [400, 200]


async def test_approved_too_early(office: Office) -> None:
    """An approval that TENIOS does not know of is used up; a later one counts in its round."""
    await office.start()
    early = await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=True)  # but TENIOS has not
    await office.until_reason("approval was too early")
    again = await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)

    assert (again.verification_id, again.rounds_left) == (early.verification_id, early.rounds_left)
    assert [post["status"] for post in await office.order_posts()] == [400, 200]


async def test_refused_after_several_tries(office: Office) -> None:
    """A refusal that came after tries which did nothing is settled too, and asked about no more."""
    await office.behave("/number/order", refuse_status=403, times=2)
    await office.behave("/number/order", refuse_status=400, refuse_code="INVALID_VALUE")
    await office.start()
    await office.approve()
    await office.until(OrderStatus.REJECTED)
    await office.resubmit_unchanged()
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await office.order_posts()] == [403, 403, 400, 200]


async def test_correction_without_a_change(office: Office) -> None:
    """TENIOS is not asked to check the same again, unless somebody says why."""
    await office.start()
    first = await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    await office.until(OrderStatus.REJECTED)
    for changes in ({}, {"area_code": "0221"}, {"reason": "it was right"}, {"unchanged": True}):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await office.resubmit(**changes)
        assert "the correction changes nothing" in str(refused.value.cause)
    await office.resubmit_unchanged()
    again = await office.until(OrderStatus.AWAITING_APPROVAL)

    assert again.earlier_verification_ids == (first.verification_id,)


async def test_rounds_are_bounded(office: Office) -> None:
    """After the last round a rejection ends the order."""
    await office.start(rounds=2)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    await office.until(OrderStatus.REJECTED)
    await office.resubmit_unchanged()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False, reason="still unreadable")
    result = await office.result()

    assert (result.outcome, result.reason) == (
        OrderStatus.REJECTED,
        "rejected by ann: still unreadable",
    )


async def test_no_correction_wanted(office: Office) -> None:
    """With a correction time of zero a rejection ends the order at once."""
    await office.start(deadlines=Deadlines(correction=timedelta(0)))
    await office.decide(approved=False)

    assert (await office.result()).outcome is OrderStatus.REJECTED


async def test_too_early(office: Office) -> None:
    """An order that was not rejected cannot be corrected; the refusal says why."""
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.resubmit_unchanged()

    assert "awaiting_approval; only a rejected one" in str(refused.value.cause)


async def test_document_in_another_store(office: Office) -> None:
    """A correction cannot take the order to another store, away from its attempt ledger."""
    await office.start()
    await office.decide(approved=False)
    await office.until(OrderStatus.REJECTED)
    document = DocumentReference(type=DocumentType.CONTRACT, sha256="0" * 64, store_id="laptop")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.resubmit(document=document)

    assert "another evidence store" in str(refused.value.cause)
