"""The HTTP side of the TENIOS client.

The methods: https://www.tenios.de/en/doc/api-number-order, as read in November 2026.
"""

import asyncio
import contextlib
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, SecretStr

from number_orders.tenios.answer_body import LIMIT_BYTES, read_body
from number_orders.tenios.classification import classify
from number_orders.tenios.errors import NoAnswer, NotSent, TeniosError
from number_orders.tenios.models import (
    CancellationAccepted,
    NumberCancelRequest,
    NumberOrdered,
    NumberOrderRequest,
    VerificationCreated,
    VerificationRequest,
)
from number_orders.tenios.redaction import NOTHING, Redaction

DEFAULT_BASE_URL = "https://api.tenios.com"
CONNECT_LIMIT_SECONDS = 5.0
CALL_LIMIT_SECONDS = 60.0
"""For a whole call, from the request for a connection to the last byte of the answer."""
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": "number-orders",
}

_Answer = TypeVar("_Answer", bound=BaseModel)


class TeniosClient:
    """Calls TENIOS. Every call raises a `TeniosError` if it cannot return the answer.

    A call has no retries of its own, since only its caller knows whether it may be repeated. It
    follows no redirects (a POST must not be sent twice), takes no proxy from the environment, and
    verifies TLS against the system's and certifi's authorities.

    To be used as an async context manager, whose exit closes it. The constructor raises a
    `ValueError` for a base URL to which the access key must not be sent: see `check_base_url`.
    """

    def __init__(
        self,
        *,
        base_url: str,
        access_key: SecretStr,
        connect_limit_seconds: float = CONNECT_LIMIT_SECONDS,
        call_limit_seconds: float = CALL_LIMIT_SECONDS,
    ) -> None:
        self._base_url = check_base_url(base_url).rstrip("/")
        self._access_key = access_key
        self._call_limit_seconds = call_limit_seconds
        # A client around it would follow redirects, keep cookies and ask for credentials.
        self._http = httpx.AsyncHTTPTransport(
            trust_env=False,
            # A kept connection that the server closes as we write looks like an order without an
            # answer. Calls are rare: each has a connection of its own.
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        # The whole call has a limit of its own, below. Waiting for a free connection is part of
        # connecting: neither has sent anything yet.
        timeout = httpx.Timeout(None, connect=connect_limit_seconds, pool=connect_limit_seconds)
        self._extensions = {"timeout": timeout.as_dict()}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def create_verification(self, request: VerificationRequest) -> VerificationCreated:
        """Ask for the manual check of an address."""
        return await self._call("/verification/create", request, VerificationCreated)

    async def order_number(
        self, request: NumberOrderRequest, *, unsaid: Mapping[str, str] = NOTHING
    ) -> NumberOrdered:
        """Order a number. Not idempotent: sent twice, it buys two.

        Args:
            request: The order.
            unsaid: The fields of the verification's address, which TENIOS' words may repeat.
        """
        return await self._call("/number/order", request, NumberOrdered, unsaid)

    async def cancel_number(self, phone_number: str) -> CancellationAccepted:
        """Give a number back. Treat it as irreversible. Known from a third-party client only."""
        request = NumberCancelRequest(phone_number=phone_number)
        return await self._call("/number/cancel", request, CancellationAccepted)

    async def _call(
        self,
        path: str,
        request: BaseModel,
        answer_type: type[_Answer],
        unsaid: Mapping[str, str] = NOTHING,
    ) -> _Answer:
        sent = {"access_key": self._access_key, **dict(request)}
        content = json.dumps(
            {
                name: value.get_secret_value() if isinstance(value, SecretStr) else value
                for name, value in sent.items()
                if value is not None
            }
        ).encode()
        received = await self._post(path, content)
        body = read_body(bytes(received.content), received.charset)
        return classify(received.status, body, answer_type, Redaction(sent, unsaid))

    async def _post(self, path: str, content: bytes) -> "_Received":
        """Send, and receive an answer; raised outside of the handlers, errors have no context.

        Other libraries' exceptions quote the header or the line that they refused.
        """
        received: _Received | None = None
        failure: TeniosError | None = None
        request = httpx.Request(
            "POST",
            self._base_url + path,
            headers=_HEADERS,
            content=content,
            extensions=self._extensions,
        )
        try:
            async with (
                asyncio.timeout(self._call_limit_seconds),
                contextlib.aclosing(await self._http.handle_async_request(request)) as response,
            ):
                received = _Received(response.status_code, response.charset_encoding)
                # Raw: httpx would unpack any number of bytes, and break off at what is not packed
                # although the header says so.
                async for chunk in response.aiter_raw():
                    received.content += chunk
                    if len(received.content) > LIMIT_BYTES:
                        break
        # These three, and no other, prove that nothing was sent.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            failure = NotSent(f"No connection to TENIOS ({type(error).__name__})")
        except TimeoutError:
            failure = NoAnswer(f"No answer within {self._call_limit_seconds:g} s")
        except Exception as error:  # noqa: BLE001 -- whatever broke, the request may have been sent
            failure = NoAnswer(f"The connection broke ({type(error).__name__})")
        if received is None or (
            failure is not None and not httpx.codes.is_success(received.status)
        ):
            raise failure or NoAnswer("The connection broke")
        # After a 2xx TENIOS took the call: what came of the answer is all that will ever come.
        return received


@dataclass
class _Received:
    status: int
    charset: str | None
    content: bytearray = field(default_factory=bytearray)


def check_base_url(base_url: str) -> str:
    """The base URL, if the access key may be sent there; raises `ValueError` otherwise.

    HTTPS, except to this machine and to a container's bare name, where the sandbox lives.
    """
    # urlsplit drops a line break, the HTTP library does not.
    parts = urlsplit(base_url if base_url.isprintable() and " " not in base_url else "")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is no URL: expected something like https://api.tenios.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be the address alone, without a user, ? or #")
    _ = parts.port  # raises ValueError for a malformed one
    if parts.scheme == "http" and not _is_local(parts.hostname):
        raise ValueError("must start with https://, since the access key travels in every call")
    try:
        # What it refuses would come to light with the first order.
        httpx.Request("POST", base_url)
    except Exception as error:  # noqa: BLE001 -- it raises what other libraries do
        raise ValueError(f"cannot be called ({type(error).__name__})") from None
    return base_url


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # In some scripts another character is a dot, too.
        return host.isascii() and "." not in host
