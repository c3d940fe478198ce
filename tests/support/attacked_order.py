"""An order under attack, and HTTP as bytes: what no proper client would send."""

import asyncio
import base64
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable

import pytest

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import Callback, CallbackKeys
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.models import OrderStatus
from tests.conftest import BRIDGE_KEYS
from tests.support.order_driver import OrderDriver
from tests.support.until import LONG_ENOUGH_SECONDS

KEYS = CallbackKeys.parse(BRIDGE_KEYS)
MARK = "ATTACKED"
"""Stands in everything that must be refused, and so must be found nowhere afterwards."""
REFUSED = f'{{"status": "completed", "note": "{MARK}"}}'.encode()

HOST = "Host: a"
CLOSE = "Connection: close"
LENGTH = f"Content-Length: {len(REFUSED)}"
CHUNKED = "Transfer-Encoding: chunked"

Codes = tuple[int, ...]
"""The status codes of all answers on a connection, until the bridge closed it."""
Attack = Callable[..., Awaitable[Codes]]
"""Sends bytes, with pauses in seconds between them, to the bridge of the fixture `attack`."""


def message(start: str, *headers: str, body: bytes = b"") -> bytes:
    """A request, with these headers and no other."""
    return "\r\n".join((start, *headers, "", "")).encode("latin-1") + body


HEALTH = message("GET /health/live HTTP/1.1", HOST, CLOSE)
HEALTH_KEPT = message("GET /health/live HTTP/1.1", HOST)


def framed(path: str, *headers: str, body: bytes = REFUSED) -> bytes:
    """A push with these headers alone about its body; the bridge is to close the connection."""
    return message(f"POST {path} HTTP/1.1", HOST, CLOSE, *headers, body=body)


def post(path: str, *headers: str, body: bytes = REFUSED) -> bytes:
    """A well-formed push."""
    return framed(path, f"Content-Length: {len(body)}", *headers, body=body)


def chunks(*parts: bytes) -> bytes:
    """A body in chunks; an empty one is the last."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


async def exchange(url: str, *parts: bytes | float, half_close: bool = False) -> Codes:
    """Send bytes, with pauses in seconds between them, and read until the bridge closes."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    reading = asyncio.create_task(_read(reader))
    # The bridge may close while more of ours is on its way.
    with contextlib.suppress(ConnectionError):
        for part in parts:
            if isinstance(part, bytes):
                writer.write(part)
                await writer.drain()
            else:
                await asyncio.sleep(part)
        if half_close:
            writer.write_eof()
    try:
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            received = await reading
    finally:
        writer.close()
    return tuple(int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", received))


async def _read(reader: asyncio.StreamReader) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            received += chunk
    return received


class AttackedOrder:
    """A placed order that waits for its push, and a bridge in front of it."""

    def __init__(
        self, driver: OrderDriver, callback: Callback, url: str, store: EvidenceStore
    ) -> None:
        self._driver = driver
        self._callback = callback
        self._url = url
        self._store = store
        self._delivered: dict[bytes, str] = {}

    async def attack(
        self, caplog: pytest.LogCaptureFixture, *parts: bytes | float, half_close: bool = False
    ) -> Codes:
        """Attack the bridge; nothing of the attack and no secret may get into a log."""
        with caplog.at_level(logging.INFO):
            codes = await exchange(self._url, *parts, half_close=half_close)
        forbidden = (MARK, self._callback.token, self._callback.secret, "\n", "\r", "\x1b")
        for record in caplog.records:
            # An error with its traceback would be one that nobody foresaw.
            assert (record.levelno < logging.ERROR, record.exc_info) == (True, None)
            found = [part for part in forbidden if part in record.getMessage()]
            assert not found, (record.name, found)
        return codes

    def has_taken(self, body: bytes, authenticated_by: str = "url") -> None:
        """A push with this body was answered 200, so the order must have it."""
        secrets = (self._callback.secret, self._callback.token)
        for secret in secrets:
            for encoding in ("ascii", "utf-16-le"):
                stars = ("*" * len(secret)).encode(encoding)
                body = body.replace(secret.encode(encoding), stars)
        self._delivered[body] = authenticated_by

    async def assert_unharmed(self) -> None:
        """The order has what was taken and nothing else, and its own push still completes it."""
        snapshot = await self._driver.status()
        assert snapshot.status is OrderStatus.AWAITING_COMPLETION
        deliveries = await self._deliveries()
        assert deliveries == self._delivered
        assert MARK.encode() not in b"".join(deliveries)
        assert MARK not in snapshot.model_dump_json()
        assert await self._store.list("callbacks") == []

        own = f'{{"order_id": "{snapshot.order_id}", "number": "+492214710815"}}'.encode()
        assert await exchange(self._url, post(self._callback.path, body=own)) == (200,)
        result = await self._driver.result()
        assert (result.outcome, result.phone_number) == (OrderStatus.COMPLETED, "+492214710815")

    async def _deliveries(self) -> dict[bytes, str]:
        """The bodies in the order's history, and what each was authenticated by."""
        deliveries = {}
        for event in (await self._driver.handle.fetch_history()).events:
            signal = event.workflow_execution_signaled_event_attributes
            if signal.signal_name == ORDER_COMPLETED:
                push = PushDelivery.model_validate_json(signal.input.payloads[0].data)
                deliveries[base64.b64decode(push.body)] = push.authenticated_by
        return deliveries
