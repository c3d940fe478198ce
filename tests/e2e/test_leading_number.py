"""What a leading number shares: the verification with which TENIOS took its order, and no other."""

from datetime import timedelta

import pytest

from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.errors import StoreFailedError
from number_orders.starters import start_number_order
from number_orders.workflows.activity_interface import OrderAnswer, PlaceOrder
from number_orders.workflows.contract import VERIFICATION_AWAITED
from number_orders.workflows.messages import VerificationAwaited
from number_orders.workflows.models import Address, OrderStatus
from number_orders.workflows.sharing import LOOKS_EVERY
from tests.e2e.test_stuck_order import scheduled
from tests.support.order_driver import OrderDriver
from tests.support.sharing import first_number, start_second, until_awaited

BONN = Address(city="Bonn", zip="53111", street="Markt", house_number="2")


async def test_proven_by_its_push_alone(driver: OrderDriver) -> None:
    """A number whose order only its push proves shares its verification all the same."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.approve()
        first = await driver.until(OrderStatus.OUTCOME_UNKNOWN)
        await driver.complete()
        await driver.result()
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert second.verification_id == first.verification_id


async def test_taken_with_another_one(driver: OrderDriver) -> None:
    """A reset order that goes with a new verification does not share that: TENIOS took the old."""
    first = await driver.placed()
    await driver.reset(before="submit_verification", with_signals=False)
    reset = await driver.until(OrderStatus.AWAITING_APPROVAL)
    order = (await driver.order()).model_copy(
        update={"number": 2, "document": None, "verification_from": 1}
    )
    # Without what the store has: it waits for the leading number.
    with driver.temporal.with_time_skipping_disabled():
        await start_number_order(driver.temporal.client, order, driver.store, new_verification=True)
    driver.number = 2
    driver.handle = driver.typed_handle()
    await until_awaited(driver)
    async with first_number(driver):
        await driver.decide(approved=True)
        await driver.until(OrderStatus.AWAITING_COMPLETION)
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert second.verification_id == first.verification_id
    record = await VerificationRecords(driver.store).record(reset.verification_id or "")
    assert record is not None
    assert (record.decided, record.used_by) == (None, ())


async def test_store_fails(driver: OrderDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails for long keeps no leading number from its end, whoever waits for it."""

    async def failing(_: VerificationRecords, __: PlaceOrder, *___: OrderAnswer | str) -> None:
        raise StoreFailedError("The evidence store failed")

    for name in ("record_answer", "record_taken"):
        monkeypatch.setattr(VerificationRecords, name, failing)
    await driver.start()
    await start_second(driver)
    await until_awaited(driver)
    async with first_number(driver):
        await driver.approve()
        await driver.until(OrderStatus.AWAITING_COMPLETION)
        for _ in range(20):
            await driver.handle.signal(VERIFICATION_AWAITED, VerificationAwaited(number=2))
        await driver.complete()
        await driver.until(OrderStatus.COMPLETED)
        await driver.forward(timedelta(minutes=6))
        await driver.result()
        assert (await scheduled(driver)).count("record_taken") <= 2
    rejected = await driver.until(OrderStatus.REJECTED)
    assert "is not recorded" in (rejected.reason or "")


async def test_another_number_was_approved_meanwhile(driver: OrderDriver) -> None:
    """A number whose leading one ends looks for another verification of the address first."""
    await driver.start()
    await start_second(driver)
    await until_awaited(driver)
    async with first_number(driver):
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        leading = driver.handle
        await driver.start(number=3)
        await driver.approve()
        third = await driver.until(OrderStatus.AWAITING_COMPLETION)
        driver.handle = leading
        await driver.cancel()
        await driver.result()
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert second.verification_id == third.verification_id


async def test_started_for_another_place(driver: OrderDriver) -> None:
    """A number that waits for one of another place does not move there."""
    await driver.start()
    await start_second(driver, area_code="228", address=BONN)
    await until_awaited(driver)
    async with first_number(driver):
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        await driver.decide(approved=False)
        await driver.until(OrderStatus.REJECTED)
        await driver.resubmit(address={"house_number": "4711"})
        await driver.approve()
        await driver.until(OrderStatus.AWAITING_COMPLETION)
    rejected = await driver.until(OrderStatus.REJECTED)
    assert "recorded for another address or area code" in (rejected.reason or "")
    assert rejected.area_code == "228"


async def test_resubmitted_unchanged_is_no_correction(driver: OrderDriver) -> None:
    """A number that only looked once more still takes over what the leading one is corrected to."""
    await driver.start()
    await start_second(driver)
    await until_awaited(driver)
    async with first_number(driver):
        await driver.handle.terminate()
    await driver.forward(LOOKS_EVERY)
    await driver.until(OrderStatus.REJECTED)
    again = await driver.order(number=1)
    with driver.temporal.with_time_skipping_disabled():
        await start_number_order(driver.temporal.client, again, driver.store, again=True)
    await driver.resubmit_unchanged()
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        await driver.decide(approved=False)
        await driver.until(OrderStatus.REJECTED)
        await driver.resubmit(address={"house_number": "4711"})
        await driver.approve()
        first = await driver.until(OrderStatus.AWAITING_COMPLETION)
    second = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert second.address_fingerprint == first.address_fingerprint
