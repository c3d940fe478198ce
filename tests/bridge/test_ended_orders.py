"""What a push is to an order that has ended: a repeat is archived, all else people are told of."""

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.bridge.temporal_delivery import DeliveryOutcome, deliver
from number_orders.evidence.received_push import ReceivedPush
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys
from tests.bridge.orders import idle_order
from tests.conftest import BRIDGE_KEYS

KEYS = CallbackKeys.parse(BRIDGE_KEYS)

WITH_NUMBER = {"status": "completed", "phone_number": "+492211234567", "order_id": "7"}
WITHOUT_NUMBER = {"status": "completed", "order_id": "7"}
GIVEN_BACK = {"status": "cancelled", "phone_number": "+492211234567", "order_id": "7"}
TIMED_OUT = {"status": "timed_out", "order_id": "7"}
CASES: dict[str, tuple[dict[str, str], bytes, DeliveryOutcome]] = {
    "a repeat": (
        WITH_NUMBER,
        b'{"order_id":7,"phone_number":"+492211234567","status":"completed"}',
        DeliveryOutcome.ENDED,
    ),
    "its number as people write it": (
        WITH_NUMBER,
        b'{"number":"0221 / 123 45 67"}',
        DeliveryOutcome.ENDED,
    ),
    "nothing": (WITH_NUMBER, b"", DeliveryOutcome.ENDED),
    "its order id": (WITH_NUMBER, b'{"order_id":"7"}', DeliveryOutcome.ENDED),
    "another number": (WITH_NUMBER, b'{"number":"+492211234568"}', DeliveryOutcome.NEWS),
    "its number and another": (
        WITH_NUMBER,
        b'{"numbers":["+492211234567","+492211234568"]}',
        DeliveryOutcome.NEWS,
    ),
    "another order": (
        WITH_NUMBER,
        b'{"order_id":8,"number":"+492211234567"}',
        DeliveryOutcome.NEWS,
    ),
    "a failure": (WITH_NUMBER, b'{"order_id":7,"status":"failed"}', DeliveryOutcome.NEWS),
    "what nobody can read": (WITH_NUMBER, b"<a/>", DeliveryOutcome.NEWS),
    "the number that was missing": (
        WITHOUT_NUMBER,
        b'{"order_id":7,"number":"+492211234567"}',
        DeliveryOutcome.NEWS,
    ),
    "a success, without a number": (
        WITHOUT_NUMBER,
        b'{"status":"completed"}',
        DeliveryOutcome.ENDED,
    ),
    "a repeat of what was given back": (GIVEN_BACK, b'{"order_id":7}', DeliveryOutcome.ENDED),
    "a number after the time": (TIMED_OUT, b'{"number":"+492211234567"}', DeliveryOutcome.TOO_LATE),
    "nothing after the time": (TIMED_OUT, b"", DeliveryOutcome.TOO_LATE),
}


@pytest.mark.parametrize("case", CASES)
async def test_ended(temporal: WorkflowEnvironment, case: str) -> None:
    """Only what the order has already is archived."""
    known, body, expected = CASES[case]
    order = await idle_order(temporal.client, **known, ended=True)  # type: ignore[arg-type] -- texts, all of them
    push = ReceivedPush.of(KEYS.callback(order.id), content_of(body), {}, "url")
    assert await deliver(temporal.client, push, within_seconds=10) is expected


async def test_kept_without_a_reading(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    """A push that was kept without a reading is read when it is handed over."""
    order = await idle_order(temporal.client, **WITH_NUMBER, ended=True)  # type: ignore[arg-type] -- texts, all of them
    push = ReceivedPush.of(
        KEYS.callback(order.id), content_of(b'{"number":"+492211234568"}'), {}, "url"
    )
    bare = push.model_copy(update={"delivery": push.delivery.model_copy(update={"reading": None})})
    assert await deliver(temporal.client, bare, within_seconds=10) is DeliveryOutcome.NEWS
    broken = bare.model_copy(update={"delivery": bare.delivery.model_copy(update={"body": "?"})})
    assert await deliver(temporal.client, broken, within_seconds=10) is DeliveryOutcome.NEWS
