"""One verification for several orders: by its record, its id, or another number's decision."""

import functools
from typing import Any

import pytest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.errors import UserError
from number_orders.starters import NumberOrders, StartedOrder, build_order, start_number_order
from number_orders.starters.orders import order_handle
from number_orders.starters.quantity import start_numbers
from number_orders.workflows import contract
from number_orders.workflows.activity_interface import ApprovalSource
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from number_orders.workflows.sharing import LOOKS_EVERY
from tests.support.order_driver import PDF, OrderDriver, address_of, order_fields
from tests.support.sharing import first_number, start_second
from tests.support.until import until


async def started(driver: OrderDriver, new_verification: bool = False, **changes: Any) -> bool:
    """A further number is started, with a document; whether it submits that."""
    order = await driver.order(**changes)
    with driver.temporal.with_time_skipping_disabled():
        one = await start_number_order(
            driver.temporal.client, order, driver.store, new_verification=new_verification
        )
    driver.handle = order_handle(driver.temporal.client, order.location_id, order.number)
    assert one.created
    return one.order.document is not None


async def test_further_number(driver: OrderDriver) -> None:
    """A further number of the same address is ordered at once, with the verification there is."""
    first = await driver.placed()
    assert not await started(driver, number=2)
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert second.verification_id == first.verification_id
    assert second.approval is not None
    assert first.approval is not None
    assert second.approval == first.approval.model_copy(update={"source": ApprovalSource.INPUT})
    record = await VerificationRecords(driver.store).record(first.verification_id or "")
    assert record is not None
    assert set(record.used_by) == {driver.typed_handle().id, driver.handle.id}


async def test_new_verification(driver: OrderDriver) -> None:
    """A further number submits its document anew where that is wanted."""
    first = await driver.placed()
    assert await started(driver, number=2, new_verification=True)

    second = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert second.verification_id != first.verification_id


async def test_another_area_code(driver: OrderDriver) -> None:
    """A verification of another area code, or of another address, is not used."""
    await driver.placed()
    assert await started(driver, number=2, area_code="228")
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert await started(driver, number=3, address=address_of("elsewhere"))


async def test_not_yet_approved(driver: OrderDriver) -> None:
    """A verification that TENIOS has not taken an order with is not used."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert await started(driver, number=2)


async def test_corrected_address(driver: OrderDriver) -> None:
    """A number that waits takes over what the one it waits for was corrected to."""
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        first = await _corrected_and_placed(driver)
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert second.verification_id == first.verification_id
    assert second.address_fingerprint == first.address_fingerprint
    assert any("address and area code are now" in note for note in second.attention)


async def test_both_are_corrected(driver: OrderDriver) -> None:
    """A number that was corrected itself keeps that, and so cannot use another place's approval."""
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.handle.terminate()
    await driver.forward(LOOKS_EVERY)
    await driver.until(OrderStatus.REJECTED)
    first_again = await driver.order(number=1)
    with driver.temporal.with_time_skipping_disabled():
        await start_number_order(driver.temporal.client, first_again, driver.store, again=True)
    await driver.resubmit(address={"house_number": "7"})
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.approve()
        await driver.until(OrderStatus.AWAITING_COMPLETION)
    rejected = await driver.until(OrderStatus.REJECTED)
    assert "recorded for another address or area code" in (rejected.reason or "")


async def _corrected_and_placed(driver: OrderDriver) -> OrderSnapshot:
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False, reason="wrong house")
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit(address={"house_number": "4711"})
    await driver.approve()
    return await driver.until(OrderStatus.AWAITING_COMPLETION)


async def test_looks_again(driver: OrderDriver) -> None:
    """A number that was left without a verification looks for one as often as it is told to."""
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        await driver.cancel()
        await driver.result()
    rejected = await driver.until(OrderStatus.REJECTED)
    for count in range(1, rejected.rounds_left + 2):
        await driver.resubmit_unchanged()
        await until(functools.partial(_is_rejected_again, driver, count))
    async with first_number(driver):
        await driver.start(number=3)
        await driver.approve()
        third = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.resubmit_unchanged()
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert second.verification_id == third.verification_id
    assert second.rounds_left == rejected.rounds_left


async def _is_rejected_again(driver: OrderDriver, count: int) -> None:
    snapshot = await driver.until(OrderStatus.REJECTED)
    again = [note for note in snapshot.attention if "without a change" in note]
    assert len(again) == count


async def test_refused_by_tenios(driver: OrderDriver) -> None:
    """An old verification that TENIOS does not take any more is not used again."""
    first = await driver.placed()
    await driver.behave(
        "/number/order",
        refuse_status=400,
        refuse_code="INVALID_VALUE",
        refuse_message="The verification has expired",
        refuse_fields=["verification_id"],
        verification_id=first.verification_id,
    )
    assert not await started(driver, number=2)
    rejected = await driver.until(OrderStatus.REJECTED)

    assert "The verification has expired" in (rejected.reason or "")
    record = await VerificationRecords(driver.store).record(first.verification_id or "")
    assert record is not None
    assert record.refused is not None
    assert record.approved is None

    second = driver.handle
    assert await started(driver, number=3)
    driver.number = 3
    await driver.approve()
    third = await driver.until(OrderStatus.AWAITING_COMPLETION)
    driver.handle = second
    await driver.resubmit_unchanged()
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == third.verification_id


async def test_reset_that_goes_with_another_verification(driver: OrderDriver) -> None:
    """The record has the verification that was sent, whatever a reset order goes with."""
    first = await driver.placed()
    await driver.reset(before="submit_verification", with_signals=False)
    second = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert second.verification_id != first.verification_id
    await driver.decide(approved=True)
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    records = VerificationRecords(driver.store)
    sent, reset = [await records.record(one.verification_id or "") for one in (first, second)]
    assert sent is not None
    assert reset is not None
    assert (len(sent.used_by), reset.used_by, reset.approved) == (1, (), None)


async def test_quantity_behind_an_order_that_has_ended(driver: OrderDriver) -> None:
    """Nothing is started that could only be rejected."""
    order = await driver.order()
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    await driver.result()
    with (
        driver.temporal.with_time_skipping_disabled(),
        pytest.raises(UserError, match="has ended as cancelled, and no verification"),
    ):
        await start_numbers(driver.temporal.client, order, driver.store, PDF, 3)
    second = order_handle(driver.temporal.client, driver.location_id, 2)
    with pytest.raises(RPCError, match="not found"):
        await second.describe()


@pytest.mark.parametrize("quantity", [0, -5, 1000, True, "3", 2.0])
async def test_quantity_that_is_none(
    temporal: WorkflowEnvironment, store: EvidenceStore, location_id: str, quantity: Any
) -> None:
    """Nothing is started, number 1 neither."""
    order = build_order(order_fields(location_id), PDF)
    with pytest.raises(UserError, match="quantity: expected a whole number from 1 to 999"):
        await start_numbers(temporal.client, order, store, PDF, quantity)
    with pytest.raises(RPCError, match="not found"):
        await order_handle(temporal.client, location_id).describe()


async def test_quantity(driver: OrderDriver) -> None:
    """Three numbers with one approval; to start them again starts nothing."""
    fields = order_fields(driver.location_id, document=PDF)

    async def three() -> list[StartedOrder]:
        with driver.temporal.with_time_skipping_disabled():
            orders = NumberOrders(driver.temporal.client, driver.store)
            return await orders.start_numbers(fields, 3)

    numbers = await three()
    assert [one.created for one in numbers] == [True, True, True]
    driver.handle = order_handle(driver.temporal.client, driver.location_id, 3)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.approve()
        first = await driver.until(OrderStatus.AWAITING_COMPLETION)
    for number in (2, 3):
        driver.handle = order_handle(driver.temporal.client, driver.location_id, number)
        placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
        assert placed.verification_id == first.verification_id
    again = await three()
    assert [(one.created, one.differences) for one in again] == [(False, ())] * 3


async def test_posts_of_each_number(driver: OrderDriver) -> None:
    """What the tests count as an order's POSTs are not those of the location's other numbers."""
    # In base64 three bytes are four characters: so the first number's id begins the other one's.
    driver.location_id += "x" * (-len(contract.workflow_id(driver.location_id)) % 3)
    await driver.placed()
    first = await driver.order_posts()
    assert not await started(driver, number=2)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    async with first_number(driver):
        assert await driver.order_posts() == first
