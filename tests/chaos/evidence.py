"""What there is after the chaos and cannot lie: ledgers, answers, store, histories."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHistory,
    WorkflowQueryFailedError,
)
from temporalio.service import RPCError

from number_orders.evidence.attempt_entries import Entry, RecordedFinding
from number_orders.evidence.attempt_folder import AttemptFolder
from number_orders.evidence.kept_pushes import KeptPushes, Place
from number_orders.evidence.store import EvidenceStore
from number_orders.starters.orders import OrderHandle
from number_orders.workflows import contract
from number_orders.workflows.activity_interface import Found
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
from tests.support.ends import result_of_either_end
from tests.support.until import LONG_ENOUGH_SECONDS

_ENDED = frozenset({OrderStatus.COMPLETED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED})

End = NumberOrderResult | OrderSnapshot
"""How an order ended, or where it is parked."""
Push = tuple[str, str]
"""Workflow id and delivery id."""


class PromiseBrokenError(Exception):
    """Says which promise, and for which order."""


def broken(promise: str, what: object) -> PromiseBrokenError:
    """To be raised."""
    return PromiseBrokenError(f"{promise}: {what}")


@dataclass
class Evidence:
    """Everything there is after the chaos."""

    ledger: list[dict[str, Any]]
    verifications: dict[str, dict[str, Any]]
    orders: list[dict[str, Any]]
    pushes: list[dict[str, Any]]
    attempts: dict[str, list[Entry]] = field(default_factory=dict)
    """Our own ledger, by workflow id."""
    kept: dict[Place, set[Push]] = field(default_factory=dict)
    """Each push in the store."""
    histories: dict[str, list[WorkflowHistory]] = field(default_factory=lambda: defaultdict(list))
    """By workflow id, the latest run first; a workflow that was reset or moved on has several."""
    ends: dict[str, End] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """The type of the failure with which a workflow ended that tells no result."""
    terminated: set[str] = field(default_factory=set)
    """Orders that somebody ended in Temporal."""
    wedged: dict[str, str] = field(default_factory=dict)
    """Orders that no longer answer, and why."""

    @classmethod
    async def gather(
        cls, client: Client, sandbox: httpx.AsyncClient, store: EvidenceStore
    ) -> "Evidence":
        """Ask everybody. TENIOS first: what it was answered must be somewhere after that."""
        tables = {
            name: (await sandbox.get(f"/_sandbox/{name}", timeout=60)).json()
            for name in ("ledger", "verifications", "orders", "pushes")
        }
        evidence = cls(
            ledger=tables["ledger"],
            verifications={row["id"]: row for row in tables["verifications"]},
            orders=tables["orders"],
            pushes=tables["pushes"],
        )
        executions = [
            execution
            async for execution in client.list_workflows(
                f"WorkflowType = '{contract.WORKFLOW_TYPE}'"
            )
        ]
        for execution in sorted(executions, key=lambda one: one.start_time, reverse=True):
            await evidence._take_workflow(client, execution)
        for workflow_id in evidence.histories:
            folder = AttemptFolder(store, workflow_id)
            evidence.attempts[workflow_id] = await folder.entries(await folder.names())
        pushes = KeptPushes(store)
        places: tuple[Place, ...] = ("pending", "dead", "archive")
        evidence.kept = {
            place: {
                (push.workflow_id, push.delivery.delivery_id)
                for push_id in await pushes.ids(place)
                if (push := await pushes.read(place, push_id)) is not None
            }
            for place in places
        }
        return evidence

    async def _take_workflow(self, client: Client, execution: WorkflowExecution) -> None:
        handle = client.get_workflow_handle_for(
            NumberOrder.run, execution.id, run_id=execution.run_id
        )
        history = await handle.fetch_history()
        self.histories[execution.id].append(history)
        match execution.status:
            case WorkflowExecutionStatus.COMPLETED | WorkflowExecutionStatus.FAILED:
                try:
                    result = await result_of_either_end(handle)
                except WorkflowFailureError as failed:
                    self.failed[execution.id] = str(getattr(failed.cause, "type", failed.cause))
                else:
                    self.ends.setdefault(execution.id, result)
            case WorkflowExecutionStatus.TERMINATED if len(self.histories[execution.id]) == 1:
                # A reset terminates a run as well, and then there is a later one.
                self.terminated.add(execution.id)
            case WorkflowExecutionStatus.RUNNING:
                try:
                    snapshot = await handle.query(NumberOrder.status)
                except (RPCError, WorkflowQueryFailedError) as error:
                    self.wedged[execution.id] = str(error)
                else:
                    self.ends.setdefault(execution.id, await _end(handle, snapshot))

    @property
    def all_histories(self) -> Iterator[tuple[str, WorkflowHistory]]:
        """Each run of each workflow."""
        for workflow_id, histories in self.histories.items():
            for history in histories:
                yield workflow_id, history

    def findings(self, workflow_id: str) -> list[Found]:
        """What people found, as our ledger has it."""
        found: list[Found] = []
        for entry in self.attempts.get(workflow_id, ()):
            if isinstance(entry.outcome, RecordedFinding):
                found.append(entry.outcome.as_found())
            taken = getattr(entry.intent, "found", None)
            if taken is not None:
                found.append(taken)
        return found

    def not_placed(self, workflow_id: str) -> int:
        """How often our ledger says that a person found no order, and nothing else did."""
        return sum(found.finding.kind == "not_placed" for found in self.findings(workflow_id))

    def asked_for(self, workflow_id: str) -> Iterator[dict[str, Any]]:
        """What the workflow wanted to be ordered, each time."""
        for history in self.histories.get(workflow_id, ()):
            for event in history.events:
                scheduled = event.activity_task_scheduled_event_attributes
                if scheduled.activity_type.name == "place_order":
                    yield json.loads(scheduled.input.payloads[0].data)

    def reused(self, workflow_id: str) -> set[str]:
        """The verifications that the workflow used although they were approved for another one."""
        return {
            request["verification_id"]
            for request in self.asked_for(workflow_id)
            if request["approval"].get("source", "decision") != "decision"
        }

    def approvals(self, workflow_id: str, verification: str) -> int:
        """How often people told an order that this verification is approved."""
        return sum(
            message.get("approved") is True
            and message.get("verification_id") in {verification, None}
            for _, message in self.signals(workflow_id, contract.VERIFICATION_DECIDED)
        )

    def signals(self, workflow_id: str, name: str) -> list[tuple[bytes, dict[str, Any]]]:
        """The signals of this name, raw and decoded; those that are no object are left out."""
        found = []
        for history in self.histories.get(workflow_id, ()):
            for event in history.events:
                signal = event.workflow_execution_signaled_event_attributes
                raw = signal.input.payloads[0].data if signal.input.payloads else b"null"
                if signal.signal_name == name and isinstance(content := json.loads(raw), dict):
                    found.append((raw, content))
        return found


async def _end(handle: OrderHandle, snapshot: OrderSnapshot) -> End:
    """How an order ended that still tells people so; where it stands if it does not end."""
    if snapshot.status in _ENDED:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONG_ENOUGH_SECONDS):
                return await result_of_either_end(handle)
    return snapshot


def results(history: WorkflowHistory, activity: str) -> list[dict[str, Any]]:
    """What an activity answered, each time; what somebody else answered for it is left out."""
    scheduled = {
        event.event_id
        for event in history.events
        if event.activity_task_scheduled_event_attributes.activity_type.name == activity
    }
    contents = [
        json.loads(payload.data or b"null")
        for event in history.events
        for payload in event.activity_task_completed_event_attributes.result.payloads
        if event.activity_task_completed_event_attributes.scheduled_event_id in scheduled
    ]
    return [content for content in contents if isinstance(content, dict)]


def accepted_findings(history: WorkflowHistory) -> Iterator[tuple[str, datetime, datetime | None]]:
    """The kind of each finding that was taken, when, and since when the outcome was unknown.

    Both times are the workflow's own: when the workflow task began that brought it.
    """
    now = history.events[0].event_time.ToDatetime()
    unknown_since = None
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED:
            now = event.event_time.ToDatetime()
        entered = entered_status(event)
        if entered is not None:
            unknown_since = now if entered == "outcome_unknown" else None
        request = event.workflow_execution_update_accepted_event_attributes.accepted_request
        if request.input.name == contract.RESOLVE_ORDER:
            content = json.loads(request.input.args.payloads[0].data)
            yield content["finding"]["kind"], now, unknown_since


def entered_status(event: HistoryEvent) -> str | None:
    """The status that an order entered by this event."""
    fields = event.upsert_workflow_search_attributes_event_attributes.search_attributes
    status = fields.indexed_fields.get(contract.ORDER_STATUS.name)
    return str(json.loads(status.data)) if status is not None and status.data else None
