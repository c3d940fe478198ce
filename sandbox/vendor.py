"""The vendor's three methods, as its clients see them."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from sandbox.behaviour import Behaviour
from sandbox.fields import VendorError, check_cancel, check_order, check_verification
from sandbox.service_team import ServiceTeam
from sandbox.state import State


class Vendor:
    """Answers every path outside the control API."""

    def __init__(self, state: State, team: ServiceTeam, access_keys: frozenset[str]) -> None:
        self._state = state
        self._team = team
        self._access_keys = access_keys

    async def call(self, request: Request) -> Response:
        """Any method, any path: what TENIOS would answer."""
        path = request.url.path
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        entry = self._state.record_request(request.method, path, _for_ledger(body))
        about = body.get("verification_id") if isinstance(body, dict) else None
        behaviour = self._state.next_behaviour(
            path, about if isinstance(about, str) else None
        ) or Behaviour(path="/number/order")
        await asyncio.sleep(behaviour.latency_seconds)
        try:
            answer = await self._answer(request.method, path, body, behaviour)
        except VendorError as error:
            self._state.record_answer(entry, error.status, error.body)
            if not error.body["error_code"]:
                return PlainTextResponse("Something is wrong", error.status)
            return JSONResponse(error.body, error.status)
        return await self._send(request, entry, answer, behaviour)

    async def _answer(
        self, method: str, path: str, body: Any, behaviour: Behaviour
    ) -> dict[str, Any]:
        methods = {
            "/verification/create": self._verification,
            "/number/order": self._order,
            "/number/cancel": self._cancel,
        }
        if method != "POST" or path not in methods:
            raise VendorError(404, "UNKNOWN_METHOD", "There is no such method", [])
        if behaviour.refuse_status is not None:
            raise VendorError(behaviour.refuse_status, behaviour.refuse_code, "As told", [])
        if not isinstance(body, dict):
            raise VendorError(400, "INVALID_VALUE", "The body is no JSON object", [])
        if body.get("access_key") not in self._access_keys:
            raise VendorError(403, "BAD_CREDENTIALS", "The access key is invalid", ["access_key"])
        return await methods[path](body, behaviour)

    async def _verification(self, body: Mapping[str, Any], _: Behaviour) -> dict[str, Any]:
        check_verification(body)
        return {"verification_id": self._state.create_verification(body["city"], body["area_code"])}

    async def _order(self, body: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
        check_order(body)
        verification = self._state.verification(body["verification_id"])
        if verification is None or verification["decision"] != "approved":
            raise VendorError(
                400, "INVALID_VALUE", "The verification is not approved", ["verification_id"]
            )
        order_id = self._state.create_order(
            verification, body.get("push_url"), body.get("push_secret"), behaviour.push
        )
        if behaviour.push.before_answer:
            self._state.complete(order_id)
            await self._team.send_due_pushes()
        return {"order_id": order_id}

    async def _cancel(self, body: Mapping[str, Any], _: Behaviour) -> dict[str, Any]:
        check_cancel(body)
        today = datetime.now(UTC).date().isoformat()
        if not self._state.cancel(body["phone_number"], today):
            raise VendorError(400, "INVALID_VALUE", "There is no such number", ["phone_number"])
        return {"cancellation_date": today}

    async def _send(
        self, request: Request, entry: int, answer: dict[str, Any], behaviour: Behaviour
    ) -> Response:
        """Answer a call that was taken, or don't."""
        await asyncio.sleep(behaviour.answer_latency_seconds)
        match behaviour.after_accepting:
            case "answer":
                self._state.record_answer(entry, 200, answer)
                return JSONResponse(answer)
            case "fail":
                self._state.record_answer(entry, 500, None)
                return PlainTextResponse("Internal Server Error", 500)
            case "garbage":
                self._state.record_answer(entry, 200, None)
                return PlainTextResponse("<html>OK</html>")
            case "hang":
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                return Response()
            case "close":
                # Less body than announced: the server cuts the connection in the midst of it.
                return StreamingResponse(iter([b"{"]), headers={"Content-Length": "100"})


def _for_ledger(body: Any) -> Any:
    """The body without the key, and with the document's hash in the place of its bytes."""
    if not isinstance(body, dict):
        return None
    shown = {name: value for name, value in body.items() if name != "access_key"}
    if isinstance(shown.get("document_data"), str):
        digest = hashlib.sha256(shown["document_data"].encode()).hexdigest()
        shown["document_data"] = f"sha256 of the base64: {digest}"
    return shown
