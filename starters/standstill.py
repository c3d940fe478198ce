"""What keeps an order from going on, as far as Temporal itself can tell; needs no worker.

Orders wait for people by design. These are the things that look like it and are none: a call that
fails or was paused, a paused order, a workflow task that fails.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import (
    ActivityTaskScheduledEventAttributes,
    HistoryEvent,
    WorkflowTaskFailedEventAttributes,
)
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client

from number_orders.starters.executions import PAUSED, Description
from number_orders.starters.text import one_line
from number_orders.workflows.contract import TASK_QUEUE, TENIOS_TASK_QUEUE
from number_orders.workflows.naming import start_again

_PAGE = 200
_PAGES_AT_MOST = 10
# An attempt that ran out of time may be a worker that was killed; several are the order's fault.
_TIMED_OUT_AT_LEAST = 3
_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
_TIMED_OUT = EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
_DONE = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
_RESET = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW


async def standstills(client: Client, description: Description) -> list[str]:
    """Everything that keeps the order from going on, one sentence each.

    A sentence names the command that helps, if there is one.
    """
    found = [
        said
        for said in (paused(description), await failing_task(client, description))
        if said is not None
    ]
    pending = description.raw.pending_activities
    scheduled = await _scheduled(client, description) if pending else {}
    for activity in pending:
        found += _about_call(description.execution.id, activity, scheduled)
    return [*found, *failed_calls(description.raw)]


def failed_calls(described: DescribeWorkflowExecutionResponse) -> list[str]:
    """Why the order's current calls are being repeated, if they are."""
    return [
        f"{pending.activity_type.name}, attempt {pending.attempt}: {_words(pending.last_failure)}"
        for pending in described.pending_activities
        if pending.HasField("last_failure")
    ]


def paused(description: Description) -> str | None:
    """Who paused the order as a whole, if somebody did."""
    if description.execution.state != PAUSED:
        return None
    info = description.raw.workflow_extended_info.pause_info
    reason = f" ({one_line(info.reason)})" if info.reason else ""
    return (
        f"It is paused in Temporal since {_at(info.paused_time)} by {one_line(info.identity)}"
        f"{reason}: what comes in is kept, and nothing goes on until it is resumed with: temporal"
        f" workflow unpause --workflow-id {description.execution.id}"
    )


async def failing_task(client: Client, description: Description) -> str | None:
    """Why the order's workflow task fails again and again, if it does."""
    attempt = description.raw.pending_workflow_task.attempt
    if attempt < 2:  # noqa: PLR2004 -- the first attempt has no failure behind it
        return None
    why = await _last_failure(client, description, attempt)
    if why is None:
        return None
    workflow_id = description.execution.id
    found = (
        f"Its workflow task fails again and again (attempt {attempt}: {why}), so nothing that is"
        " sent to it is acted upon."
    )
    if not description.raw.workflow_execution_info.auto_reset_points.points:
        return (
            f"{found} It has never begun: temporal workflow terminate --workflow-id {workflow_id},"
            f" then {start_again(workflow_id)}"
        )
    return (
        f"{found} After an upgrade, go back to the build before, and after going back to the later"
        " one; otherwise: temporal workflow reset"
        f" --workflow-id {workflow_id} --type LastWorkflowTask --reason 'its task fails'"
    )


async def _last_failure(client: Client, description: Description, attempt: int) -> str | None:
    for event in await _events(client, description, pages=1):
        if event.event_type == _FAILED:
            failed = event.workflow_task_failed_event_attributes
            return None if failed.cause == _RESET else _kind(failed)
        if event.event_type == _TIMED_OUT and attempt >= _TIMED_OUT_AT_LEAST:
            return "it does not end in time"
        if event.event_type == _DONE:
            break
    return None


def _kind(failed: WorkflowTaskFailedEventAttributes) -> str:
    """What kind of failure it is. Not its words: nobody can promise that they name no street."""
    kinds, failure = [], failed.failure
    while failure.ByteSize():
        kinds.append(failure.application_failure_info.type or "failure")
        failure = failure.cause
    cause = WorkflowTaskFailedCause.Name(failed.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_")
    # The SDK's own mark, such as [TMPRL1100] for a history that does not fit the code.
    mark = re.search(r"\[TMPRL\d+\]", failed.failure.message)
    told = " from ".join(kinds) or cause.replace("_", " ").lower()
    return f"{mark[0]} {told}" if mark else told


def _about_call(
    workflow_id: str,
    activity: PendingActivityInfo,
    scheduled: Mapping[str, ActivityTaskScheduledEventAttributes],
) -> list[str]:
    name = activity.activity_type.name
    which = f"--workflow-id {workflow_id} --activity-id {activity.activity_id}"
    found = []
    if activity.paused:
        by = activity.pause_info.manual.identity or f"the rule {activity.pause_info.rule.rule_id}"
        found.append(
            f"{name} is paused in Temporal since {_at(activity.pause_info.pause_time)} by"
            f" {one_line(by)}: temporal activity unpause {which}"
        )
    options = activity.activity_options
    back = f"temporal activity update-options {which} --restore-original-options"
    original = scheduled.get(activity.activity_id)
    queue = options.task_queue.name
    ours = {original.task_queue.name} if original else {TASK_QUEUE, TENIOS_TASK_QUEUE}
    if queue and queue not in ours:
        found.append(
            f"{name} was moved to the task queue {one_line(queue)}, where no worker of ours takes"
            f" it: {back}"
        )
    if original is not None and options.ByteSize():
        now, then = _limits(options), _limits(original)
        if changed := [limit for limit in now if now[limit] != then[limit]]:
            values = ", ".join(
                f"{limit} {now[limit]} instead of {then[limit]}" for limit in changed
            )
            found.append(f"{name} has other limits than the order gave it ({values}): {back}")
    return found


def _limits(options: ActivityOptions | ActivityTaskScheduledEventAttributes) -> dict[str, str]:
    """The limits of a call that an operator can change, as text to compare and to show."""
    times = {
        "schedule-to-close-timeout": options.schedule_to_close_timeout.ToTimedelta(),
        "start-to-close-timeout": options.start_to_close_timeout.ToTimedelta(),
        "heartbeat-timeout": options.heartbeat_timeout.ToTimedelta(),
    }
    limits = {name: str(time) if time else "none" for name, time in times.items()}
    return limits | {"retry-maximum-attempts": str(options.retry_policy.maximum_attempts or "none")}


def _words(failure: Failure) -> str:
    """A failed call's own words. One that was too long for the server is kept below its notice."""
    while failure.HasField("server_failure_info") and failure.HasField("cause"):
        failure = failure.cause
    return one_line(failure.message)


async def _scheduled(
    client: Client, description: Description
) -> dict[str, ActivityTaskScheduledEventAttributes]:
    """How the order itself asked for its pending calls, by activity id."""
    wanted = {activity.activity_id for activity in description.raw.pending_activities}
    found = {}
    for event in await _events(client, description, pages=_PAGES_AT_MOST):
        attributes = event.activity_task_scheduled_event_attributes
        if attributes.activity_id in wanted:
            found[attributes.activity_id] = attributes
    return found


async def _events(
    client: Client, description: Description, *, pages: int
) -> Sequence[HistoryEvent]:
    """The last events of the order's history, the last one first."""
    events: list[HistoryEvent] = []
    token = b""
    for _ in range(pages):
        answer = await client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(
                    workflow_id=description.execution.id, run_id=description.execution.run_id
                ),
                maximum_page_size=_PAGE,
                next_page_token=token,
            ),
            retry=True,
        )
        events += answer.history.events
        token = answer.next_page_token
        if not token:
            break
    return events


def _at(timestamp: Timestamp) -> str:
    return f"{timestamp.ToDatetime(UTC):%Y-%m-%d %H:%M:%S} UTC"
