"""What must hold about what is bought: once, approved, known, and believed by what stands there."""

from collections import Counter
from datetime import timedelta

from number_orders.workflows import contract
from number_orders.workflows.commands import NOT_PLACED_AFTER
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.chaos.evidence import Evidence, accepted_findings, broken, results
from tests.chaos.scene import Scene

_REFUSALS = frozenset({400, 403, 404, 429})


def orders_are_sent_once(evidence: Evidence, scene: Scene) -> None:
    owner = {
        entry["body"]["verification_id"]: scene.workflow_of(entry["body"])
        for entry in evidence.ledger
        if entry["path"] == "/number/order"
    }
    posts = Counter(
        entry["body"]["verification_id"]
        for entry in evidence.ledger
        if entry["path"] == "/number/order" and entry["status"] not in _REFUSALS
    )
    for verification, count in posts.items():
        # Nothing else allows a further one than a person's finding that is written down.
        if count > 1 + evidence.not_placed(owner[verification]):
            raise broken("more than one order POST for an approval", f"{verification}: {count}")
    accepted = Counter(order["verification_id"] for order in evidence.orders)
    for verification, count in accepted.items():
        careless = scene.plans[owner[verification]].mistake == "does_not_look"
        if count > 1 + (evidence.not_placed(owner[verification]) if careless else 0):
            raise broken("an approval bought two numbers", f"{verification}: {count}")


def early_approvals_are_used_up(evidence: Evidence, scene: Scene) -> None:
    tried: Counter[str] = Counter()
    accepted = {order["verification_id"] for order in evidence.orders}
    owner: dict[str, str] = {}
    for entry in evidence.ledger:
        is_refused = "verification_id" in ((entry["answer"] or {}).get("fields") or ())
        if entry["path"] == "/number/order" and is_refused:
            verification = entry["body"]["verification_id"]
            owner[verification] = scene.workflow_of(entry["body"])
            tried[verification] += 1
    for verification, count in tried.items():
        workflow_id = owner[verification]
        approvals = [
            message
            for _, message in evidence.signals(workflow_id, contract.VERIFICATION_DECIDED)
            if message.get("approved") is True
            and message.get("verification_id") in {verification, None}
        ]
        again = evidence.not_placed(workflow_id)
        if count + (verification in accepted) > len(approvals) + again:
            raise broken("an approval was used again", f"{workflow_id}: {count} POSTs refused")


def findings_are_in_the_ledger(evidence: Evidence, _: Scene) -> None:
    for workflow_id, history in evidence.all_histories:
        for result in results(history, "record_finding"):
            answer = result.get("answer")
            if not isinstance(answer, dict) or answer.get("kind") != "found":
                continue
            findings = [found.model_dump(mode="json") for found in evidence.findings(workflow_id)]
            if answer not in findings:
                raise broken("a finding is not in the ledger", f"{workflow_id}: {answer}")


def nobody_is_believed_too_soon(evidence: Evidence, _: Scene) -> None:
    for workflow_id, history in evidence.all_histories:
        for kind, at, unknown_since in accepted_findings(history):
            waited = at - unknown_since if unknown_since else timedelta.max
            if kind == "not_placed" and waited < NOT_PLACED_AFTER:
                raise broken("not placed was believed too soon", f"{workflow_id}: {waited}")


def orders_are_known(evidence: Evidence, scene: Scene) -> None:
    unknown: Counter[str] = Counter()
    known: dict[str, str] = {}
    for order in evidence.orders:
        workflow_id, order_id = scene.workflow_of(order), str(order["id"])
        end = evidence.ends[workflow_id]
        parked = isinstance(end, OrderSnapshot) and end.status is OrderStatus.OUTCOME_UNKNOWN
        same = order_id == end.order_id or order["phone_number"] == end.phone_number
        told = any(order_id in note or order["phone_number"] in note for note in end.attention)
        if not (parked or same or told):
            unknown[workflow_id] += 1
            careless = scene.plans[workflow_id].mistake == "does_not_look"
            if unknown[workflow_id] > (evidence.not_placed(workflow_id) if careless else 0):
                raise broken("an order that nobody knows of", f"{order_id}, {workflow_id}: {end}")
        if same and known.setdefault(workflow_id, order_id) != order_id:
            raise broken("a workflow with two orders", workflow_id)


def numbers_are_real(evidence: Evidence, scene: Scene) -> None:
    real = {(scene.workflow_of(order), order["phone_number"]) for order in evidence.orders}
    for workflow_id, end in evidence.ends.items():
        if end.phone_number is not None and (workflow_id, end.phone_number) not in real:
            raise broken("a number that TENIOS never gave", f"{workflow_id}: {end}")


def orders_were_approved(evidence: Evidence, scene: Scene) -> None:
    for order in evidence.orders:
        workflow_id, verification = scene.workflow_of(order), order["verification_id"]
        approvals = [
            message
            for _, message in evidence.signals(workflow_id, contract.VERIFICATION_DECIDED)
            if message.get("approved") is True
            and message.get("verification_id") in {verification, None}
        ]
        if not approvals or evidence.verifications[verification]["decision"] != "approved":
            raise broken("an order without an approval", f"{order['id']} of {workflow_id}")
