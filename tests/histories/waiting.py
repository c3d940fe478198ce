"""The ways to each status in which an order waits, and to the odd ones between."""

from datetime import UTC, datetime, timedelta
from typing import Any

from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import AddressCorrection, PushDelivery
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.histories.scenario import forward, until_a_call_failed
from tests.support.order_driver import OrderDriver
from tests.support.sharing import first_number, start_second

NUMBER = "+49221123456"
_SOON = Deadlines(approval_reminder=timedelta(minutes=1))


async def wrong_key_for_the_verification(driver: OrderDriver, **changes: Any) -> None:
    await driver.behave("/verification/create", refuse_status=403, times=1000)
    await driver.start(**changes)
    await until_a_call_failed(driver)


async def wrong_key_and_people_were_told(driver: OrderDriver) -> None:
    await wrong_key_for_the_verification(driver, deadlines=_SOON)
    await forward(driver, seconds=61)


async def undecided(driver: OrderDriver) -> None:
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)


async def undecided_and_reminded(driver: OrderDriver) -> None:
    await undecided(driver)
    await forward(driver, days=2)


async def decided_about_another_verification(driver: OrderDriver) -> None:
    await undecided(driver)
    await driver.decide(approved=True, verification_id="another")
    await driver.until_message()


async def behind_another_number(driver: OrderDriver, **changes: Any) -> None:
    await undecided(driver)
    await start_second(driver, **changes)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)


async def behind_another_number_for_an_hour(driver: OrderDriver, **changes: Any) -> None:
    await behind_another_number(driver, **changes)
    await forward(driver, hours=1)


async def other_number_was_cancelled(driver: OrderDriver, **changes: Any) -> None:
    await behind_another_number(driver, **changes)
    async with first_number(driver):
        await driver.cancel()
        await driver.result()
    await driver.until(OrderStatus.REJECTED)


async def other_number_was_terminated(driver: OrderDriver) -> None:
    await behind_another_number_for_an_hour(driver)
    async with first_number(driver):
        await driver.close()
    await forward(driver, hours=1)
    await driver.until(OrderStatus.REJECTED)


async def corrected(driver: OrderDriver) -> None:
    await rejected(driver)
    await driver.resubmit(area_code="030", address=AddressCorrection(city="Berlin", zip="10115"))


async def rejected(driver: OrderDriver) -> None:
    await undecided(driver)
    await driver.decide(approved=False, reason="unreadable")
    await driver.until(OrderStatus.REJECTED)


async def verification_refused(driver: OrderDriver) -> None:
    await driver.start(area_code="999")
    await driver.until(OrderStatus.REJECTED)


async def order_refused(driver: OrderDriver) -> None:
    await driver.behave("/number/order", refuse_status=400, refuse_code="INVALID_VALUE")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.REJECTED)


async def approved_too_early(driver: OrderDriver) -> None:
    await undecided(driver)
    await driver.decide(approved=True)  # but TENIOS has not
    await driver.until_reason("approval was too early")


async def wrong_key_for_the_order(driver: OrderDriver) -> None:
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.PLACING_ORDER)
    # Lists show it once the first tries have failed.
    await driver.forward(timedelta(minutes=1))
    await until_a_call_failed(driver)


async def no_clear_answer(driver: OrderDriver, **changes: Any) -> None:
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start(**changes)
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)


async def ledger_read_again_and_reminded(driver: OrderDriver) -> None:
    await no_clear_answer(driver, deadlines=_SOON)
    # Three readings of the ledger without a reminder, and the first one with. Each wait begins
    # 20 s after the one before ended, and a little more.
    for seconds in (31, 101, 581, 41):
        await forward(driver, seconds=seconds)


async def placed(driver: OrderDriver) -> None:
    await driver.placed()


async def foreign_push(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.push({"order_id": "4711", "phone_number": NUMBER})
    await driver.until_message(2)


async def tenios_word(driver: OrderDriver, body: bytes = b"") -> None:
    await driver.placed()
    await driver.push(body)
    await driver.until(OrderStatus.AWAITING_NUMBER)


async def unread_push(driver: OrderDriver) -> None:
    await driver.placed()
    delivery = PushDelivery(
        delivery_id="by-hand",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        body="e30=",
        authenticated_by="url",
    )
    await driver.handle.signal(ORDER_COMPLETED, delivery)
    await driver.until(OrderStatus.AWAITING_NUMBER)


async def unusable_messages(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.handle.signal("no_such_signal")
    await driver.handle.signal(ORDER_COMPLETED, "text")
    await driver.until_message(3)


async def reset_before_the_order(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.reset(before="place_order")
    await driver.until(OrderStatus.AWAITING_COMPLETION)


async def cancelled_by_temporal(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.handle.cancel()


async def no_push_in_time(driver: OrderDriver) -> None:
    await driver.placed()
    await forward(driver, hours=24)
    await driver.until(OrderStatus.OVERDUE)


async def number_not_taken_back(driver: OrderDriver) -> None:
    await driver.behave("/number/cancel", refuse_status=400, refuse_code="INVALID_VALUE")
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    await driver.until_reason("INVALID_VALUE")


async def wrong_key_for_giving_back(driver: OrderDriver) -> None:
    await driver.behave("/number/cancel", refuse_status=403, times=1000)
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    await driver.until(OrderStatus.CANCELLING)
    await until_a_call_failed(driver)


WAYS = {
    OrderStatus.SUBMITTING_VERIFICATION: [
        wrong_key_for_the_verification,
        wrong_key_and_people_were_told,
    ],
    OrderStatus.AWAITING_APPROVAL: [
        undecided,
        undecided_and_reminded,
        decided_about_another_verification,
        approved_too_early,
        corrected,
    ],
    OrderStatus.AWAITING_VERIFICATION: [
        behind_another_number,
        behind_another_number_for_an_hour,
    ],
    OrderStatus.REJECTED: [
        rejected,
        verification_refused,
        order_refused,
        other_number_was_cancelled,
        other_number_was_terminated,
    ],
    OrderStatus.PLACING_ORDER: [wrong_key_for_the_order],
    OrderStatus.OUTCOME_UNKNOWN: [no_clear_answer, ledger_read_again_and_reminded],
    OrderStatus.AWAITING_COMPLETION: [
        placed,
        foreign_push,
        unusable_messages,
        reset_before_the_order,
        cancelled_by_temporal,
    ],
    OrderStatus.AWAITING_NUMBER: [tenios_word, unread_push],
    OrderStatus.OVERDUE: [no_push_in_time],
    OrderStatus.CANCELLING: [number_not_taken_back, wrong_key_for_giving_back],
}
