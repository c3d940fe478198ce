"""Decisions and garbage: nothing that arrives early, twice, late or broken harms an order."""

from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue

from number_orders.workflows.contract import (
    CANCEL,
    ORDER_COMPLETED,
    RESOLVE_ORDER,
    RESUBMIT,
    VERIFICATION_DECIDED,
)
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver


async def test_decision_before_the_verification(driver: OrderDriver) -> None:
    """A decision that comes before the verification's answer is kept and counts."""
    await driver.behave("/verification/create", latency_seconds=0.5)
    await driver.start()
    await driver.decide(approved=False, reason="early")

    await driver.until(OrderStatus.REJECTED)


async def test_contradictory_early_decisions(driver: OrderDriver) -> None:
    """Of two decisions that both came before the verification, the first wins."""
    await driver.behave("/verification/create", latency_seconds=0.5)
    await driver.start()
    await driver.decide(approved=False, reason="first")
    await driver.decide(approved=True)

    assert (await driver.until(OrderStatus.REJECTED)).reason == "rejected by ann: first"


async def test_contradictory_decisions(driver: OrderDriver) -> None:
    """The first decision wins; a later one is shown and changes nothing."""
    await driver.placed()
    await driver.decide(approved=False)
    snapshot = await driver.until_message(2)

    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    assert [message.effect for message in snapshot.messages] == [
        "applied",
        "not applied: an earlier decision came first",
    ]


async def test_decision_about_another_verification(driver: OrderDriver) -> None:
    """A decision about another verification is kept and shown, not applied."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True, verification_id="another")
    snapshot = await driver.until_message()

    assert snapshot.status is OrderStatus.AWAITING_APPROVAL
    assert snapshot.messages[0].effect.startswith("not applied: the current verification is")


def raw(content: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=content))


GARBAGE: list[list[Any]] = [
    [],
    [None],
    ["text"],
    [{"approved": "yes", "decided_by": "ann"}],
    [{"approved": True}],
    [{"approved": True, "decided_by": "ann"}, "a second argument"],
    [{"delivery_id": "1", "received_at": "now", "body": "e30=", "authenticated_by": "url"}],
    [
        {
            "delivery_id": "1",
            "received_at": "2026-01-01T00:00:00Z",
            "body": "?",
            "authenticated_by": "x",
        }
    ],
    [raw(b'{"approved": tru')],
    [raw(b'"\\ud800"')],
    [raw(b"\xff\xfe")],
    [raw(b"[" * 100_000)],
    [raw(b"9" * 5_000)],
    [RawValue(Payload(metadata={"encoding": b"unheard/of"}, data=b"\0"))],
]


async def test_garbage_in_commands(driver: OrderDriver) -> None:
    """Garbage in every command is refused to whoever sent it, and the order goes on."""
    await driver.placed()
    for arguments in GARBAGE:
        for update in (CANCEL, RESOLVE_ORDER, RESUBMIT, "no_such_update"):
            with pytest.raises(WorkflowUpdateFailedError):
                await driver.handle.execute_update(update, args=arguments)
    await driver.complete()
    result = await driver.result()

    assert (result.outcome, result.attention) == (OrderStatus.COMPLETED, ())
    assert not [
        event
        async for event in driver.handle.fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    ]


async def test_garbage(driver: OrderDriver) -> None:
    """Garbage in every signal is recorded and shown, and the order goes on."""
    await driver.placed()
    sent = 0
    for arguments in GARBAGE:
        for signal in (ORDER_COMPLETED, VERIFICATION_DECIDED, "no_such_signal"):
            await driver.handle.signal(signal, args=arguments)
            sent += 1
    snapshot = await driver.status()

    assert snapshot.status is OrderStatus.AWAITING_COMPLETION
    # All are accounted for: the approval, what is kept, and how many were too many.
    assert len(snapshot.messages) + snapshot.messages_dropped == 1 + sent
    assert any("signal(s) could not be used either" in note for note in snapshot.attention)
    await driver.complete()
    assert (await driver.result()).outcome is OrderStatus.COMPLETED
