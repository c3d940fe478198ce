"""What must hold about what is bought: once, approved, known, and believed by what stands there."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from number_orders.workflows.commands import NOT_PLACED_AFTER
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.chaos.evidence import Evidence, accepted_findings, broken, results
from tests.chaos.scene import Scene

_REFUSALS = frozenset({400, 403, 404, 429})
_PLACE = ("city", "zip", "street", "house_number", "area_code")
"""What a verification is about; all orders of the run are in Germany, which TENIOS gets by name."""


def orders_are_sent_once(evidence: Evidence, scene: Scene) -> None:
    """However many orders share a verification, and however many verifications an order had."""
    posts = Counter(
        scene.workflow_of(entry["body"])
        for entry in _order_posts(evidence)
        if entry["status"] not in _REFUSALS
    )
    for workflow_id, count in posts.items():
        # Nothing else allows a further one than a person's finding that is written down.
        if count > 1 + evidence.not_placed(workflow_id):
            raise broken("more than one POST of an order", f"{workflow_id}: {count}")
    accepted = Counter(scene.workflow_of(order) for order in evidence.orders)
    for workflow_id, count in accepted.items():
        careless = scene.plans[workflow_id].mistake == "does_not_look"
        if count > 1 + (evidence.not_placed(workflow_id) if careless else 0):
            raise broken("an order bought two numbers", f"{workflow_id}: {count}")


def early_approvals_are_used_up(evidence: Evidence, scene: Scene) -> None:
    tried = Counter(
        (scene.workflow_of(entry["body"]), entry["body"]["verification_id"])
        for entry in _order_posts(evidence)
        if "verification_id" in ((entry["answer"] or {}).get("fields") or ())
    )
    accepted = {(scene.workflow_of(order), order["verification_id"]) for order in evidence.orders}
    for (workflow_id, verification), count in tried.items():
        approvals = evidence.approvals(workflow_id, verification)
        approvals += verification in evidence.reused(workflow_id)
        again = evidence.not_placed(workflow_id)
        if count + ((workflow_id, verification) in accepted) > approvals + again:
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
        end = evidence.ends.get(workflow_id)
        if end is None:
            raise broken("an order of a workflow that was terminated", f"{order_id}, {workflow_id}")
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
        told = [workflow_id]
        if verification in evidence.reused(workflow_id):
            plan = scene.plans[workflow_id]
            told = [
                one.workflow_id
                for one in scene.plans.values()
                if one.location_id == plan.location_id
            ]
        is_told = any(evidence.approvals(one, verification) for one in told)
        if not is_told or not _is_approved_at(evidence, verification, order["created"]):
            raise broken("an order without an approval", f"{order['id']} of {workflow_id}")


def shared_verifications_were_approved(evidence: Evidence, scene: Scene) -> None:
    """A person may approve too early; but not for the other orders as well."""
    for entry in _order_posts(evidence):
        workflow_id, verification = (
            scene.workflow_of(entry["body"]),
            entry["body"]["verification_id"],
        )
        if verification not in evidence.reused(workflow_id):
            continue
        if not _is_approved_at(evidence, verification, entry["time"]):
            raise broken("a verification was shared before its approval", workflow_id)


def verifications_are_of_the_same_address(evidence: Evidence, scene: Scene) -> None:
    submitted = {
        entry["answer"]["verification_id"]: _place(entry["body"])
        for entry in evidence.ledger
        if entry["path"] == "/verification/create" and "verification_id" in (entry["answer"] or {})
    }
    for order in evidence.orders:
        workflow_id, verification = scene.workflow_of(order), order["verification_id"]
        wanted = [
            _place({**request["data"]["address"], "area_code": request["data"]["area_code"]})
            for request in evidence.asked_for(workflow_id)
            if request["verification_id"] == verification
        ]
        if submitted[verification] not in wanted:
            raise broken("an order with the verification of another address", workflow_id)


def _order_posts(evidence: Evidence) -> list[dict[str, Any]]:
    return [entry for entry in evidence.ledger if entry["path"] == "/number/order"]


def _is_approved_at(evidence: Evidence, verification: str, time: float) -> bool:
    at_tenios = evidence.verifications[verification]
    return bool(at_tenios["decision"] == "approved" and at_tenios["decided"] <= time)


def _place(fields: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(fields[name] for name in _PLACE)
