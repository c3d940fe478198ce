"""What must hold after any chaos, read from what cannot lie: ledger, answers, store, histories."""

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.worker import Replayer

from bridge.kept_pushes import KeptPushes, Place
from runtime.evidence_store import EvidenceStore
from tests.chaos.people import People
from workflows import contract
from workflows.decoding import WORKFLOW_DATA_CONVERTER
from workflows.models import OrderStatus
from workflows.number_order import NumberOrder
from workflows.results import NumberOrderResult, OrderSnapshot

_REFUSALS = frozenset({400, 403, 404, 429})
_WAITS_FOR_PEOPLE = frozenset(
    {
        OrderStatus.AWAITING_APPROVAL,
        OrderStatus.REJECTED,
        OrderStatus.OUTCOME_UNKNOWN,
        OrderStatus.OVERDUE,
        OrderStatus.CANCELLING,
    }
)
_TASK_FAILURES_AT_MOST = 3


class PromiseBrokenError(Exception):
    """Says which promise, and for which order."""


@dataclass
class Evidence:
    """Everything there is after the chaos."""

    ledger: list[dict[str, Any]]
    verifications: dict[str, dict[str, Any]]
    orders: list[dict[str, Any]]
    pushes: list[dict[str, Any]]
    histories: dict[str, list[WorkflowHistory]]
    """By workflow id; a reset workflow has several."""
    ends: dict[str, NumberOrderResult | OrderSnapshot]
    """How each order ended, or where it is parked."""
    kept: dict[Place, set[tuple[str, str]]]
    """Workflow id and delivery id of each push in the store."""

    @classmethod
    async def gather(
        cls, client: Client, sandbox: httpx.AsyncClient, store: EvidenceStore
    ) -> "Evidence":
        """Ask everybody."""
        tables = {
            name: (await sandbox.get(f"/_sandbox/{name}", timeout=60)).json()
            for name in ("ledger", "verifications", "orders", "pushes")
        }
        histories: dict[str, list[WorkflowHistory]] = defaultdict(list)
        ends: dict[str, NumberOrderResult | OrderSnapshot] = {}
        async for execution in client.list_workflows(f"WorkflowType = '{contract.WORKFLOW_TYPE}'"):
            handle = client.get_workflow_handle_for(
                NumberOrder.run, execution.id, run_id=execution.run_id
            )
            histories[execution.id].append(await handle.fetch_history())
            if execution.status is WorkflowExecutionStatus.COMPLETED:
                ends[execution.id] = await handle.result()
            elif execution.status is WorkflowExecutionStatus.RUNNING:
                ends[execution.id] = await handle.query(NumberOrder.status)
        pushes = KeptPushes(store)
        places: tuple[Place, ...] = ("pending", "dead", "archive")
        kept = {
            place: {
                (push.workflow_id, push.delivery.delivery_id)
                for push_id in await pushes.ids(place)
                if (push := await pushes.read(place, push_id)) is not None
            }
            for place in places
        }
        return cls(
            ledger=tables["ledger"],
            verifications={row["id"]: row for row in tables["verifications"]},
            orders=tables["orders"],
            pushes=tables["pushes"],
            histories=histories,
            ends=ends,
            kept=kept,
        )


async def check(evidence: Evidence, people: People) -> Counter[str]:
    """Raise `PromiseBrokenError` at the first broken promise; counts of what was seen otherwise."""
    _orders_are_sent_once(evidence, people.not_placed)
    _orders_are_known(evidence, people)
    _orders_were_approved(evidence, people)
    _acknowledged_pushes_are_somewhere(evidence, people)
    _forged_pushes_left_no_trace(evidence, people)
    _every_order_is_finished_or_parked(evidence)
    _workflow_tasks_hardly_fail(evidence)
    replayed = await _histories_replay(evidence)
    outcomes = Counter(
        f"ended {end.outcome}" if isinstance(end, NumberOrderResult) else f"parked {end.status}"
        for end in evidence.ends.values()
    )
    answers = Counter(f"pushes answered {push['result']}" for push in evidence.pushes)
    return Counter(
        {
            "order POSTs": sum(entry["path"] == "/number/order" for entry in evidence.ledger),
            "orders accepted by TENIOS": len(evidence.orders),
            "numbers given back": sum(order["cancelled"] is not None for order in evidence.orders),
            "attempts after 'not placed'": people.not_placed.total(),
            "histories replayed": replayed,
            **{f"pushes in {place}": len(pushes) for place, pushes in evidence.kept.items()},
            **answers,
            **outcomes,
        }
    )


def _broken(promise: str, what: object) -> PromiseBrokenError:
    return PromiseBrokenError(f"{promise}: {what}")


def _orders_are_sent_once(evidence: Evidence, not_placed: Mapping[str, int]) -> None:
    posts = Counter(
        entry["body"]["verification_id"]
        for entry in evidence.ledger
        if entry["path"] == "/number/order" and entry["status"] not in _REFUSALS
    )
    for verification, count in posts.items():
        if count > 1 + not_placed.get(verification, 0):
            raise _broken("more than one order POST for an approval", f"{verification}: {count}")
    accepted = Counter(order["verification_id"] for order in evidence.orders)
    if any(count > 1 for count in accepted.values()):
        raise _broken("an approval bought two numbers", accepted.most_common(1))


def _orders_are_known(evidence: Evidence, people: People) -> None:
    known: dict[str, str] = {}
    for order in evidence.orders:
        workflow_id = people.workflow_of(order)
        end = evidence.ends[workflow_id]
        parked = isinstance(end, OrderSnapshot) and end.status is OrderStatus.OUTCOME_UNKNOWN
        same = str(order["id"]) == end.order_id or order["phone_number"] == end.phone_number
        if not (parked or same):
            raise _broken("an order that nobody knows of", f"{order['id']} of {workflow_id}: {end}")
        if same and known.setdefault(workflow_id, str(order["id"])) != str(order["id"]):
            raise _broken("a workflow with two orders", workflow_id)


def _orders_were_approved(evidence: Evidence, people: People) -> None:
    for order in evidence.orders:
        workflow_id, verification = people.workflow_of(order), order["verification_id"]
        approvals = [
            message
            for _, message in _signals(evidence, workflow_id, contract.VERIFICATION_DECIDED)
            if message["approved"] and message["verification_id"] in (verification, None)
        ]
        if not approvals or evidence.verifications[verification]["decision"] != "approved":
            raise _broken("an order without an approval", f"{order['id']} of {workflow_id}")


def _acknowledged_pushes_are_somewhere(evidence: Evidence, people: People) -> None:
    orders = {order["id"]: people.workflow_of(order) for order in evidence.orders}
    kept = set().union(*evidence.kept.values())
    for push in evidence.pushes:
        if push["result"] in {"200", "202"}:
            workflow_id = orders[push["order_id"]]
            delivery = json.loads(push["answer"])["delivery_id"]
            delivered = {
                message["delivery_id"]
                for _, message in _signals(evidence, workflow_id, contract.ORDER_COMPLETED)
            }
            if delivery not in delivered and (workflow_id, delivery) not in kept:
                raise _broken("an acknowledged push was lost", f"{delivery} of {workflow_id}")


def _forged_pushes_left_no_trace(evidence: Evidence, people: People) -> None:
    if people.counts["forged and accepted"]:
        raise _broken("a forged push was accepted", people.counts["forged and accepted"])
    for workflow_id in evidence.histories:
        for raw, message in _signals(evidence, workflow_id, contract.ORDER_COMPLETED):
            if b"FORGED" in base64.b64decode(message["body"]) or b"FORGED" in raw:
                raise _broken("a forged push is in a history", workflow_id)


def _every_order_is_finished_or_parked(evidence: Evidence) -> None:
    for workflow_id, end in evidence.ends.items():
        if not isinstance(end, OrderSnapshot) or end.status in _WAITS_FOR_PEOPLE:
            continue
        # An order that was placed last waits for its push, and says until when.
        if end.status is not OrderStatus.AWAITING_COMPLETION or not end.due_at:
            raise _broken("an order is stuck", f"{workflow_id}: {end}")
    missing = set(evidence.histories) - set(evidence.ends)
    if missing:
        raise _broken("a workflow failed", missing)


def _workflow_tasks_hardly_fail(evidence: Evidence) -> None:
    for workflow_id, histories in evidence.histories.items():
        for history in histories:
            failures = [
                event.workflow_task_failed_event_attributes.failure.message
                for event in history.events
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
                # What a reset writes is no failure.
                and not event.workflow_task_failed_event_attributes.new_run_id
            ]
            if len(failures) > _TASK_FAILURES_AT_MOST:
                raise _broken("workflow tasks fail", f"{workflow_id}: {failures}")


async def _histories_replay(evidence: Evidence) -> int:
    replayer = Replayer(workflows=[NumberOrder], data_converter=WORKFLOW_DATA_CONVERTER)
    count = 0
    for histories in evidence.histories.values():
        for history in histories:
            await replayer.replay_workflow(history)
            count += 1
    return count


def _signals(evidence: Evidence, workflow_id: str, name: str) -> list[tuple[bytes, dict[str, Any]]]:
    """The signals of this name in all of a workflow's histories, raw and decoded."""
    found = []
    for history in evidence.histories[workflow_id]:
        for event in history.events:
            signal = event.workflow_execution_signaled_event_attributes
            if signal.signal_name == name:
                raw = signal.input.payloads[0].data
                found.append((raw, json.loads(raw)))
    return found
