"""What a scenario is: a way to bring an order to an outcome, or to where it waits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import WorkflowHistory

from starters.watching import pending_failures
from tests.office import Office
from workflows.models import OrderStatus

Way = Callable[[Office], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """A way, and what it must reach."""

    status: OrderStatus
    ends: bool
    way: Way

    @property
    def name(self) -> str:
        """What is reached and how: `ended.<outcome>.<how>` or `waiting.<status>.<how>`."""
        return f"{'ended' if self.ends else 'waiting'}.{self.status}.{self.way.__name__}"

    async def history(self, office: Office) -> WorkflowHistory:
        """Go the way, and fetch the order's history once nothing of it is under way any more."""
        await self.way(office)
        if self.ends:
            assert (await office.result()).outcome is self.status
        else:
            await office.until(self.status)
            await _at_rest(office)
        return await office.handle.fetch_history()


async def until_a_call_failed(office: Office) -> None:
    """Wait until a call to TENIOS is being tried again."""
    for _ in range(500):
        if pending_failures(await office.handle.describe()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no call has failed")


async def forward(office: Office, **duration: float) -> None:
    """Let the order's clock jump, once it is at rest.

    Temporal would take back what the workflow is still at, as after a worker's death.
    """
    await _at_rest(office)
    await office.forward(timedelta(**duration))
    await _at_rest(office)


async def _at_rest(office: Office) -> None:
    """Wait until the workflow has handled everything, and people have been told."""
    for _ in range(500):
        description = (await office.handle.describe()).raw_description
        telling = [a for a in description.pending_activities if a.activity_type.name == "notify"]
        if not telling and not description.HasField("pending_workflow_task"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the order does not come to rest")
