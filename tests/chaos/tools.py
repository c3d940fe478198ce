"""People who use Temporal's own tools on orders."""

from collections.abc import Iterator
from random import Random

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.exceptions import ApplicationError

from number_orders.workflows.models import OrderStatus
from tests.chaos.plan import OrderPlan, Reset
from tests.chaos.scene import Deed, NotYetError, Scene, Seen

_EXCLUDED: dict[Reset, list[ResetReapplyExcludeType.ValueType]] = {
    "without_signals": [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL],
    "without_updates": [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE],
}


class Tools:
    """They reset and terminate workflows, and end activities; no order may get lost by it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def deeds(self, plan: OrderPlan, seen: Seen) -> Iterator[Deed]:
        """What somebody does to an order in this status."""
        if plan.reset != "none" and seen.age > plan.disturbed_after:
            name = (f"reset: {plan.reset.replace('_', ' ')}", seen.workflow_id)
            yield name, lambda: self._reset(plan, seen.run_id)
        if plan.is_terminated and seen.age > plan.disturbed_after:
            yield ("terminate", seen.workflow_id), lambda: self._scene.handle(plan).terminate()
        if plan.tool != "none" and seen.status in _called_in(plan):
            name = (f"activity: {plan.tool.replace('_', ' ')}", seen.workflow_id)
            yield name, lambda: self._end_activity(plan)

    async def _reset(self, plan: OrderPlan, run_id: str) -> None:
        """Reset to any workflow task, as an operator might."""
        handle = self._scene.client.get_workflow_handle(plan.workflow_id, run_id=run_id)
        tasks = [
            event.event_id
            for event in (await handle.fetch_history()).events
            if event.HasField("workflow_task_completed_event_attributes")
        ]
        if not tasks:
            raise NotYetError
        await self._scene.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self._scene.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=run_id),
                reason="chaos",
                workflow_task_finish_event_id=Random(plan.index).choice(tasks),
                request_id=f"{plan.workflow_id}-reset",
                reset_reapply_exclude_types=_EXCLUDED.get(plan.reset, []),
            )
        )

    async def _end_activity(self, plan: OrderPlan) -> None:
        """End a call that is under way, which goes on all the same."""
        handle = self._scene.handle(plan)
        pending = (await handle.describe()).raw_description.pending_activities
        started = [
            one.activity_id
            for one in pending
            if one.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        ]
        if not started:
            raise NotYetError
        activity = self._scene.client.get_async_activity_handle(
            workflow_id=handle.id, run_id=None, activity_id=started[0]
        )
        match plan.tool:
            case "fail" | "try_again":
                await activity.fail(ApplicationError("chaos", non_retryable=plan.tool == "fail"))
            case "complete":
                await activity.complete({"number": -1, "answer": "nonsense"})
            case "null":
                await activity.complete(None)


def _called_in(plan: OrderPlan) -> frozenset[OrderStatus]:
    """The statuses in which a call is under way that somebody wants to end."""
    placing = {OrderStatus.PLACING_ORDER}
    if plan.index % 3 == 0 and plan.mistake != "does_not_look":
        placing |= {OrderStatus.SUBMITTING_VERIFICATION, OrderStatus.CANCELLING}
    return frozenset(placing)
