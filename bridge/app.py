"""The HTTP side of the bridge."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Literal, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.client import Client

from number_orders.bridge.body import read_body
from number_orders.bridge.dead_letters import DeadLetters
from number_orders.bridge.forwarder import Forwarder
from number_orders.bridge.intake import TEMPORAL_LIMIT_SECONDS, Intake, Receipt
from number_orders.bridge.metrics import CallbackMetrics
from number_orders.bridge.probe import Probes, temporal_reachable
from number_orders.bridge.secret import presented_secret
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import Callback, CallbackKeys
from number_orders.runtime.logs import about_order
from number_orders.runtime.messenger import Messenger

_log = logging.getLogger(__name__)

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_FLOOD: RateLimitItem = RateLimitItemPerHour(60)
"""Pushes to one order; TENIOS is expected to send one. An order keeps the last 20."""
_USUAL: RateLimitItem = RateLimitItemPerHour(3)
_USUAL_BYTES = 4096
"""So many pushes to one order, and so small, are signalled without a look at its history: they take
months to fill it."""
_PROBE_FLOOD: RateLimitItem = RateLimitItemPerMinute(60)
"""Probes of all; number-orders doctor sends one for each key."""

_STORE_LIMIT_SECONDS = 3.0
"""For saying how ready we are: a proxy that gets no answer brings us no push any more, though
Temporal would still take it."""


def create_app(  # noqa: PLR0913 -- one for each thing that a bridge needs
    client: Client,
    keys: CallbackKeys,
    store: EvidenceStore,
    messenger: Messenger,
    *,
    secret_required: bool,
    build_id: str | None = None,
    temporal_limit_seconds: float = TEMPORAL_LIMIT_SECONDS,
) -> Starlette:
    """The bridge as an ASGI application."""
    kept = KeptPushes(store)
    dead_letters = DeadLetters(kept, messenger)
    forwarder = Forwarder(client, kept, dead_letters)
    metrics = CallbackMetrics(client)
    bridge = _Bridge(
        keys,
        Intake(client, kept, forwarder, dead_letters, temporal_limit_seconds),
        metrics,
        Probes(client, keys, store, build_id),
        secret_required=secret_required,
    )
    health = _Health(client, kept)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        works = (forwarder.work(), dead_letters.work(), metrics.watch(kept))
        working = [asyncio.create_task(work) for work in works]
        yield
        for work in working:
            work.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    app = Starlette(
        routes=[
            Route("/push/{kid}/{encoded_workflow_id}/{token}", bridge.push, methods=["POST"]),
            Route("/health/live", health.live),
            Route("/health/ready", health.ready),
        ],
        exception_handlers={HTTPException: bridge.refuse},
        lifespan=lifespan,
    )
    # A redirect would repeat the token in a header, with whatever host the client named.
    app.router.redirect_slashes = False
    return app


class _Bridge:
    def __init__(
        self,
        keys: CallbackKeys,
        intake: Intake,
        metrics: CallbackMetrics,
        probes: Probes,
        *,
        secret_required: bool,
    ) -> None:
        self._keys = keys
        self._intake = intake
        self._metrics = metrics
        self._probes = probes
        self._secret_required = secret_required
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def push(self, request: Request) -> Response:
        """`POST /push/<kid>/<workflow id>/<token>`: TENIOS completed an order."""
        callback = self._keys.verify(**request.path_params)
        if callback is None:
            raise HTTPException(404)
        with about_order(callback.workflow_id):
            # Without a body, what stands in the query is all that the push says.
            body = await read_body(request) or request.url.query.encode()
            # The worst large body takes some time to read: outside the event loop, and one at a
            # time for an order, so that a flood on one address holds up nobody else's push.
            turn = self._turns.setdefault(callback.workflow_id, asyncio.Lock())
            async with turn:
                return await self._taken(request, callback, body)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """One form for every refusal, so that 404s are alike."""
        if not isinstance(error, HTTPException):
            raise error
        # Whatever else is asked for on the open network tells nothing about pushes.
        if request.url.path.startswith("/push/"):
            self._metrics.count_refused(error.status_code)
        return JSONResponse({"status": error.detail}, error.status_code, error.headers)

    async def _taken(self, request: Request, callback: Callback, body: bytes) -> Response:
        is_small = len(body) + len(request.url.query) <= _USUAL_BYTES
        read = _at_once if is_small else asyncio.to_thread
        content = await read(content_of, body, request.headers.get("content-type"))
        presented = await read(presented_secret, request, content, callback.secret)
        if presented == "wrong" or (presented == "absent" and self._secret_required):
            _log.warning("%s: a push presented a wrong secret or none", callback.workflow_id)
            raise HTTPException(401, "The push secret is wrong or missing")
        if callback.is_probe:
            return await self._probed(callback, secret_arrived=presented == "secret")
        # Counted apart: whoever has the address alone cannot use up what is TENIOS'.
        if not await self._limiter.hit(_FLOOD, callback.workflow_id, presented):
            _log.error("%s: more pushes than any order gets; refused", callback.workflow_id)
            raise HTTPException(429, "Too many pushes for this order", {"Retry-After": "3600"})
        # In one count: whoever has the address alone may use it up.
        is_few = await self._limiter.hit(_USUAL, callback.workflow_id, "usual")
        is_usual = is_few and is_small
        authenticated_by: Literal["secret", "url"] = "secret" if presented == "secret" else "url"
        push = await read(ReceivedPush.of, callback, content, request.headers, authenticated_by)
        try:
            taken = await self._intake.take(push, is_usual=is_usual)
        except OSError as error:
            # Only what was taken counts: TENIOS may have to repeat it more often than that.
            await self._limiter.hit(_FLOOD, callback.workflow_id, presented, cost=-1)
            _log.error("%s: a push could not be kept (%s)", push.workflow_id, type(error).__name__)
            raise HTTPException(503, "Try again later", {"Retry-After": "30"}) from None
        code = 202 if taken is Receipt.KEPT else 200
        self._metrics.count_taken(taken, code)
        return JSONResponse({"status": taken, "delivery_id": push.delivery.delivery_id}, code)

    async def _probed(self, probe: Callback, *, secret_arrived: bool) -> Response:
        # All in one count: each has an id of its own, and who saw one may send it again.
        if not await self._limiter.hit(_PROBE_FLOOD, "probe"):
            raise HTTPException(429, "Too many probes", {"Retry-After": "60"})
        answer = await self._probes.answer(probe, secret_arrived=secret_arrived)
        return JSONResponse(answer.model_dump(mode="json"))


async def _at_once(
    function: Callable[_Parameters, _Result],
    /,
    *args: _Parameters.args,
    **kwargs: _Parameters.kwargs,
) -> _Result:
    """As `asyncio.to_thread`, for what takes less time than a thread does."""
    return function(*args, **kwargs)


class _Health:
    def __init__(self, client: Client, kept: KeptPushes) -> None:
        self._client = client
        self._kept = kept

    async def live(self, _: Request) -> Response:
        """`GET /health/live`: the process answers."""
        return JSONResponse({"status": "live"})

    async def ready(self, _: Request) -> Response:
        """`GET /health/ready`: a push would be taken, whether or not Temporal is reachable."""
        healthy, pending = await asyncio.gather(temporal_reachable(self._client), self._pending())
        return JSONResponse(
            {
                "status": "ready" if healthy or pending is not None else "not ready",
                "temporal": "reachable" if healthy else "away",
                "store": "usable" if pending is not None else "not usable",
                "pending": pending,
            },
            200 if healthy or pending is not None else 503,
        )

    async def _pending(self) -> int | None:
        """How many pushes wait for Temporal; `None` if the store does not tell soon."""
        try:
            async with asyncio.timeout(_STORE_LIMIT_SECONDS):
                return len(await self._kept.ids("pending"))
        except OSError:  # TimeoutError is one
            return None
