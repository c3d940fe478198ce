"""The people and machines behind the vendor's API: approving, completing, calling back."""

import asyncio
import logging
import time
from typing import Any

import httpx

from number_orders.sandbox.behaviour import PushBehaviour
from number_orders.sandbox.state import Row, State

_log = logging.getLogger(__name__)
_TICK_SECONDS = 0.05


class ServiceTeam:
    """Sends due pushes; in automatic mode also approves and completes after some seconds."""

    def __init__(self, state: State, auto_seconds: float | None) -> None:
        self._state = state
        self._auto_seconds = auto_seconds
        self._sending: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Work until cancelled."""
        while True:
            if self._auto_seconds is not None:
                long_enough = time.time() - self._auto_seconds
                self._state.approve_created_before(long_enough)
                for order_id in self._state.orders_open_since(long_enough):
                    self._state.complete(order_id)
            task = asyncio.create_task(self.send_due_pushes())
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            await asyncio.sleep(_TICK_SECONDS)

    async def send_due_pushes(self) -> None:
        """Send what is due, all at once."""
        await asyncio.gather(*(self._send(push) for push in self._state.take_due_pushes()))

    async def _send(self, push: Row) -> None:
        order = self._state.order(push["order_id"])
        if order is None:
            return
        behaviour: PushBehaviour = order["push_behaviour"]
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
                response = await http.post(order["push_url"], **_request(order, behaviour))
            result, answer = str(response.status_code), response.text
        except Exception as error:  # noqa: BLE001 -- a client may have given any address and secret
            result, answer = type(error).__name__, None
        self._state.record_push_result(push["id"], result, answer)
        _log.info("Order %s: the push was answered %s", order["id"], result)


def _request(order: Row, behaviour: PushBehaviour) -> dict[str, Any]:
    names = {"snake": ("order_id", "phone_number", "push_secret")}.get(
        behaviour.form, ("orderId", "phoneNumber", "pushSecret")
    )
    secret = order["push_secret"]
    fields: dict[str, Any] = dict(zip(names, (order["id"], order["phone_number"]), strict=False))
    if behaviour.secret_in == "body":
        fields[names[2]] = secret
    fields |= behaviour.override
    fields = {name: value for name, value in fields.items() if value is not None}
    request: dict[str, Any] = {"data" if behaviour.form == "form" else "json": fields}
    if behaviour.secret_in == "header":
        request["headers"] = {"X-Push-Secret": secret}
    if behaviour.secret_in == "query":
        request["params"] = {names[2]: secret}
    return request
