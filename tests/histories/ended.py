"""The ways to each outcome. Each state in which an order waits lies on one of them."""

from datetime import timedelta

from number_orders.workflows.messages import Abandon, Completed, Placed
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.histories import waiting
from tests.histories.scenario import forward
from tests.histories.waiting import NUMBER
from tests.support.office import Office


async def by_the_push(office: Office) -> None:
    await office.placed()
    await office.complete()


async def by_a_late_push(office: Office) -> None:
    await waiting.no_push_in_time(office)
    await office.complete()


async def by_a_push_before_the_answer(office: Office) -> None:
    await office.behave("/number/order", push={"before_answer": True}, answer_latency_seconds=0.2)
    await office.start()
    await office.approve()


async def by_a_push_when_unknown(office: Office) -> None:
    await waiting.no_clear_answer(office)
    await office.push({"order_id": "4711", "phone_number": NUMBER})


async def by_a_push_after_tenios_word(office: Office) -> None:
    await waiting.tenios_word(office)
    await office.complete()


async def by_hand_after_tenios_word(office: Office) -> None:
    await waiting.unread_push(office)
    await office.resolve(Completed(phone_number=NUMBER))


async def without_a_number(office: Office) -> None:
    await waiting.tenios_word(office, b'{"status": "COMPLETED"}')
    await forward(office, days=7)


async def after_an_approval_too_early(office: Office) -> None:
    await waiting.approved_too_early(office)
    await _approved_and_completed(office)


async def by_hand_when_unknown(office: Office) -> None:
    await waiting.no_clear_answer(office)
    await office.resolve(Completed(phone_number=NUMBER))


async def by_hand_after_a_reminder(office: Office) -> None:
    await waiting.ledger_read_again_and_reminded(office)
    await office.resolve(Completed(phone_number=NUMBER))


async def by_hand_when_overdue(office: Office) -> None:
    await waiting.no_push_in_time(office)
    await office.resolve(Completed(phone_number=NUMBER))


async def found_as_placed(office: Office) -> None:
    await waiting.no_clear_answer(office)
    await office.resolve(Placed(order_id=str((await office.at_tenios())["id"])))
    await _awaited_and_completed(office)


async def found_as_not_placed(office: Office) -> None:
    await waiting.no_clear_answer(office)
    await office.resolve_as_not_placed()
    await _awaited_and_completed(office)


async def after_a_wrong_key(office: Office) -> None:
    await waiting.wrong_key_and_people_were_told(office)
    await office.behave_well()
    # The longest time between two tries.
    await forward(office, seconds=30)
    await _approved_and_completed(office)


async def after_a_reminder(office: Office) -> None:
    await waiting.undecided_and_reminded(office)
    await _approved_and_completed(office)


async def after_a_correction(office: Office) -> None:
    await waiting.corrected(office)
    await _approved_and_completed(office)


async def after_a_refused_verification(office: Office) -> None:
    await waiting.verification_refused(office)
    await office.resubmit(area_code="221")
    await _approved_and_completed(office)


async def after_a_refused_order(office: Office) -> None:
    await waiting.order_refused(office)
    await office.resubmit_unchanged()
    await _approved_and_completed(office)


async def after_odd_messages(office: Office) -> None:
    await waiting.unusable_messages(office)
    await office.push({"status": "FAILED"})
    await office.until_message(4)
    await office.complete()


async def after_a_reset(office: Office) -> None:
    await waiting.reset_before_the_order(office)
    await office.complete()


async def time_for_a_correction_is_over(office: Office) -> None:
    await waiting.rejected(office)
    await forward(office, days=30)


async def no_round_left(office: Office) -> None:
    await office.start(rounds=1)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False, reason="unreadable")


async def no_push_at_all(office: Office) -> None:
    await waiting.no_push_in_time(office)
    await forward(office, days=6)


async def mere_test(office: Office) -> None:
    await waiting.tenios_word(office)
    await forward(office, days=7)


async def no_grace(office: Office) -> None:
    await office.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await forward(office, hours=24)


async def before_the_order(office: Office) -> None:
    await waiting.undecided(office)
    await office.cancel()


async def between_two_tries(office: Office) -> None:
    await waiting.wrong_key_for_the_order(office)
    await office.cancel()


async def number_given_back(office: Office) -> None:
    await office.placed()
    await office.cancel()
    await office.complete()


async def given_back_before_a_reset(office: Office) -> None:
    await office.placed()
    # Longer than a push is on its way.
    await forward(office, hours=24)
    await office.cancel()
    await office.complete()
    await office.result()
    await office.reset(before="cancel_number", with_updates=False)
    # By itself: whoever asks for the result lets the clock run on, perhaps to a deadline.
    await office.until_gone()


async def given_back_again_after_a_reset(office: Office) -> None:
    await number_given_back(office)
    await office.result()
    # The cancellation comes again with the reset, and the number is not given back twice.
    await office.reset(before="cancel_number")
    await office.until_gone()


async def number_given_back_for_temporal(office: Office) -> None:
    await waiting.cancelled_by_temporal(office)
    await office.complete()


async def number_given_back_by_a_person(office: Office) -> None:
    await waiting.number_not_taken_back(office)
    await office.resolve(Abandon())


async def abandoned(office: Office) -> None:
    await waiting.no_clear_answer(office)
    await office.resolve(Abandon())


async def _approved_and_completed(office: Office) -> None:
    await office.approve()
    await _awaited_and_completed(office)


async def _awaited_and_completed(office: Office) -> None:
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()


WAYS = {
    OrderStatus.COMPLETED: [
        by_the_push,
        by_a_late_push,
        by_a_push_before_the_answer,
        by_a_push_when_unknown,
        by_a_push_after_tenios_word,
        by_hand_after_tenios_word,
        without_a_number,
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
    OrderStatus.REJECTED: [time_for_a_correction_is_over, no_round_left],
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
