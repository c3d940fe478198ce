"""The HTTP side of the TENIOS client."""

import asyncio
import ipaddress
import json
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from tenios.errors import (
    CredentialsRefused,
    MethodUnknown,
    NoAnswer,
    NotSent,
    RequestRefused,
    ServerFailed,
    Throttled,
    UnreadableAnswer,
)
from tenios.models import (
    ErrorBody,
    NumberCancelled,
    NumberOrdered,
    NumberOrderRequest,
    VerificationCreated,
    VerificationRequest,
)

DEFAULT_BASE_URL = "https://api.tenios.com"
CONNECT_LIMIT_SECONDS = 5.0
CALL_LIMIT_SECONDS = 60.0
"""For a whole call, from the request for a connection to the last byte of the answer."""
ANSWER_LIMIT_BYTES = 1024 * 1024

_Answer = TypeVar("_Answer", bound=BaseModel)


class TeniosClient:
    """Calls TENIOS. Every method raises a `TeniosError` if it cannot return the answer.

    Follows no redirects (a POST must not be sent twice), takes no proxy from the environment, and
    verifies TLS against the system's and certifi's authorities.
    """

    def __init__(
        self,
        *,
        base_url: str,
        access_key: SecretStr,
        connect_limit_seconds: float = CONNECT_LIMIT_SECONDS,
        call_limit_seconds: float = CALL_LIMIT_SECONDS,
    ) -> None:
        self._access_key = access_key
        self._call_limit_seconds = call_limit_seconds
        self._http = httpx.AsyncClient(
            base_url=check_base_url(base_url),
            follow_redirects=False,
            trust_env=False,
            # A kept connection that the server closes as we write looks like an order without an
            # answer. Calls are rare: each has a connection of its own.
            limits=httpx.Limits(max_keepalive_connections=0),
            # The whole call has a limit of its own, below. Waiting for a free connection is part
            # of connecting: neither has sent anything yet.
            timeout=httpx.Timeout(None, connect=connect_limit_seconds, pool=connect_limit_seconds),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def create_verification(self, request: VerificationRequest) -> VerificationCreated:
        """Ask for the manual check of an address."""
        return await self._call("/verification/create", request, VerificationCreated)

    async def order_number(self, request: NumberOrderRequest) -> NumberOrdered:
        """Order a number. Not idempotent: sent twice, it buys two."""
        return await self._call("/number/order", request, NumberOrdered)

    async def cancel_number(self, phone_number: str) -> NumberCancelled:
        """Give a number back. Treat it as irreversible. Known from a third-party client only."""
        return await self._call(
            "/number/cancel", _Cancel(phone_number=phone_number), NumberCancelled
        )

    async def _call(self, path: str, request: BaseModel, answer_type: type[_Answer]) -> _Answer:
        body = {"access_key": self._access_key, **dict(request)}
        content = json.dumps(
            {
                name: value.get_secret_value() if isinstance(value, SecretStr) else value
                for name, value in body.items()
                if value is not None
            }
        ).encode()
        status, answer = await self._post(path, content)
        return _read(status, answer, answer_type)

    async def _post(self, path: str, content: bytes) -> tuple[int, bytes]:
        try:
            async with (
                asyncio.timeout(self._call_limit_seconds),
                self._http.stream(
                    "POST", path, content=content, headers={"Content-Type": "application/json"}
                ) as response,
            ):
                answer = bytearray()
                async for chunk in response.aiter_bytes():
                    answer += chunk
                    if len(answer) > ANSWER_LIMIT_BYTES:
                        raise UnreadableAnswer(f"The answer has over {ANSWER_LIMIT_BYTES} bytes")
                return response.status_code, bytes(answer)
        # These three, and no other, prove that nothing was sent.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(f"No connection to TENIOS ({type(error).__name__})") from error
        except TimeoutError as error:
            raise NoAnswer(f"No answer within {self._call_limit_seconds:g} s") from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"The connection broke ({type(error).__name__})") from error


class _Cancel(BaseModel):
    phone_number: str


def _read(status: int, answer: bytes, answer_type: type[_Answer]) -> _Answer:
    """Classify an answer: by its error code first, by its status second."""
    error = _error_body(answer)
    if error.error_code == "BAD_CREDENTIALS" or status == httpx.codes.FORBIDDEN:
        raise CredentialsRefused(
            f"TENIOS does not accept the access key (status {status}): check TENIOS_ACCESS_KEY, and"
            " in the portal the addresses allowed for it"
        )
    if status == httpx.codes.NOT_FOUND:
        raise MethodUnknown("TENIOS knows no such method (status 404): check TENIOS_BASE_URL")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise Throttled("TENIOS asks for fewer calls (status 429)")
    if httpx.codes.is_server_error(status):
        raise ServerFailed(f"TENIOS failed (status {status})")
    refused = RequestRefused(error.error_code or "UNSPECIFIED", error.error_message, error.fields)
    if error.is_error and httpx.codes.is_client_error(status):
        raise refused
    if not httpx.codes.is_success(status):
        raise UnreadableAnswer(f"Status {status} without an error body")
    try:
        succeeded = answer_type.model_validate_json(answer)
    except ValidationError as unreadable:
        if error.is_error:
            raise refused from None
        missing = ", ".join(str(part) for problem in unreadable.errors() for part in problem["loc"])
        raise UnreadableAnswer(f"Status {status} without a usable {missing or 'body'}") from None
    if error.is_error:
        raise UnreadableAnswer(f"Status {status} with both an error and a result")
    return succeeded


def _error_body(answer: bytes) -> ErrorBody:
    try:
        return ErrorBody.model_validate_json(answer)
    except ValidationError:
        return ErrorBody()


def check_base_url(base_url: str) -> str:
    """The base URL, if the access key may be sent there; raises `ValueError` otherwise.

    HTTPS, except to this machine and to a container's bare name, where the sandbox lives.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is no URL: expected something like https://api.tenios.com")
    _ = parts.port  # raises ValueError for a malformed one
    if parts.scheme == "http" and not _is_local(parts.hostname):
        raise ValueError("must start with https://, since the access key travels in every call")
    return base_url


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." not in host
