"""What must hold after any chaos."""

import base64
import json
from collections import Counter
from collections.abc import Callable

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.worker import Replayer

from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from number_orders.workflows.results import OrderSnapshot
from tests.chaos import purchases
from tests.chaos.attackers import FORGED
from tests.chaos.erring import COPY
from tests.chaos.evidence import Evidence, broken
from tests.chaos.scene import OTHER_HOUSE, Scene

_WAITS_FOR_PEOPLE = frozenset(
    {
        OrderStatus.AWAITING_APPROVAL,
        OrderStatus.REJECTED,
        OrderStatus.OUTCOME_UNKNOWN,
        OrderStatus.OVERDUE,
        OrderStatus.CANCELLING,
    }
)
_SAYS_UNTIL_WHEN = frozenset({OrderStatus.AWAITING_COMPLETION, OrderStatus.AWAITING_NUMBER})
_HARMLESS_CAUSES = frozenset(
    {
        # A reset writes it, and so does a message that came while a task was under way.
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
    }
)
_TASK_FAILURES_AT_MOST = 3
"""A machine with too much to do looks like a workflow that stands still."""


async def check(evidence: Evidence, scene: Scene) -> int:
    """Raise `PromiseBrokenError` at the first broken promise; how many histories were replayed."""
    for promise in _PROMISES:
        promise(evidence, scene)
    replayer = Replayer(workflows=[NumberOrder], data_converter=WORKFLOW_DATA_CONVERTER)
    count = 0
    for workflow_id, history in evidence.all_histories:
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            raise broken("a history does not replay", f"{workflow_id}: {result.replay_failure}")
        count += 1
    return count


def _acknowledged_pushes_are_somewhere(evidence: Evidence, scene: Scene) -> None:
    orders = {order["id"]: scene.workflow_of(order) for order in evidence.orders}
    acknowledged = scene.acknowledged | {
        (orders[push["order_id"]], json.loads(push["answer"])["delivery_id"])
        for push in evidence.pushes
        if push["result"] in {"200", "202"}
    }
    kept = set().union(*evidence.kept.values())
    for workflow_id, delivery in acknowledged - kept:
        if delivery not in _delivered(evidence, workflow_id):
            raise broken("an acknowledged push was lost", f"{delivery} of {workflow_id}")


def _numbers_arrive(evidence: Evidence, scene: Scene) -> None:
    """Whatever else was sent to an order, TENIOS' push with its number completes it."""
    orders = {order["id"]: order for order in evidence.orders}
    bought = Counter(scene.workflow_of(order) for order in evidence.orders)
    for push in evidence.pushes:
        order = orders[push["order_id"]]
        workflow_id = scene.workflow_of(order)
        plan = scene.plans[workflow_id]
        # A reset may leave the push behind; a second order's push is not about the first.
        if push["result"] not in {"200", "202"} or plan.reset != "none" or bought[workflow_id] > 1:
            continue
        if "override" in plan.behaviour["push"]:
            continue
        if json.loads(push["answer"])["delivery_id"] not in _delivered(evidence, workflow_id):
            continue
        end = evidence.ends[workflow_id]
        if order["phone_number"] != end.phone_number and not any(
            order["phone_number"] in note for note in end.attention
        ):
            raise broken("a push with the number did not count", f"{workflow_id}: {end}")


def _delivered(evidence: Evidence, workflow_id: str) -> set[object]:
    return {
        message.get("delivery_id")
        for _, message in evidence.signals(workflow_id, contract.ORDER_COMPLETED)
    }


def _refused_things_left_no_trace(evidence: Evidence, scene: Scene) -> None:
    for never in (
        "forged and accepted",
        "started twice",
        "another address taken for the same",
        "correction of nothing: taken",
    ):
        if scene.counts[never]:
            raise broken("what must be refused was taken", f"{never}: {scene.counts[never]}")
    for workflow_id in evidence.histories:
        for raw, message in evidence.signals(workflow_id, contract.ORDER_COMPLETED):
            if FORGED.encode() in base64.b64decode(message.get("body", "")) + raw:
                raise broken("a forged push is in a history", workflow_id)
    if any(entry["body"].get("house_number") == OTHER_HOUSE for entry in evidence.ledger):
        raise broken("a second start changed an order", OTHER_HOUSE)


def _every_order_is_finished_or_parked(evidence: Evidence, scene: Scene) -> None:
    if evidence.wedged:
        raise broken("an order is wedged", evidence.wedged)
    for workflow_id, end in evidence.ends.items():
        if not isinstance(end, OrderSnapshot) or end.status in _WAITS_FOR_PEOPLE:
            continue
        if end.status is OrderStatus.AWAITING_VERIFICATION:
            first = evidence.ends.get(contract.workflow_id(end.location_id))
            # Once that is placed or ended, there is nothing to wait for any more.
            if isinstance(first, OrderSnapshot) and first.order_id is None:
                continue
        # An order that was placed last waits for its push, and says until when.
        if end.status not in _SAYS_UNTIL_WHEN or not end.due_at:
            raise broken("an order is stuck", f"{workflow_id}: {end}")
    terminated = {one for one in evidence.terminated if scene.plans[one].is_terminated}
    if missing := set(scene.plans) - set(evidence.ends) - terminated:
        raise broken("an order is gone", missing)


def _only_copies_fail(evidence: Evidence, _: Scene) -> None:
    copies = {workflow_id for workflow_id in evidence.histories if workflow_id.endswith(COPY)}
    for workflow_id, kind in evidence.failed.items():
        if workflow_id not in copies or kind != contract.NOT_AN_ORDER:
            raise broken("a workflow failed", f"{workflow_id}: {kind}")
    if going_on := copies - set(evidence.failed):
        raise broken("a copy of an order goes on", going_on)
    for workflow_id in copies:
        for history in evidence.histories[workflow_id]:
            if any(
                event.HasField("activity_task_scheduled_event_attributes")
                for event in history.events
            ):
                raise broken("a copy of an order did something", workflow_id)


def _workflow_tasks_hardly_fail(evidence: Evidence, _: Scene) -> None:
    for workflow_id, history in evidence.all_histories:
        failures = [
            failed
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
            and (failed := event.workflow_task_failed_event_attributes).cause
            not in _HARMLESS_CAUSES
        ]
        words = [failed.failure.message for failed in failures]
        changed = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
        if len(failures) > _TASK_FAILURES_AT_MOST or any(
            failed.cause == changed for failed in failures
        ):
            raise broken("workflow tasks fail", f"{workflow_id}: {words}")


_PROMISES: tuple[Callable[[Evidence, Scene], None], ...] = (
    purchases.orders_are_sent_once,
    purchases.early_approvals_are_used_up,
    purchases.findings_are_in_the_ledger,
    purchases.nobody_is_believed_too_soon,
    _every_order_is_finished_or_parked,
    purchases.orders_are_known,
    purchases.numbers_are_real,
    purchases.orders_were_approved,
    purchases.shared_verifications_were_approved,
    purchases.verifications_are_of_the_same_address,
    _acknowledged_pushes_are_somewhere,
    _numbers_arrive,
    _refused_things_left_no_trace,
    _only_copies_fail,
    _workflow_tasks_hardly_fail,
)
