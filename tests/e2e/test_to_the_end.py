"""What a person asks for while an order ends counts, or is refused; nothing is taken and lost."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.evidence.attempts import AttemptLedger
from number_orders.runtime.messenger import Messenger
from number_orders.workflows.models import OrderStatus
from tests.e2e.test_temporal_tools import pending, tool
from tests.support.order_driver import OrderDriver


class Held:
    """A method that waits until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.asked, self.released = asyncio.Event(), asyncio.Event()
        original = getattr(owner, name)

        async def held(*arguments: Any, **named: Any) -> Any:
            self.asked.set()
            await self.released.wait()
            return await original(*arguments, **named)

        monkeypatch.setattr(owner, name, held)


async def test_cancelled_while_the_ledger_is_asked(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancellation that is taken while the order ends gives its number back."""
    ledger = Held(monkeypatch, AttemptLedger, "all_given_back")
    await driver.placed()
    await driver.forward(timedelta(hours=25))
    await driver.until(OrderStatus.OVERDUE)
    await driver.complete()
    await ledger.asked.wait()
    await driver.cancel()
    ledger.released.set()
    result = await driver.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.cancellation_date is not None


async def test_corrected_when_the_time_is_over(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction that comes while the rejected order ends is refused, and not lost."""
    ledger = Held(monkeypatch, AttemptLedger, "withdraw")
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    jumping = asyncio.create_task(driver.forward(timedelta(days=30)))
    await ledger.asked.wait()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resubmit(area_code="30")
    ledger.released.set()

    assert "the time for a correction is over" in str(refused.value.cause)
    assert (await driver.result()).outcome is OrderStatus.REJECTED
    await jumping


@pytest.mark.parametrize("result", ['"done"', "null", '{"a": 1}'])
async def test_message_completed_by_hand(
    driver: OrderDriver, monkeypatch: pytest.MonkeyPatch, result: str
) -> None:
    """Whatever somebody completes a message to people with, the order goes on."""
    message = Held(monkeypatch, Messenger, "send")
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await message.asked.wait()
    activity_id = await pending(driver, "notify")
    await tool(driver, "activity", "complete", "--result", result, "--activity-id", activity_id)
    await driver.cancel()

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    message.released.set()
