"""The HTTP server in front of the bridge, in production as in the tests.

It is uvicorn's, with what that lacks against clients that mean harm.
"""

import asyncio

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_BYTES = 16 * 1024
HEADER_SECONDS = 10.0
CONNECTIONS = 200
"""At once, idle ones included: each may hold a body, and what came behind it."""

_FRAMING = {b"content-length", b"transfer-encoding"}


def server_config(app: Starlette) -> uvicorn.Config:
    """How the bridge's application is served."""
    return uvicorn.Config(
        app,
        http=BridgeProtocol,
        # Whatever may be installed beside us.
        ws="none",
        # Also how many are accepted at one go, before the first of them can be turned away.
        backlog=256,
        # Longer than a proxy keeps a connection without use, often 60 s: a push that is sent on one
        # while we close it would be lost.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=15,
        log_config=None,
        access_log=False,
        server_header=False,
        # We neither use nor log a client's address.
        proxy_headers=False,
    )


class BridgeProtocol(H11Protocol):
    """A connection that is given up if it stays without a request, or its answers unread."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Wait for the first request, unless there are connections enough."""
        super().connection_made(transport)
        self.conn = _StrictConnection(h11.SERVER, HEADER_BYTES)
        # A callback's path carries its token. The setting of this name only takes the logger's
        # handlers away: whoever adds one afterwards would get every token.
        self.access_log = False
        # Our answers are small. Only a client that reads none of them fills the socket's buffer,
        # and a connection with unsent data would never close.
        transport.set_write_buffer_limits(high=0)
        if len(self.connections) > CONNECTIONS:
            # uvicorn's own limit counts requests, not connections that never send one.
            transport.abort()
        else:
            self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_deadline()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give up a client that does not read."""
        self.transport.abort()

    def handle_events(self) -> None:
        """Act on what came; while no request is under way, wait for one until the deadline."""
        super().handle_events()
        if self.conn.our_state in {h11.SEND_RESPONSE, h11.SEND_BODY}:
            # From here on the application has limits of its own.
            self._stop_deadline()
        elif self.timeout_keep_alive_task is None or self.conn.trailing_data[0]:
            # Not idle: a request has begun, or a refused one still sends its body.
            self._start_deadline()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; uvicorn's own raises if an answer has been sent before."""
        if self.cycle is not None:
            # The application must not answer the same request as well.
            self.cycle.disconnected = True
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            super().send_400_response(msg)
        else:
            self.transport.close()

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _StrictConnection(h11.Connection):
    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """What the client sent next, unless h11 is too generous with it."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            # A proxy may see the end of such a request elsewhere than we do.
            if {name for name, _ in event.headers} >= _FRAMING:
                raise h11.RemoteProtocolError("Content-Length and Transfer-Encoding")
            # Its own limit is for what is incomplete, not for what came at once.
            parts = (event.target, *(part for header in event.headers for part in header))
            if sum(map(len, parts)) > HEADER_BYTES:
                raise h11.RemoteProtocolError("too large")
        return event
