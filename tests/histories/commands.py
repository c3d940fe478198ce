"""What a workflow asked of Temporal, read from its history.

A replay compares only the kinds of commands: that the next one is a timer, or an activity of this
type. What else is in them (how long, how often, which search attributes) it does not look at.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from number_orders.workflows.contract import ORDER_STATUS

# Ids, positions in the history, and what is about one order: different in each run.
_NOT_COMPARED = {
    "activityId", "header", "identity", "input", "result", "scheduledEventId", "startedEventId",
    "namespace", "namespaceId", "timerId", "workflowExecution", "workflowTaskCompletedEventId",
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    """One command: its kind, which a replay compares, and its content, which it does not."""

    kind: str
    content: str

    def __str__(self) -> str:
        return f"{self.kind} {self.content}"


def commands(history: WorkflowHistory) -> list[Command]:
    """The commands of a workflow, in their order."""
    return [
        _command(event)
        for event in history.events
        if hasattr(_attributes(event), "workflow_task_completed_event_id")
    ]


def patches(history: WorkflowHistory) -> set[str]:
    """The ids of the patches that an order goes by."""
    return {
        _patch_id(event)
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED
    }


def statuses(history: WorkflowHistory) -> list[str]:
    """The statuses that an order had, from its start."""
    return [status for event in history.events if (status := _status(event))]


def _attributes(event: HistoryEvent) -> Any:
    return getattr(event, event.WhichOneof("attributes") or "")


def _command(event: HistoryEvent) -> Command:
    kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
    content = MessageToDict(_attributes(event))
    match event.event_type:
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            kind += f" {content.pop('activityType')['name']}"
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
            # What it says is about one order, as a result is.
            failure = content["failure"]["applicationFailureInfo"]
            content["failure"] = {name: failure[name] for name in failure.keys() - {"details"}}
        case EventType.EVENT_TYPE_MARKER_RECORDED:
            kind += f" {_patch_id(event)}"
            content = {}
        case EventType.EVENT_TYPE_TIMER_STARTED:
            content["startToFireTimeout"] = _duration(content["startToFireTimeout"])
        case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
            names = sorted(content["searchAttributes"]["indexedFields"])
            content = {"searchAttributes": names, "status": _status(event)}
    compared = {name: value for name, value in content.items() if name not in _NOT_COMPARED}
    return Command(kind, json.dumps(compared))


def _duration(seconds: str) -> str:
    """A timer's duration; what was left of a longer one differs a little in each run."""
    exact = float(seconds.removesuffix("s"))
    return seconds if exact.is_integer() else f"the rest of {math.ceil(exact / 60)} min"


def _patch_id(event: HistoryEvent) -> str:
    [payload] = event.marker_recorded_event_attributes.details["patch-data"].payloads
    return str(json.loads(payload.data)["id"])


def _status(event: HistoryEvent) -> str | None:
    """The status that an event sets, if it does."""
    attributes = _attributes(event)
    if not hasattr(attributes, "search_attributes"):
        return None
    payload = attributes.search_attributes.indexed_fields.get(ORDER_STATUS.name)
    return json.loads(payload.data) if payload else None
