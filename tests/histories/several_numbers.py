"""The ways of locations with several numbers, of which one has the verification checked."""

from datetime import UTC, datetime, timedelta

from number_orders.workflows.models import Deadlines, DocumentType, OrderStatus
from tests.histories import waiting
from tests.histories.scenario import forward
from tests.support.order_driver import PDF, OrderDriver
from tests.support.sharing import first_number, start_second

NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def by_another_numbers_verification(driver: OrderDriver) -> None:
    await waiting.behind_another_number_for_an_hour(driver)
    async with first_number(driver):
        await driver.approve()
        await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()


async def as_the_leading_number(driver: OrderDriver) -> None:
    await by_another_numbers_verification(driver)
    await driver.result()
    driver.number = 1
    driver.handle = driver.typed_handle()
    await driver.complete()


async def by_a_verification_that_was_found(driver: OrderDriver) -> None:
    await waiting.behind_another_number(driver)
    async with first_number(driver):
        await driver.close()
        # Whoever starts it anew does not know who waits for it.
        await driver.start_again()
        await driver.approve()
        await driver.until(OrderStatus.AWAITING_COMPLETION)
        await driver.close()
    await forward(driver, hours=1)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()


async def by_a_verification_of_before(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.complete()
    await driver.result()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()


async def with_a_verification_named_later(driver: OrderDriver) -> None:
    await waiting.other_number_was_cancelled(driver)
    async with first_number(driver):
        first = await driver.until(OrderStatus.CANCELLED)
    await driver.approve_at_tenios(first.verification_id)
    named = {"verification_id": first.verification_id, "approved_by": "bob", "approved_at": NOW}
    await driver.resubmit(verification=named)
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()


async def with_a_document_after_all(driver: OrderDriver) -> None:
    await waiting.other_number_was_cancelled(driver)
    await _resubmitted_with_a_document(driver)


async def with_a_document_after_a_termination(driver: OrderDriver) -> None:
    await waiting.other_number_was_terminated(driver)
    await _resubmitted_with_a_document(driver)


async def _resubmitted_with_a_document(driver: OrderDriver) -> None:
    document = await driver.store.keep_document(PDF, DocumentType.CONTRACT)
    await driver.resubmit(document=document)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()


async def no_verification_is_coming(driver: OrderDriver) -> None:
    await waiting.other_number_was_cancelled(
        driver, deadlines=Deadlines(correction=timedelta(days=1))
    )
    await forward(driver, days=1)
