"""One way to each outcome and to each status in which an order waits, and the odd ones between.

Whoever adds a status, an outcome or a branch to the workflow adds a scenario here.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.histories.scenario import Scenario, Way, until_a_call_failed
from tests.office import Office
from workflows.contract import ORDER_COMPLETED
from workflows.messages import Abandon, AddressCorrection, Completed, Placed
from workflows.models import Deadlines, OrderStatus

SCENARIOS: list[Scenario] = []

_NUMBER = "+49221123456"
_SOON = Deadlines(approval_reminder=timedelta(minutes=1))


def _ends(status: OrderStatus) -> Callable[[Way], Way]:
    return lambda way: _kept(Scenario(status, ends=True, way=way))


def _waits(status: OrderStatus) -> Callable[[Way], Way]:
    return lambda way: _kept(Scenario(status, ends=False, way=way))


def _kept(scenario: Scenario) -> Way:
    SCENARIOS.append(scenario)
    return scenario.way


# Where an order waits.


@_waits(OrderStatus.SUBMITTING_VERIFICATION)
async def wrong_key_for_the_verification(office: Office) -> None:
    await office.behave("/verification/create", refuse_status=403, times=1000)
    await office.start()
    await until_a_call_failed(office)


@_waits(OrderStatus.AWAITING_APPROVAL)
async def undecided(office: Office) -> None:
    await office.start()


@_waits(OrderStatus.AWAITING_APPROVAL)
async def undecided_and_reminded(office: Office) -> None:
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.forward(timedelta(days=2))


@_waits(OrderStatus.AWAITING_APPROVAL)
async def decided_about_another_verification(office: Office) -> None:
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=True, verification_id="another")
    await office.until_message()


@_waits(OrderStatus.AWAITING_APPROVAL)
async def corrected(office: Office) -> None:
    await _rejected(office)
    await office.until(OrderStatus.REJECTED)
    await office.resubmit(area_code="030", address=AddressCorrection(city="Berlin", zip="10115"))


@_waits(OrderStatus.REJECTED)
async def by_a_person(office: Office) -> None:
    await _rejected(office)


@_waits(OrderStatus.REJECTED)
async def verification_refused(office: Office) -> None:
    await office.start(area_code="999")


@_waits(OrderStatus.PLACING_ORDER)
async def wrong_key_for_the_order(office: Office) -> None:
    await office.behave("/number/order", refuse_status=403, times=1000)
    await office.start()
    await office.approve()
    await office.until(OrderStatus.PLACING_ORDER)
    await until_a_call_failed(office)


@_waits(OrderStatus.OUTCOME_UNKNOWN)
async def no_clear_answer(office: Office) -> None:
    await _unknown(office)


@_waits(OrderStatus.OUTCOME_UNKNOWN)
async def ledger_read_again_and_reminded(office: Office) -> None:
    await _unknown(office, deadlines=_SOON)
    # The three first readings of the ledger, and the one with the first reminder.
    for wait in (
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        _SOON.approval_reminder,
    ):
        await office.forward(wait)


@_waits(OrderStatus.AWAITING_COMPLETION)
async def placed(office: Office) -> None:
    await office.placed()


@_waits(OrderStatus.AWAITING_COMPLETION)
async def foreign_push(office: Office) -> None:
    await office.placed()
    await office.push({"order_id": "4711", "phone_number": _NUMBER})
    await office.until_message(2)


@_waits(OrderStatus.AWAITING_COMPLETION)
async def unusable_messages(office: Office) -> None:
    await office.placed()
    await office.handle.signal("no_such_signal")
    await office.handle.signal(ORDER_COMPLETED, "text")
    await office.until_message(3)


@_waits(OrderStatus.AWAITING_COMPLETION)
async def reset_before_the_order(office: Office) -> None:
    await office.placed()
    await office.reset(before="place_order")


@_waits(OrderStatus.AWAITING_COMPLETION)
async def cancelled_by_temporal(office: Office) -> None:
    await office.placed()
    await office.handle.cancel()


@_waits(OrderStatus.OVERDUE)
async def no_push_in_time(office: Office) -> None:
    await _overdue(office)


@_waits(OrderStatus.CANCELLING)
async def number_not_taken_back(office: Office) -> None:
    await _not_taken_back(office)


@_waits(OrderStatus.CANCELLING)
async def wrong_key_for_giving_back(office: Office) -> None:
    await office.behave("/number/cancel", refuse_status=403, times=1000)
    await office.placed()
    await office.cancel()
    await office.complete()
    await office.until(OrderStatus.CANCELLING)
    await until_a_call_failed(office)


# How an order ends.


@_ends(OrderStatus.COMPLETED)
async def by_the_push(office: Office) -> None:
    await office.placed()
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def by_a_late_push(office: Office) -> None:
    await _overdue(office)
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def by_a_push_before_the_answer(office: Office) -> None:
    await office.behave("/number/order", push={"before_answer": True}, answer_latency_seconds=0.2)
    await office.start()
    await office.approve()


@_ends(OrderStatus.COMPLETED)
async def by_hand_when_overdue(office: Office) -> None:
    await _overdue(office)
    await office.resolve(Completed(phone_number=_NUMBER))


@_ends(OrderStatus.COMPLETED)
async def by_hand_when_unknown(office: Office) -> None:
    await _unknown(office)
    await office.resolve(Completed(phone_number=_NUMBER))


@_ends(OrderStatus.COMPLETED)
async def by_a_push_when_unknown(office: Office) -> None:
    await _unknown(office)
    await office.push({"order_id": "4711", "phone_number": _NUMBER})


@_ends(OrderStatus.COMPLETED)
async def found_as_placed(office: Office) -> None:
    await _unknown(office)
    await office.resolve(Placed(order_id=str((await office.at_tenios())["id"])))
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def found_as_not_placed(office: Office) -> None:
    await _unknown(office)
    await office.resolve_as_not_placed()
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def after_a_correction(office: Office) -> None:
    await corrected(office)
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def after_a_refused_order(office: Office) -> None:
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=True)  # but TENIOS has not
    await office.until(OrderStatus.REJECTED)
    await office.resubmit()
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def after_odd_messages(office: Office) -> None:
    await unusable_messages(office)
    await office.push({"status": "FAILED"})
    await office.until_message(4)
    await office.complete()


@_ends(OrderStatus.COMPLETED)
async def after_a_reset(office: Office) -> None:
    await reset_before_the_order(office)
    await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.complete()


@_ends(OrderStatus.REJECTED)
async def time_for_a_correction_is_over(office: Office) -> None:
    await _rejected(office)
    await office.until(OrderStatus.REJECTED)
    await office.forward(timedelta(days=30))


@_ends(OrderStatus.REJECTED)
async def no_round_left(office: Office) -> None:
    await _rejected(office, rounds=1)


@_ends(OrderStatus.TIMED_OUT)
async def no_push_at_all(office: Office) -> None:
    await _overdue(office)
    await office.forward(timedelta(days=6))


@_ends(OrderStatus.TIMED_OUT)
async def no_grace(office: Office) -> None:
    await office.placed(deadlines=Deadlines(late_push_grace=timedelta(0)))
    await office.forward(timedelta(hours=24))


@_ends(OrderStatus.CANCELLED)
async def before_the_order(office: Office) -> None:
    await undecided(office)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.cancel()


@_ends(OrderStatus.CANCELLED)
async def between_two_tries(office: Office) -> None:
    await wrong_key_for_the_order(office)
    await office.cancel()


@_ends(OrderStatus.CANCELLED)
async def number_given_back(office: Office) -> None:
    await office.placed()
    await office.cancel()
    await office.complete()


@_ends(OrderStatus.CANCELLED)
async def number_given_back_for_temporal(office: Office) -> None:
    await cancelled_by_temporal(office)
    await office.complete()


@_ends(OrderStatus.CANCELLED)
async def number_given_back_by_a_person(office: Office) -> None:
    await _not_taken_back(office)
    await office.resolve(Abandon())


@_ends(OrderStatus.CANCELLED)
async def abandoned(office: Office) -> None:
    await _unknown(office)
    await office.resolve(Abandon())


async def _rejected(office: Office, **changes: Any) -> None:
    await office.start(**changes)
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False, reason="unreadable")


async def _unknown(office: Office, **changes: Any) -> None:
    await office.behave("/number/order", after_accepting="fail")
    await office.start(**changes)
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)


async def _overdue(office: Office) -> None:
    await office.placed()
    await office.forward(timedelta(hours=24))
    await office.until(OrderStatus.OVERDUE)


async def _not_taken_back(office: Office) -> None:
    await office.behave("/number/cancel", refuse_status=400, refuse_code="INVALID_VALUE")
    await office.placed()
    await office.cancel()
    await office.complete()
    await office.until_reason("INVALID_VALUE")
