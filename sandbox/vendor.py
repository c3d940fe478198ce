"""The vendor's three methods, as its clients see them."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from number_orders.sandbox.answers import answered
from number_orders.sandbox.behaviour import Behaviour
from number_orders.sandbox.fields import (
    MISSING,
    VendorError,
    check_cancel,
    check_order,
    check_verification,
    texts,
)
from number_orders.sandbox.request_body import for_ledger, parsed
from number_orders.sandbox.service_team import ServiceTeam
from number_orders.sandbox.state import State


class Vendor:
    """Answers every path outside the control API, with any method, as an ASGI application."""

    def __init__(self, state: State, team: ServiceTeam, access_keys: frozenset[str]) -> None:
        self._state = state
        self._team = team
        self._access_keys = access_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as TENIOS would, and write both into the ledger."""
        request = Request(scope, receive)
        try:
            content = await request.body()
        except ClientDisconnect:
            return
        response = await self._call(request, content)
        await response(scope, receive, send)

    async def _call(self, request: Request, content: bytes) -> Response:
        path = request.scope["path"]
        body = parsed(content)
        shown = for_ledger(body, self._access_keys)
        entry = self._state.record_request(request.method, path, shown)
        about = texts(body).get("verification_id") if isinstance(body, dict) else None
        behaviour = self._state.next_behaviour(
            path, about if isinstance(about, str) else None
        ) or Behaviour(path="/number/order")
        await asyncio.sleep(behaviour.latency_seconds)
        try:
            answer = await self._answer(request.method, path, body, behaviour)
        except VendorError as error:
            return self._refuse(entry, error, body, behaviour)
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
            raise VendorError(
                behaviour.refuse_status,
                behaviour.refuse_code,
                behaviour.refuse_message,
                behaviour.refuse_fields,
            )
        if not isinstance(body, dict):
            raise VendorError(400, "INVALID_JSON", "The body is no JSON object", [])
        fields = texts(body)
        key = fields.get("access_key")
        if not isinstance(key, str) or key not in self._access_keys:
            if behaviour.wrong_key_as == "400":
                raise VendorError(400, "BAD_CREDENTIALS", "The credentials are invalid", [])
            raise VendorError(403, "BAD_CREDENTIALS", "The access key is invalid", ["access_key"])
        return await methods[path](fields, behaviour)

    async def _verification(self, body: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
        check_verification(body)
        verification_id = self._state.create_verification(
            body["country"], body["city"], body.get("area_code"), behaviour.same_verification_id
        )
        if behaviour.without_id:
            return {"success": True, "message": "The verification is being checked"}
        return {"verification_id": verification_id}

    async def _order(self, body: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
        check_order(body)
        verification = self._state.verification(body["verification_id"])
        if verification is None or verification["decision"] != "approved":
            code = behaviour.wrong_verification_as
            named = [] if code == "BAD_CREDENTIALS" else ["verification_id"]
            raise VendorError(400, code, "The verification is not approved", named)
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

    def _refuse(self, entry: int, error: VendorError, body: Any, behaviour: Behaviour) -> Response:
        """Answer with an error, in the form that was told."""
        code = behaviour.missing_field_as if error.code == MISSING else error.code
        message = (
            f"{error.message}: {json.dumps(body)}" if behaviour.repeat_request else error.message
        )
        answer: dict[str, Any] = {
            "error_code": code,
            "error_message": message,
            "fields": error.fields,
        }
        if behaviour.success_flag != "absent":
            answer["success"] = False if behaviour.success_flag == "boolean" else "false"
        # The ledger shows no key, which a message that repeats the request has.
        self._state.record_answer(entry, error.status, {**answer, "error_message": error.message})
        if not code:
            return PlainTextResponse("Something is wrong", error.status)
        return answered(answer, error.status, behaviour.answer_form)

    async def _send(
        self, request: Request, entry: int, answer: dict[str, Any], behaviour: Behaviour
    ) -> Response:
        """Answer a call that was taken, or don't."""
        await asyncio.sleep(behaviour.answer_latency_seconds)
        match behaviour.after_accepting:
            case "answer":
                self._state.record_answer(entry, 200, answer)
                return answered(answer, 200, behaviour.answer_form)
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
