"""Corrections after a rejection or a refusal."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.workflows.contract import AREA_CODE, STATUS_SINCE
from number_orders.workflows.messages import AddressCorrection
from number_orders.workflows.models import Deadlines, OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.support.order_driver import DOCUMENT, STREET, OrderDriver
from tests.support.until import until


async def test_corrected_and_completed(driver: OrderDriver) -> None:
    """A rejected order is corrected, verified anew, and ordered for the new verification."""
    await driver.start()
    first = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit(area_code="030", address=AddressCorrection(city="Berlin", zip="10115"))
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()
    result = await driver.result()

    assert result.outcome is OrderStatus.COMPLETED
    assert result.earlier_verification_ids == (first.verification_id,)
    assert result.phone_number is not None
    assert result.phone_number.startswith("+4930")
    [post] = await driver.order_posts()
    assert post["body"]["verification_id"] == result.verification_id != first.verification_id
    description = await driver.handle.describe()
    assert description.typed_search_attributes.get(AREA_CODE) == "30"
    corrected = (await driver.verification_post(result.verification_id))["body"]
    assert (corrected["street"], corrected["zip"]) == (STREET, "10115")


async def test_old_decisions_do_not_count(driver: OrderDriver) -> None:
    """What was decided before the correction says nothing about the new verification."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.decide(approved=True)
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit_unchanged()
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)

    assert [message.effect.split(":")[0] for message in snapshot.messages] == [
        "applied",
        "not applied",
    ]
    assert snapshot.attention == (
        "The verification was submitted again without a change by ann: it was right",
    )


async def test_refused_verification(driver: OrderDriver) -> None:
    """A verification that TENIOS refused is corrected; it had no id to be remembered."""
    await driver.start(area_code="999")
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit(area_code="221")
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)

    assert (snapshot.earlier_verification_ids, snapshot.rounds_left) == ((), 3)


async def test_refused_order(driver: OrderDriver) -> None:
    """An order that TENIOS refused is placed for a new verification, and once."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.behave("/number/order", refuse_status=400, refuse_code="INVALID_VALUE")
    await driver.approve()
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit_unchanged()
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await driver.order_posts()] == [400, 200]


async def approved_too_early(driver: OrderDriver) -> tuple[OrderSnapshot, OrderSnapshot]:
    """Approve what TENIOS has not approved: how the order awaits its approval, before and again."""
    await driver.start()
    early = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True)
    await driver.until_reason("approval was too early")
    return early, await driver.until(OrderStatus.AWAITING_APPROVAL)


async def test_approved_too_early(driver: OrderDriver) -> None:
    """An approval that TENIOS does not know of is used up; a later one counts in its round."""
    early, again = await approved_too_early(driver)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert (again.verification_id, again.rounds_left) == (early.verification_id, early.rounds_left)
    assert [post["status"] for post in await driver.order_posts()] == [400, 200]


async def test_since_when_it_waits_again(driver: OrderDriver) -> None:
    """An order that comes back to the status in which it is listed waits in it from then on."""
    early, again = await approved_too_early(driver)

    async def is_listed() -> None:
        attributes = (await driver.handle.describe()).typed_search_attributes
        assert attributes.get(STATUS_SINCE) == again.since

    await until(is_listed)
    assert again.since > early.since


async def test_refused_after_several_tries(driver: OrderDriver) -> None:
    """A refusal that came after tries which did nothing is settled too, and asked about no more."""
    await driver.behave("/number/order", refuse_status=403, times=2)
    await driver.behave("/number/order", refuse_status=400, refuse_code="INVALID_VALUE")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit_unchanged()
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await driver.order_posts()] == [403, 403, 400, 200]


async def test_correction_without_a_change(driver: OrderDriver) -> None:
    """TENIOS is not asked to check the same again, unless somebody says why."""
    await driver.start()
    first = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    for changes in ({}, {"area_code": "0221"}, {"reason": "it was right"}, {"unchanged": True}):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await driver.resubmit(**changes)
        assert "the correction changes nothing" in str(refused.value.cause)
    await driver.resubmit_unchanged()
    again = await driver.until(OrderStatus.AWAITING_APPROVAL)

    assert again.earlier_verification_ids == (first.verification_id,)


async def test_rounds_are_bounded(driver: OrderDriver) -> None:
    """After the last round a rejection ends the order."""
    await driver.start(rounds=2)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit_unchanged()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False, reason="still unreadable")
    result = await driver.result()

    assert (result.outcome, result.reason) == (
        OrderStatus.REJECTED,
        "rejected by ann: still unreadable",
    )


async def test_no_correction_wanted(driver: OrderDriver) -> None:
    """With a correction time of zero a rejection ends the order at once."""
    await driver.start(deadlines=Deadlines(correction=timedelta(0)))
    await driver.decide(approved=False)

    assert (await driver.result()).outcome is OrderStatus.REJECTED


async def test_too_early(driver: OrderDriver) -> None:
    """An order that was not rejected cannot be corrected; the refusal says why."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resubmit_unchanged()

    assert "awaiting_approval; only a rejected one" in str(refused.value.cause)


async def test_document_in_another_store(driver: OrderDriver) -> None:
    """A correction cannot take the order to another store, away from its attempt ledger."""
    await driver.start()
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resubmit(document=DOCUMENT, store_id="laptop")

    assert "another evidence store" in str(refused.value.cause)
