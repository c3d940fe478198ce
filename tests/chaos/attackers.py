"""Somebody who knows an order's address but not its secret, and somebody who knows neither.

What they send may complete nothing, be kept for people at most, and keep nothing else waiting.
"""

import asyncio
import base64
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx

from benchmarks.worst_push import BODIES
from number_orders.pushes.fields import LARGEST_BODY
from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from tests.chaos.plan import OrderPlan
from tests.chaos.scene import LIMIT_SECONDS, Deed, Scene, Seen

FORGED = "FORGED"
"""Stands in what must be refused, and so must be found nowhere afterwards."""
NUMBER = "+4922166600"
"""Begins every number that TENIOS never gave."""

_FLOOD = 70
"""More than the bridge takes for an order in an hour."""
_AT_ONCE = 10
_FAILURES: tuple[object, ...] = (
    {"status": "FAILED"},
    {"order": {"state": "rejected", "phone_number": f"{NUMBER}1"}},
    {"error_code": "INVALID_VALUE", "phone_number": f"{NUMBER}2"},
    {"payload": json.dumps({"result": "ERROR", "number": f"{NUMBER}3"})},
)
_NESTED = (
    b"[" * LARGEST_BODY,
    b'{"data":' * 8_000,
    b"{" * 400 + b'"a":1' + b"}" * 400,
    json.dumps(json.dumps(json.dumps({"status": json.dumps({"status": "nested"})}))).encode(),
)
_TO_BE_FOREIGN = frozenset({OrderStatus.AWAITING_COMPLETION, OrderStatus.OVERDUE})
"""Where the order's id is known. Elsewhere only the secret tells a foreign push from a proof."""


class Attackers:
    """They push to the bridge, and signal past it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def deeds(self, plan: OrderPlan, seen: Seen) -> Iterator[Deed]:
        """What is sent to an order in this status."""
        if seen.age <= plan.disturbed_after / 2:
            return
        if plan.forged != "none":
            yield ("forge", seen.workflow_id), lambda: self._forge(plan, seen.workflow_id)
        if plan.hostile == "foreign" and seen.status not in _TO_BE_FOREIGN:
            return
        if plan.hostile != "none":
            name = (f"hostile: {plan.hostile}", seen.workflow_id)
            yield name, lambda: self._attack(plan, seen.workflow_id)

    async def _forge(self, plan: OrderPlan, workflow_id: str) -> None:
        """A push that TENIOS never sent: without the right token, or with a wrong secret."""
        path = self._scene.keys.callback(workflow_id).path
        body = {"order_id": 1, "phone_number": "+4922100000", "note": f"{FORGED}-{plan.index}"}
        if plan.forged == "token":
            path = path[:-4] + "AAAA"
        else:
            body["push_secret"] = "wrong"
        async with self._http() as http:
            answer = await http.post(path, json=body)
        if answer.status_code not in {401, 404}:
            self._scene.counts["forged and accepted"] += 1

    async def _attack(self, plan: OrderPlan, workflow_id: str) -> None:
        random = Random(plan.index)
        worst = [*BODIES.values()]
        bodies: list[bytes] = {
            "worst": random.sample(worst, 5),
            "nested": [*_NESTED],
            "failure": [json.dumps(body).encode() for body in _FAILURES],
            "foreign": [
                json.dumps({"order_id": 1, "phone_number": f"{NUMBER}{n}"}).encode()
                for n in range(4)
            ],
            "empty": [b"", b"{}", b"[]", b"null", b" "],
            "secret": [
                json.dumps({"push_secret": f"wrong {n}", "note": FORGED}).encode()
                for n in range(_FLOOD)
            ],
            # The end makes each of them another delivery, and is cut off nowhere.
            "flood": [random.choice(worst)[:-8] + b"%08d" % n for n in range(_FLOOD)],
        }.get(plan.hostile, [])
        if plan.hostile == "unread":
            await self._signal(plan, random.sample(worst, 3))
            return
        path = self._scene.keys.callback(workflow_id).path
        async with self._http() as http:
            for first in range(0, len(bodies), _AT_ONCE):
                some = bodies[first : first + _AT_ONCE]
                for answer in await asyncio.gather(*(http.post(path, content=b) for b in some)):
                    self._note(workflow_id, answer, is_forged=plan.hostile == "secret")

    def _note(self, workflow_id: str, answer: httpx.Response, *, is_forged: bool) -> None:
        self._scene.counts[f"hostile pushes answered {answer.status_code}"] += 1
        if answer.is_success:
            self._scene.acknowledged.add((workflow_id, answer.json()["delivery_id"]))
            self._scene.counts["forged and accepted"] += is_forged

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._scene.bridge_url, trust_env=False, timeout=LIMIT_SECONDS
        )

    async def _signal(self, plan: OrderPlan, bodies: list[bytes]) -> None:
        """Past the bridge, without a reading: the order has each body read."""
        for number, body in enumerate(bodies):
            delivery: dict[str, Any] = {
                "delivery_id": f"unread-{number}",
                "received_at": "2026-01-01T00:00:00Z",
                "body": base64.b64encode(body).decode(),
                "authenticated_by": "url",
            }
            await self._scene.handle(plan).signal(contract.ORDER_COMPLETED, delivery)
