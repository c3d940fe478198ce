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
from tests.support.office import Office


class Held:
    """A method that waits until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.asked, self.released = asyncio.Event(), asyncio.Event()
        original = getattr(owner, name)

        async def held(*arguments: Any) -> Any:
            self.asked.set()
            await self.released.wait()
            return await original(*arguments)

        monkeypatch.setattr(owner, name, held)


async def test_cancelled_while_the_ledger_is_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancellation that is taken while the order ends gives its number back."""
    ledger = Held(monkeypatch, AttemptLedger, "all_given_back")
    await office.placed()
    await office.forward(timedelta(hours=25))
    await office.until(OrderStatus.OVERDUE)
    await office.complete()
    await ledger.asked.wait()
    await office.cancel()
    ledger.released.set()
    result = await office.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.cancellation_date is not None


async def test_corrected_when_the_time_is_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction that comes while the rejected order ends is refused, and not lost."""
    ledger = Held(monkeypatch, AttemptLedger, "withdraw")
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    await office.until(OrderStatus.REJECTED)
    jumping = asyncio.create_task(office.forward(timedelta(days=30)))
    await ledger.asked.wait()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.resubmit(area_code="30")
    ledger.released.set()

    assert "the time for a correction is over" in str(refused.value.cause)
    assert (await office.result()).outcome is OrderStatus.REJECTED
    await jumping


@pytest.mark.parametrize("result", ['"done"', "null", '{"a": 1}'])
async def test_message_completed_by_hand(
    office: Office, monkeypatch: pytest.MonkeyPatch, result: str
) -> None:
    """Whatever somebody completes a message to people with, the order goes on."""
    message = Held(monkeypatch, Messenger, "send")
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=False)
    await message.asked.wait()
    activity_id = await pending(office, "notify")
    await tool(office, "activity", "complete", "--result", result, "--activity-id", activity_id)
    await office.cancel()

    assert (await office.result()).outcome is OrderStatus.CANCELLED
    message.released.set()
