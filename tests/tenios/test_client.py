"""The client against the sandbox, and against servers that answer anything at all."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from tenios import errors
from tenios.client import TeniosClient, check_base_url
from tenios.models import NumberOrderRequest, VerificationRequest
from tests.office import PDF

KEY = "a-very-secret-key"


def order_request(**changes: Any) -> NumberOrderRequest:
    return NumberOrderRequest(
        **{
            "verification_id": "v",
            "push_url": "http://127.0.0.1:1/push",
            "push_secret": SecretStr("s"),
            **changes,
        }
    )


def verification_request() -> VerificationRequest:
    return VerificationRequest(
        country="Germany",
        city="Köln",
        zip="50667",
        street="Domkloster",
        house_number="4",
        area_code="221",
        document_type="CONTRACT",
        document_data=SecretStr(base64.b64encode(PDF).decode()),
    )


@contextlib.asynccontextmanager
async def answering(answer: bytes | None) -> AsyncIterator[TeniosClient]:
    """A client whose server sends these bytes, or reads and never answers."""
    stop = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        if answer is None:
            await stop.wait()
        else:
            writer.write(answer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with TeniosClient(
        base_url=f"http://127.0.0.1:{port}", access_key=SecretStr(KEY), call_limit_seconds=0.5
    ) as client:
        yield client
    stop.set()
    server.close()
    await server.wait_closed()


def response(status: int, body: bytes | str, *headers: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


@pytest.mark.parametrize("order_id", ["123", '"123"'])
@pytest.mark.parametrize("name", ["order_id", "orderId"])
async def test_ids_as_integer_or_string(name: str, order_id: str) -> None:
    """An order id is read as text, whichever way the vendor writes it."""
    async with answering(response(200, f'{{"{name}": {order_id}, "new": 1}}')) as client:
        assert (await client.order_number(order_request())).order_id == "123"


@pytest.mark.parametrize("date", ["2019-01-01", "2019-01-01T09:00:00.000Z"])
async def test_cancellation_date(date: str) -> None:
    """A cancellation date may come as a date or as a date-time."""
    async with answering(response(200, f'{{"cancellation_date": "{date}"}}')) as client:
        cancelled = await client.cancel_number("+4922112345")
    assert cancelled.cancellation_date.isoformat() == "2019-01-01"


ANSWERS = [
    (response(403, "no"), errors.CredentialsRefused),
    (response(400, '{"error_code": "BAD_CREDENTIALS"}'), errors.CredentialsRefused),
    (response(200, '{"error_code": "BAD_CREDENTIALS"}'), errors.CredentialsRefused),
    (response(404, '{"error_code": "X"}'), errors.MethodUnknown),
    (response(429, ""), errors.Throttled),
    (response(400, '{"error_code": "INVALID_VALUE", "fields": ["zip"]}'), errors.RequestRefused),
    (response(400, '{"error_code": "INVALID_VALUE", "fields": null}'), errors.RequestRefused),
    (response(400, '{"errorCode": 7, "fields": [{"a": 1}]}'), errors.RequestRefused),
    (response(200, '{"success": false}'), errors.RequestRefused),
    (response(200, '{"success": "false", "error_code": "X"}'), errors.RequestRefused),
    (response(200, '{"success": false, "order_id": 1}'), errors.UnreadableAnswer),
    (response(200, "<html>"), errors.UnreadableAnswer),
    (response(200, b"\xff\xfe"), errors.UnreadableAnswer),
    (response(200, "{}"), errors.UnreadableAnswer),
    (response(200, '{"order_id": null}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": true}'), errors.UnreadableAnswer),
    (response(200, f'{{"order_id": "{"1" * 300}"}}'), errors.UnreadableAnswer),
    (response(200, "[" * 100_000), errors.UnreadableAnswer),
    (response(200, b"x" * 1_100_000), errors.UnreadableAnswer),
    (response(400, "Bad Request"), errors.UnreadableAnswer),
    (response(302, "", "Location: http://127.0.0.1:1/"), errors.UnreadableAnswer),
    (response(500, '{"error_code": "INVALID_VALUE"}'), errors.ServerFailed),
    (response(503, ""), errors.ServerFailed),
    (response(200, '{"order_id": 1}')[:-3], errors.NoAnswer),
    (response(200, b"not gzip", "Content-Encoding: gzip"), errors.NoAnswer),
    (b"", errors.NoAnswer),
    (b"SSH-2.0-nonsense\r\n", errors.NoAnswer),
    (None, errors.NoAnswer),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
async def test_classification(answer: bytes | None, expected: type[errors.TeniosError]) -> None:
    """Answers are classified by error code first, status second; the key never shows."""
    async with answering(answer) as client:
        with pytest.raises(expected) as caught:
            await client.order_number(order_request())
    assert type(caught.value) is expected
    assert expected.may_have_taken_effect is issubclass(expected, errors.OutcomeUnknown)
    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r} {client!r} {vars(client)!r}"


async def test_refusal_says_what_is_wrong() -> None:
    """A refusal carries the code and the fields; the vendor's words stay out of its message."""
    body = (
        '{"error_code": "INVALID_VALUE", "error_message": "bad Domkloster", "fields": ["street"]}'
    )
    async with answering(response(400, body)) as client:
        with pytest.raises(errors.RequestRefused, match="INVALID_VALUE, fields: street") as caught:
            await client.order_number(order_request())
    assert caught.value.message == "bad Domkloster"
    assert "Domkloster" not in str(caught.value)


def test_push_secret_is_too_long() -> None:
    """A push secret that TENIOS would refuse is named before anything is sent, and not repeated."""
    with pytest.raises(ValidationError, match="push_secret") as caught:
        order_request(push_secret=SecretStr("s" * 65))
    assert "sss" not in str(caught.value)


async def test_nobody_listens() -> None:
    """Without a connection nothing was sent, and the error says so."""
    async with TeniosClient(base_url="http://127.0.0.1:1", access_key=SecretStr(KEY)) as client:
        with pytest.raises(errors.NotSent):
            await client.order_number(order_request())


async def test_no_proxy_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tenios: TeniosClient, sandbox_url: str
) -> None:
    """A proxy in the environment is not asked."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with TeniosClient(base_url=sandbox_url, access_key=tenios._access_key) as client:  # noqa: SLF001 -- the same key as the fixture's
        assert (await client.create_verification(verification_request())).verification_id


async def test_wrong_key(sandbox_url: str) -> None:
    """The sandbox refuses a wrong key, and the client says who can fix it."""
    async with TeniosClient(base_url=sandbox_url, access_key=SecretStr("wrong")) as client:
        with pytest.raises(errors.CredentialsRefused) as caught:
            await client.create_verification(verification_request())
    assert caught.value.fixed_by is errors.FixedBy.SETTINGS


async def test_whole_round(tenios: TeniosClient, sandbox_url: str) -> None:
    """Verification, order and cancellation go through against the sandbox."""
    created = await tenios.create_verification(verification_request())
    async with httpx.AsyncClient(base_url=f"{sandbox_url}/_sandbox", trust_env=False) as team:
        with pytest.raises(errors.RequestRefused):
            await tenios.order_number(order_request(verification_id=created.verification_id))
        await team.post(f"/verifications/{created.verification_id}/approve")
        ordered = await tenios.order_number(order_request(verification_id=created.verification_id))
        await team.post(f"/orders/{ordered.order_id}/complete")
        orders = (await team.get("/orders")).json()
    number = next(o["phone_number"] for o in orders if str(o["id"]) == ordered.order_id)
    assert (await tenios.cancel_number(number)).cancellation_date


@pytest.mark.parametrize(
    "url", ["https://api.tenios.com", "http://127.0.0.1:8082", "http://sandbox"]
)
def test_good_base_urls(url: str) -> None:
    """HTTPS anywhere; plain HTTP to this machine or a container's bare name."""
    assert check_base_url(url) == url


@pytest.mark.parametrize("url", ["http://api.tenios.com", "api.tenios.com", "ftp://x", ""])
def test_bad_base_urls(url: str) -> None:
    """The access key is never sent in the clear across a network."""
    with pytest.raises(ValueError, match=r"is no URL|must start with https"):
        check_base_url(url)
