"""The HTTP side of the bridge."""

import asyncio
import base64
import hashlib
import logging
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from bridge.body import read_body
from bridge.secret import blot_out, presented_secret
from runtime.callback_keys import Callback, CallbackKeys
from workflows.contract import ORDER_COMPLETED
from workflows.messages import PushDelivery

_log = logging.getLogger(__name__)

TEMPORAL_LIMIT_SECONDS = 8.0


def create_app(client: Client, keys: CallbackKeys, *, secret_required: bool) -> Starlette:
    """The bridge as an ASGI application."""
    bridge = _Bridge(client, keys, secret_required=secret_required)
    return Starlette(
        routes=[
            Route("/push/{kid}/{encoded_workflow_id}/{token}", bridge.push, methods=["POST"]),
            Route("/health/live", bridge.live),
            Route("/health/ready", bridge.ready),
        ],
        exception_handlers={HTTPException: _refuse},
    )


class _Bridge:
    def __init__(self, client: Client, keys: CallbackKeys, *, secret_required: bool) -> None:
        self._client = client
        self._keys = keys
        self._secret_required = secret_required

    async def push(self, request: Request) -> Response:
        """`POST /push/<kid>/<workflow id>/<token>`: TENIOS completed an order."""
        callback = self._keys.verify(**request.path_params)
        if callback is None:
            raise HTTPException(404)
        body = await read_body(request)
        presented = presented_secret(request, body, callback.secret)
        if presented == "wrong" or (presented == "absent" and self._secret_required):
            _log.warning("%s: a push presented a wrong secret or none", callback.workflow_id)
            raise HTTPException(401, "The push secret is wrong or missing")
        readable = blot_out(body, callback.secret, callback.token)
        delivery = PushDelivery(
            # The same body again is the same delivery, whoever repeats it.
            delivery_id=hashlib.sha256(readable).hexdigest()[:32],
            received_at=datetime.now(UTC),
            body=base64.b64encode(readable).decode(),
            authenticated_by="secret" if presented == "secret" else "url",
        )
        return await self._signal(callback, delivery)

    async def _signal(self, callback: Callback, delivery: PushDelivery) -> Response:
        handle = self._client.get_workflow_handle(callback.workflow_id)
        try:
            async with asyncio.timeout(TEMPORAL_LIMIT_SECONDS):
                await handle.signal(ORDER_COMPLETED, delivery)
        except (RPCError, TimeoutError, RuntimeError) as error:
            return _answer_failure(callback.workflow_id, error)
        _log.info("%s: push %s delivered", callback.workflow_id, delivery.delivery_id)
        return JSONResponse({"status": "delivered"})

    async def live(self, _: Request) -> Response:
        """`GET /health/live`: the process answers."""
        return JSONResponse({"status": "live"})

    async def ready(self, _: Request) -> Response:
        """`GET /health/ready`: Temporal is reachable."""
        try:
            healthy = await self._client.service_client.check_health(timeout=timedelta(seconds=3))
        except (RPCError, RuntimeError):
            healthy = False
        return JSONResponse(
            {"status": "ready" if healthy else "Temporal is not reachable"},
            200 if healthy else 503,
        )


def _answer_failure(workflow_id: str, error: RPCError | TimeoutError | RuntimeError) -> Response:
    """Tells "finished", "unknown" and "Temporal away" apart."""
    if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
        if "already completed" in error.message:
            _log.info("%s: a push came after the order had ended", workflow_id)
            return JSONResponse({"status": "the order has already ended"})
        if "workflow not found" in error.message:
            _log.error("%s: a push came for an order that Temporal does not know", workflow_id)
            return JSONResponse({"status": "Not Found"}, 404)
    _log.error("%s: Temporal did not take a push (%s)", workflow_id, type(error).__name__)
    return JSONResponse({"status": "try again later"}, 503, {"Retry-After": "30"})


async def _refuse(_: Request, error: Exception) -> Response:
    """One form for every refusal, so that 404s are alike."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"status": error.detail}, error.status_code, error.headers)
