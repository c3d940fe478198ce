"""The ways to each outcome. Each state in which an order waits lies on one of them."""

from datetime import timedelta

from number_orders.workflows.messages import Abandon, Completed, Placed
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.histories import several_numbers, waiting
from tests.histories.scenario import forward
from tests.histories.waiting import NUMBER
from tests.support.order_driver import OrderDriver


async def by_the_push(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.complete()


async def by_a_late_push(driver: OrderDriver) -> None:
    await waiting.no_push_in_time(driver)
    await driver.complete()


async def by_a_push_before_the_answer(driver: OrderDriver) -> None:
    await driver.behave("/number/order", push={"before_answer": True}, answer_latency_seconds=0.2)
    await driver.start()
    await driver.approve()


async def by_a_push_when_unknown(driver: OrderDriver) -> None:
    await waiting.no_clear_answer(driver)
    await driver.push({"order_id": "4711", "phone_number": NUMBER})


async def by_a_push_after_tenios_word(driver: OrderDriver) -> None:
    await waiting.tenios_word(driver)
    await driver.complete()


async def by_hand_after_tenios_word(driver: OrderDriver) -> None:
    await waiting.unread_push(driver)
    await driver.resolve(Completed(phone_number=NUMBER))


async def without_a_number(driver: OrderDriver) -> None:
    await waiting.tenios_word(driver, b'{"status": "COMPLETED"}')
    await forward(driver, days=7)


async def after_an_approval_too_early(driver: OrderDriver) -> None:
    await waiting.approved_too_early(driver)
    await _approved_and_completed(driver)


async def by_hand_when_unknown(driver: OrderDriver) -> None:
    await waiting.no_clear_answer(driver)
    await driver.resolve(Completed(phone_number=NUMBER))


async def by_hand_after_a_reminder(driver: OrderDriver) -> None:
    await waiting.ledger_read_again_and_reminded(driver)
    await driver.resolve(Completed(phone_number=NUMBER))


async def by_hand_when_overdue(driver: OrderDriver) -> None:
    await waiting.no_push_in_time(driver)
    await driver.resolve(Completed(phone_number=NUMBER))


async def found_as_placed(driver: OrderDriver) -> None:
    await waiting.no_clear_answer(driver)
    await driver.resolve(Placed(order_id=str((await driver.at_tenios())["id"])))
    await _awaited_and_completed(driver)


async def found_as_not_placed(driver: OrderDriver) -> None:
    await waiting.no_clear_answer(driver)
    await driver.resolve_as_not_placed()
    await _awaited_and_completed(driver)


async def after_a_wrong_key(driver: OrderDriver) -> None:
    await waiting.wrong_key_and_people_were_told(driver)
    await driver.behave_well()
    # The longest time between two tries.
    await forward(driver, seconds=30)
    await _approved_and_completed(driver)


async def after_a_reminder(driver: OrderDriver) -> None:
    await waiting.undecided_and_reminded(driver)
    await _approved_and_completed(driver)


async def after_a_correction(driver: OrderDriver) -> None:
    await waiting.corrected(driver)
    await _approved_and_completed(driver)


async def after_a_refused_verification(driver: OrderDriver) -> None:
    await waiting.verification_refused(driver)
    await driver.resubmit(area_code="221")
    await _approved_and_completed(driver)


async def after_a_refused_order(driver: OrderDriver) -> None:
    await waiting.order_refused(driver)
    await driver.resubmit_unchanged()
    await _approved_and_completed(driver)


async def after_odd_messages(driver: OrderDriver) -> None:
    await waiting.unusable_messages(driver)
    await driver.push({"status": "FAILED"})
    await driver.until_message(4)
    await driver.complete()


async def after_a_reset(driver: OrderDriver) -> None:
    await waiting.reset_before_the_order(driver)
    await driver.complete()


async def time_for_a_correction_is_over(driver: OrderDriver) -> None:
    await waiting.rejected(driver)
    await forward(driver, days=30)


async def no_round_left(driver: OrderDriver) -> None:
    await driver.start(rounds=1)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False, reason="unreadable")


async def no_push_at_all(driver: OrderDriver) -> None:
    await waiting.no_push_in_time(driver)
    await forward(driver, days=6)


async def mere_test(driver: OrderDriver) -> None:
    await waiting.tenios_word(driver)
    await forward(driver, days=7)


async def no_grace(driver: OrderDriver) -> None:
    await driver.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await forward(driver, hours=24)


async def before_the_order(driver: OrderDriver) -> None:
    await waiting.undecided(driver)
    await driver.cancel()


async def between_two_tries(driver: OrderDriver) -> None:
    await waiting.wrong_key_for_the_order(driver)
    await driver.cancel()


async def number_given_back(driver: OrderDriver) -> None:
    await driver.placed()
    await driver.cancel()
    await driver.complete()


async def given_back_before_a_reset(driver: OrderDriver) -> None:
    await driver.placed()
    # Longer than a push is on its way.
    await forward(driver, hours=24)
    await driver.cancel()
    await driver.complete()
    await driver.result()
    await driver.reset(before="cancel_number", with_updates=False)
    # By itself: whoever asks for the result lets the clock run on, perhaps to a deadline.
    await driver.until_gone()


async def given_back_again_after_a_reset(driver: OrderDriver) -> None:
    await number_given_back(driver)
    await driver.result()
    # The cancellation comes again with the reset, and the number is not given back twice.
    await driver.reset(before="cancel_number")
    await driver.until_gone()


async def number_given_back_for_temporal(driver: OrderDriver) -> None:
    await waiting.cancelled_by_temporal(driver)
    await driver.complete()


async def number_given_back_by_a_person(driver: OrderDriver) -> None:
    await waiting.number_not_taken_back(driver)
    await driver.resolve(Abandon())


async def abandoned(driver: OrderDriver) -> None:
    await waiting.no_clear_answer(driver)
    await driver.resolve(Abandon())


async def _approved_and_completed(driver: OrderDriver) -> None:
    await driver.approve()
    await _awaited_and_completed(driver)


async def _awaited_and_completed(driver: OrderDriver) -> None:
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()


WAYS = {
    OrderStatus.COMPLETED: [
        by_the_push,
        by_a_late_push,
        by_a_push_before_the_answer,
        by_a_push_when_unknown,
        by_a_push_after_tenios_word,
        by_hand_after_tenios_word,
        without_a_number,
        several_numbers.by_another_numbers_verification,
        several_numbers.as_the_leading_number,
        several_numbers.by_a_verification_that_was_found,
        several_numbers.by_a_verification_of_before,
        several_numbers.with_a_verification_named_later,
        several_numbers.with_a_document_after_all,
        several_numbers.with_a_document_after_a_termination,
        by_hand_when_unknown,
        by_hand_after_a_reminder,
        by_hand_when_overdue,
        found_as_placed,
        found_as_not_placed,
        after_a_wrong_key,
        after_a_reminder,
        after_a_correction,
        after_a_refused_verification,
        after_a_refused_order,
        after_odd_messages,
        after_an_approval_too_early,
        after_a_reset,
    ],
    OrderStatus.REJECTED: [
        time_for_a_correction_is_over,
        no_round_left,
        several_numbers.no_verification_is_coming,
    ],
    OrderStatus.TIMED_OUT: [no_push_at_all, mere_test, no_grace],
    OrderStatus.CANCELLED: [
        before_the_order,
        between_two_tries,
        number_given_back,
        given_back_before_a_reset,
        given_back_again_after_a_reset,
        number_given_back_for_temporal,
        number_given_back_by_a_person,
        abandoned,
    ],
}
