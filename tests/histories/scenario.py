"""What a scenario is: a way to bring an order to an outcome, or to where it waits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from number_orders.starters.standstill import failed_calls
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.support.until import until

_JUMPS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
}
_SOON_OVER = {"notify", "recall_order", "record_taken", "withdraw_order"}
"""Activities that have nothing to wait for: not TENIOS, nor a person."""

Way = Callable[[OrderDriver], Awaitable[None]]


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

    async def history(self, driver: OrderDriver) -> WorkflowHistory:
        """Go the way, and fetch the order's history once nothing of it is under way any more."""
        await self.way(driver)
        if self.ends:
            assert (await driver.result()).outcome is self.status
        else:
            await driver.until(self.status)
            await _at_rest(driver)
        return await driver.handle.fetch_history()


async def until_a_call_failed(driver: OrderDriver) -> None:
    """Wait until a call to TENIOS is being tried again."""

    async def has_failed() -> None:
        assert failed_calls((await driver.handle.describe()).raw_description)

    await until(has_failed)


async def forward(driver: OrderDriver, **duration: float) -> None:
    """Let the order's clock jump, once it is at rest, to where something happens.

    Temporal would take back what the workflow is still at, as after a worker's death.
    """
    await _at_rest(driver)
    before = await _happened(driver)
    await driver.forward(timedelta(**duration))

    async def something_happened() -> None:
        assert await _happened(driver) > before

    await until(something_happened)
    await _at_rest(driver)


async def _happened(driver: OrderDriver) -> int:
    """How much has happened to the order, besides the jumps of its clock."""
    return sum(
        event.event_type not in _JUMPS for event in (await driver.handle.fetch_history()).events
    )


async def _at_rest(driver: OrderDriver) -> None:
    """Wait until the workflow has handled everything, and people have been told."""

    async def is_at_rest() -> None:
        description = (await driver.handle.describe()).raw_description
        assert not {a.activity_type.name for a in description.pending_activities} & _SOON_OVER
        assert not description.HasField("pending_workflow_task")

    await until(is_at_rest)
