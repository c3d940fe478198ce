"""What was seen in a run, in numbers."""

import json
from collections import Counter
from datetime import UTC, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import NumberOrderResult
from tests.chaos.evidence import Evidence, entered_status

_RARE = frozenset({OrderStatus.AWAITING_NUMBER, OrderStatus.OUTCOME_UNKNOWN})
_MOVED_ON = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW


def figures(evidence: Evidence) -> Counter[str]:
    """Counts, and the time of the slowest workflow task."""
    histories = [history for _, history in evidence.all_histories]
    entered = [
        status
        for history in histories
        for event in history.events
        if (status := entered_status(event)) in _RARE
    ]
    ends = [
        f"ended {end.outcome}" if isinstance(end, NumberOrderResult) else f"parked {end.status}"
        for end in evidence.ends.values()
    ]
    findings = [
        found.finding.kind
        for workflow_id in evidence.attempts
        for found in evidence.findings(workflow_id)
    ]
    return Counter(
        {
            "order POSTs": sum(entry["path"] == "/number/order" for entry in evidence.ledger),
            "orders accepted by TENIOS": len(evidence.orders),
            "orders with a shared verification": sum(
                any(evidence.reused(workflow_id)) for workflow_id in evidence.histories
            ),
            "numbers given back": sum(order["cancelled"] is not None for order in evidence.orders),
            "runs that moved on to another": sum(
                history.events[-1].event_type == _MOVED_ON for history in histories
            ),
            "slowest workflow task, ms": max(map(_slowest_task, histories)),
            "longest way of a push, s": _longest_way(evidence),
            **Counter(f"failed: {kind}" for kind in evidence.failed.values()),
            **Counter(f"entered {status}" for status in entered),
            **{f"pushes in {place}": len(pushes) for place, pushes in evidence.kept.items()},
            **Counter(f"pushes answered {push['result']}" for push in evidence.pushes),
            **Counter(ends),
            **Counter(f"in our ledger by people: {kind}" for kind in findings),
        }
    )


def _longest_way(evidence: Evidence) -> int:
    """Seconds from where a push of TENIOS' was sent to where it is in its order's history."""
    arrived: dict[str, float] = {}
    for _, history in evidence.all_histories:
        for event in history.events:
            signal = event.workflow_execution_signaled_event_attributes
            if signal.signal_name == contract.ORDER_COMPLETED and signal.input.payloads:
                content = json.loads(signal.input.payloads[0].data or b"null")
                if isinstance(content, dict):
                    at = event.event_time.ToDatetime(UTC).timestamp()
                    # A reset brings it once more.
                    first = min(at, arrived.get(content.get("delivery_id", ""), at))
                    arrived[content.get("delivery_id", "")] = first
    ways = [
        arrived[delivery] - push["sent"]
        for push in evidence.pushes
        if push["result"] in {"200", "202"}
        and (delivery := json.loads(push["answer"])["delivery_id"]) in arrived
    ]
    return round(max(ways, default=0))


def _slowest_task(history: WorkflowHistory) -> int:
    """Milliseconds of the longest workflow task that came to its end."""
    began: dict[int, datetime] = {}
    slowest = 0.0
    for event in history.events:
        at = event.event_time.ToDatetime()
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED:
            began[event.event_id] = at
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            started_id = event.workflow_task_completed_event_attributes.started_event_id
            slowest = max(slowest, (at - began[started_id]).total_seconds())
    return round(slowest * 1000)
