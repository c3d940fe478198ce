"""The client against the sandbox, and against servers that break off, stall or never were."""

import asyncio
import contextlib
import json
import logging
import traceback

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from number_orders.tenios import errors
from number_orders.tenios.client import TeniosClient, check_base_url
from tests.support.answering import KEY, answering, order_request, response, verification_request


def told(error: BaseException) -> str:
    """Everything that a log or a failure of Temporal's could print of an exception."""
    chain = []
    link: BaseException | None = error
    while link is not None:
        chain.append(f"{link!s} {link!r} {link.args} {vars(link)}")
        link = link.__cause__ or link.__context__
    return "\n".join([*chain, *traceback.format_exception(error)])


BROKEN = [
    (response(302, "", "Location: http://127.0.0.1:1/"), errors.UnreadableAnswer),
    (response(302, "", "Location: http://[/"), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1}')[:-3], errors.UnreadableAnswer),
    (response(400, '{"error_code": "X"}')[:-3], errors.NoAnswer),
    (response(200, b"\x1f\x8b not gzip", "Content-Encoding: gzip"), errors.UnreadableAnswer),
    (response(200, b"x" * 1_100_000), errors.UnreadableAnswer),
    (b"", errors.NoAnswer),
    (b"SSH-2.0-nonsense\r\n", errors.NoAnswer),
    (b"HTTP/1.1 200 X\r\nContent-Length: x\r\n\r\n", errors.NoAnswer),
    (f"HTTP/1.1 200 X\r\n{KEY}\r\n\r\n".encode(), errors.NoAnswer),
    (None, errors.NoAnswer),
]


@pytest.mark.parametrize(("answer", "expected"), BROKEN)
async def test_broken_answers(answer: bytes | None, expected: type[errors.TeniosError]) -> None:
    """What breaks off, stalls or is no HTTP leaves the outcome unknown; nothing else shows."""
    async with answering(answer) as server:
        with pytest.raises(errors.MayHaveTakenEffect) as caught:
            await server.client.order_number(order_request())
        assert type(caught.value) is expected
        assert KEY not in f"{told(caught.value)} {server.client!r} {vars(server.client)!r}"
    assert caught.value.__context__ is None


async def test_answer_that_stalls_after_its_head() -> None:
    """Once TENIOS answered with a 2xx, an answer that never ends is one that cannot be read."""
    head = b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n"
    async with answering(None) as server:
        server.answer = head
        server.client._call_limit_seconds = 0.5  # noqa: SLF001 -- shorter than the server's patience
        with pytest.raises(errors.UnreadableAnswer) as caught:
            await server.client.order_number(order_request())
    assert caught.value.is_success


async def test_answer_without_an_end() -> None:
    """An answer that goes on and on is given up at the limit of its size, not of its time."""
    sent = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 X\r\n\r\n")
            while sent < 100_000_000:
                writer.write(b" " * 100_000)
                await writer.drain()
                sent += 100_000
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with TeniosClient(base_url=url, access_key=SecretStr(KEY)) as client:
            with pytest.raises(errors.UnreadableAnswer):
                await client.order_number(order_request())
    assert sent < 100_000_000


async def test_answer_is_whole_before_its_announced_end() -> None:
    """A Content-Length that is too large hides no id."""
    answer = response(200, '{"order_id": 1}').replace(b"Length: 15", b"Length: 16")
    async with answering(answer) as server:
        assert (await server.client.order_number(order_request())).order_id == "1"


async def test_each_call_has_its_own_connection() -> None:
    """No connection is used again, although the server would keep it."""
    async with answering(response(200, '{"order_id": 1}'), keep_alive=True) as server:
        for _ in range(3):
            await server.client.order_number(order_request())
        assert server.connections == 3


async def test_no_cookie_goes_along() -> None:
    """What one answer sets does not travel with the next call."""
    async with answering(response(200, '{"order_id": 1}', "Set-Cookie: order=1")) as server:
        for _ in range(2):
            await server.client.order_number(order_request())
        assert b"cookie" not in server.requests[1].lower()


@pytest.mark.parametrize("key", ["wrong\nkey", "wrong\rkey", "schlüssel", "k\0", "\ud83d", "😀"])
async def test_odd_access_key(key: str, caplog: pytest.LogCaptureFixture) -> None:
    """A key with characters that no key has reaches TENIOS as it is, and no log or error."""
    caplog.set_level(logging.DEBUG)
    refusal = json.dumps({"error_code": "X", "error_message": f"what is {key}?"})
    async with answering(response(400, refusal), key=key) as server:
        with pytest.raises(errors.RequestRefused) as caught:
            await server.client.order_number(order_request())
        sent = json.loads(server.requests[0].split(b"\r\n\r\n", 1)[1])
    assert sent["access_key"] == key
    assert key not in told(caught.value)
    assert key not in caplog.text


def test_push_secret_is_too_long() -> None:
    """A push secret that TENIOS would refuse is named before anything is sent, and not repeated."""
    with pytest.raises(ValidationError, match="push_secret") as caught:
        order_request(push_secret=SecretStr("s" * 65))
    assert "sss" not in str(caught.value)


async def test_nobody_listens() -> None:
    """Without a connection nothing was sent, and the error says so."""
    async with TeniosClient(base_url="http://127.0.0.1:1", access_key=SecretStr(KEY)) as client:
        with pytest.raises(errors.NotSent) as caught:
            await client.order_number(order_request())
    assert caught.value.__context__ is None


async def test_no_proxy_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tenios: TeniosClient, sandbox_url: str
) -> None:
    """A proxy in the environment is not asked."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with TeniosClient(base_url=sandbox_url, access_key=tenios._access_key) as client:  # noqa: SLF001 -- the same key as the fixture's
        assert (await client.create_verification(verification_request())).verification_id


async def test_wrong_key(sandbox_url: str) -> None:
    """The sandbox refuses a wrong key, and the client says what to check."""
    async with TeniosClient(base_url=sandbox_url, access_key=SecretStr("wrong")) as client:
        with pytest.raises(errors.CredentialsRefused) as caught:
            await client.create_verification(verification_request())
    assert not caught.value.is_ambiguous


async def test_whole_round(tenios: TeniosClient, sandbox_url: str) -> None:
    """Verification, order and cancellation go through against the sandbox."""
    created = await tenios.create_verification(verification_request())
    async with httpx.AsyncClient(base_url=f"{sandbox_url}/_sandbox", trust_env=False) as team:
        with pytest.raises(errors.RequestRefused) as early:
            await tenios.order_number(order_request(verification_id=created.verification_id))
        assert early.value.is_about_verification
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


@pytest.mark.parametrize(
    "url",
    [
        *("http://api.tenios.com", "http://tenios。com", "api.tenios.com", "ftp://x", ""),
        *("https://api.tenios.com\n", "https://api.\ttenios.com", "https://api.tenios.com /"),
    ],
)
def test_bad_base_urls(url: str) -> None:
    """The access key is never sent in the clear across a network, nor to what is no URL."""
    with pytest.raises(ValueError, match=r"is no URL|must start with https"):
        check_base_url(url)


@pytest.mark.parametrize(
    "url",
    [
        *("https://user:word@tenios.com", "https://tenios.com?a=b", "https://tenios.com#a"),
        *("https://256.1.1.1", "https://\u2603.net", "https://xn--a.de", "https://[v1.a]"),
        "https://tenios.com/" + "a" * 70_000,
    ],
)
def test_urls_that_nothing_can_be_sent_to(url: str) -> None:
    """What the HTTP library would refuse is refused at the start, and not with the first order."""
    with pytest.raises(ValueError, match=r"address alone|cannot be called|is no URL") as caught:
        check_base_url(url)
    assert "word" not in str(caught.value)
