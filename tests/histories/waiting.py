"""The ways to each status in which an order waits, and to the odd ones between."""

from datetime import UTC, datetime, timedelta
from typing import Any

from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import AddressCorrection, PushDelivery
from number_orders.workflows.models import Deadlines, OrderStatus
from tests.histories.scenario import forward, until_a_call_failed
from tests.support.office import Office

NUMBER = "+49221123456"
_SOON = Deadlines(approval_reminder=timedelta(minutes=1))


async def wrong_key_for_the_verification(office: Office, **changes: Any) -> None:
    await office.behave("/verification/create", refuse_status=403, times=1000)
    await office.start(**changes)
    await until_a_call_failed(office)


async def wrong_key_and_people_were_told(office: Office) -> None:
    await wrong_key_for_the_verification(office, deadlines=_SOON)
    await forward(office, seconds=61)


async def undecided(office: Office) -> None:
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)


async def undecided_and_reminded(office: Office) -> None:
    await undecided(office)
    await forward(office, days=2)


async def decided_about_another_verification(office: Office) -> None:
    await undecided(office)
    await office.decide(approved=True, verification_id="another")
    await office.until_message()


async def corrected(office: Office) -> None:
    await rejected(office)
    await office.resubmit(area_code="030", address=AddressCorrection(city="Berlin", zip="10115"))


async def rejected(office: Office) -> None:
    await undecided(office)
    await office.decide(approved=False, reason="unreadable")
    await office.until(OrderStatus.REJECTED)


async def verification_refused(office: Office) -> None:
    await office.start(area_code="999")
    await office.until(OrderStatus.REJECTED)


async def order_refused(office: Office) -> None:
    await office.behave("/number/order", refuse_status=400, refuse_code="INVALID_VALUE")
    await office.start()
    await office.approve()
    await office.until(OrderStatus.REJECTED)


async def approved_too_early(office: Office) -> None:
    await undecided(office)
    await office.decide(approved=True)  # but TENIOS has not
    await office.until_reason("approval was too early")


async def wrong_key_for_the_order(office: Office) -> None:
    await office.behave("/number/order", refuse_status=403, times=1000)
    await office.start()
    await office.approve()
    await office.until(OrderStatus.PLACING_ORDER)
    await until_a_call_failed(office)


async def no_clear_answer(office: Office, **changes: Any) -> None:
    await office.behave("/number/order", after_accepting="fail")
    await office.start(**changes)
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)


async def ledger_read_again_and_reminded(office: Office) -> None:
    await no_clear_answer(office, deadlines=_SOON)
    # Three readings of the ledger without a reminder, and the first one with. Each wait begins
    # 20 s after the one before ended, and a little more.
    for seconds in (31, 101, 581, 41):
        await forward(office, seconds=seconds)


async def placed(office: Office) -> None:
    await office.placed()


async def foreign_push(office: Office) -> None:
    await office.placed()
    await office.push({"order_id": "4711", "phone_number": NUMBER})
    await office.until_message(2)


async def tenios_word(office: Office, body: bytes = b"") -> None:
    await office.placed()
    await office.push(body)
    await office.until(OrderStatus.AWAITING_NUMBER)


async def unread_push(office: Office) -> None:
    await office.placed()
    delivery = PushDelivery(
        delivery_id="by-hand",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        body="e30=",
        authenticated_by="url",
    )
    await office.handle.signal(ORDER_COMPLETED, delivery)
    await office.until(OrderStatus.AWAITING_NUMBER)


async def unusable_messages(office: Office) -> None:
    await office.placed()
    await office.handle.signal("no_such_signal")
    await office.handle.signal(ORDER_COMPLETED, "text")
    await office.until_message(3)


async def reset_before_the_order(office: Office) -> None:
    await office.placed()
    await office.reset(before="place_order")
    await office.until(OrderStatus.AWAITING_COMPLETION)


async def cancelled_by_temporal(office: Office) -> None:
    await office.placed()
    await office.handle.cancel()


async def no_push_in_time(office: Office) -> None:
    await office.placed()
    await forward(office, hours=24)
    await office.until(OrderStatus.OVERDUE)


async def number_not_taken_back(office: Office) -> None:
    await office.behave("/number/cancel", refuse_status=400, refuse_code="INVALID_VALUE")
    await office.placed()
    await office.cancel()
    await office.complete()
    await office.until_reason("INVALID_VALUE")


async def wrong_key_for_giving_back(office: Office) -> None:
    await office.behave("/number/cancel", refuse_status=403, times=1000)
    await office.placed()
    await office.cancel()
    await office.complete()
    await office.until(OrderStatus.CANCELLING)
    await until_a_call_failed(office)


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
    OrderStatus.REJECTED: [rejected, verification_refused, order_refused],
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
