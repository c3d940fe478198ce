"""What a scenario is: a way to bring an order to an outcome, or to where it waits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from number_orders.starters.standstill import failed_calls
from number_orders.workflows.models import OrderStatus
from tests.support.office import Office
from tests.support.until import until

_JUMPS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
}
_SOON_OVER = {"notify", "recall_order", "withdraw_order"}
"""Activities that have nothing to wait for: not TENIOS, nor a person."""

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

    async def has_failed() -> None:
        assert failed_calls((await office.handle.describe()).raw_description)

    await until(has_failed)


async def forward(office: Office, **duration: float) -> None:
    """Let the order's clock jump, once it is at rest, to where something happens.

    Temporal would take back what the workflow is still at, as after a worker's death.
    """
    await _at_rest(office)
    before = await _happened(office)
    await office.forward(timedelta(**duration))

    async def something_happened() -> None:
        assert await _happened(office) > before

    await until(something_happened)
    await _at_rest(office)


async def _happened(office: Office) -> int:
    """How much has happened to the order, besides the jumps of its clock."""
    return sum(
        event.event_type not in _JUMPS for event in (await office.handle.fetch_history()).events
    )


async def _at_rest(office: Office) -> None:
    """Wait until the workflow has handled everything, and people have been told."""

    async def is_at_rest() -> None:
        description = (await office.handle.describe()).raw_description
        assert not {a.activity_type.name for a in description.pending_activities} & _SOON_OVER
        assert not description.HasField("pending_workflow_task")

    await until(is_at_rest)
