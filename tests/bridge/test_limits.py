"""What the bridge gives up: who is slow, who does not read, and who is too many."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from number_orders.bridge import body as bridge_body
from number_orders.bridge import server as bridge_server
from number_orders.bridge.server import BridgeProtocol, server_config
from tests.conftest import BRIDGE_KEYS, serving
from tests.support.attacked_order import (
    CHUNKED,
    HEALTH,
    HEALTH_KEPT,
    HOST,
    KEYS,
    LENGTH,
    REFUSED,
    Attack,
    AttackedOrder,
    Codes,
    chunks,
    exchange,
    framed,
    message,
    post,
)
from tests.support.until import LONG_ENOUGH_SECONDS, until

LOCATION = "attacked-slowly"
PATH = KEYS.callback(f"number-order:{LOCATION}").path
COMMAND = str(Path(sys.executable).parent / "number-orders")


def bytewise(content: bytes) -> Iterator[bytes | float]:
    for i in range(len(content)):
        yield content[i : i + 1]
        yield 0.02


TOO_SLOW: dict[str, tuple[Sequence[bytes | float], Codes]] = {
    "nothing": ([], ()),
    "half a first line": ([b"POST /pu"], ()),
    "half the headers": ([post(PATH)[:150]], ()),
    "headers bytewise": ([*bytewise(post(PATH))], ()),
    "half a second request": ([HEALTH_KEPT, 0.1, post(PATH)[:150]], (200,)),
    "half a second request at once": ([HEALTH_KEPT + post(PATH)[:150]], (200,)),
    "second request bytewise": ([HEALTH_KEPT, 0.1, *bytewise(post(PATH))], (200,)),
    "refused body bytewise": (
        [message("POST /x HTTP/1.1", HOST, LENGTH), 0.1, *bytewise(REFUSED)],
        (404,),
    ),
    "refused body, then nothing": (
        [message("POST /x HTTP/1.1", HOST, LENGTH), 0.1, REFUSED],
        (404,),
    ),
    "refused body, wrong from its middle on": (
        [message("POST /x HTTP/1.1", HOST, CHUNKED), 0.1, b"x\r\n"],
        (404,),
    ),
    "no body": ([framed(PATH, LENGTH, body=b"")], (408,)),
    "body bytewise": ([framed(PATH, LENGTH, body=b""), *bytewise(REFUSED)], (408,)),
    "length too long": ([framed(PATH, f"Content-Length: {len(REFUSED) + 1}")], (408,)),
    "endless length": ([framed(PATH, "Content-Length: 99999999999999999999")], (408,)),
    "no last chunk": ([framed(PATH, CHUNKED, body=chunks(REFUSED))], (408,)),
    "endless trailer": ([framed(PATH, CHUNKED, body=chunks(REFUSED) + b"0\r\nX: a\r\n")], (408,)),
    "expectation without a body": (
        [framed(PATH, LENGTH, "Expect: 100-continue", body=b"")],
        (100, 408),
    ),
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_server, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(bridge_body, "LIMIT_SECONDS", 0.3)


@pytest.mark.parametrize("case", TOO_SLOW)
async def test_too_slow(attack: Attack, impatient: None, case: str) -> None:
    """Whoever does not send what is due is given up."""
    parts, codes = TOO_SLOW[case]
    assert await attack(*parts) == codes


async def test_idle(attack: Attack, impatient: None) -> None:
    """A connection that is kept without a request may stay beyond the deadline for headers."""
    assert await attack(HEALTH_KEPT, 0.6, HEALTH) == (200, 200)


CUT_OFF = {
    "nothing": b"",
    "headers": post(PATH)[:150],
    "body": post(PATH)[:-1],
    "chunk": framed(PATH, CHUNKED, body=b"ff\r\n" + REFUSED),
    "last chunk": framed(PATH, CHUNKED, body=chunks(REFUSED)),
}


@pytest.mark.parametrize("case", CUT_OFF)
async def test_cut_off(attack: Attack, case: str) -> None:
    """A push that was cut off is none, although what came of it may be readable."""
    assert await attack(CUT_OFF[case], half_close=True) == ()


async def test_afterwards(attacked: AttackedOrder) -> None:
    """After all these attacks the order has what was answered 200 and nothing else, and completes.

    It stands last in this file, since it completes the order.
    """
    await attacked.assert_unharmed()


async def test_too_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection beyond the limit is closed at once; those within it are answered."""
    monkeypatch.setattr(bridge_server, "CONNECTIONS", 3)
    async with serving(Starlette(), server_config) as url:
        host, port = url.removeprefix("http://").split(":")
        within = [await asyncio.open_connection(host, int(port)) for _ in range(3)]
        assert await exchange(url, HEALTH) == ()
        for reader, writer in within:
            writer.write(HEALTH)
            assert (await reader.read()).startswith(b"HTTP/1.1 404 ")
            writer.close()
        assert await exchange(url, HEALTH) == (404,)


async def test_unread_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that leaves more unread than a socket holds is given up, however little more."""
    transports: list[asyncio.Transport] = []
    connection_made = BridgeProtocol.connection_made

    def remember(self: BridgeProtocol, transport: asyncio.Transport) -> None:
        transports.append(transport)
        connection_made(self, transport)

    async def until_too_much() -> AsyncIterator[bytes]:
        while not transports[0].get_write_buffer_size():
            yield b"x" * 4096
            await asyncio.sleep(0)

    async def answer(_: Request) -> Response:
        return StreamingResponse(until_too_much())

    monkeypatch.setattr(BridgeProtocol, "connection_made", remember)
    async with serving(Starlette(routes=[Route("/", answer)]), server_config) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(message("GET / HTTP/1.1", HOST))

        async def is_closed() -> None:
            assert transports
            assert transports[0].is_closing()

        await until(is_closed)
        assert not (await reader.read()).endswith(chunks(b""))
        writer.close()


def peak_memory(pid: int) -> int:
    """The most memory that a process ever held, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0]) // 1024


def flood(n: int) -> bytes:
    """One of many, each to an order of its own, and each with as much as the bridge lets in."""
    path = KEYS.callback(f"number-order:flood-{n}").path
    return (
        message(f"POST {path} HTTP/1.1", HOST, "X: " + "a" * 16_000)[:-2],
        framed(path, "Content-Length: 65536", body=b"x" * 65_535),
        framed(path, CHUNKED, body=chunks(*[b"x" * 100] * 655)),
        framed(path, "Content-Length: 99999999999999999999", body=b"x" * 65_536),
    )[n % 4]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_flood(tmp_path: Path) -> None:
    """The real process survives a flood within 50 MiB, logs no address, and ends as it should."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        "bridge",
        cwd=tmp_path,
        env={
            "BRIDGE_KEYS": BRIDGE_KEYS,
            "BRIDGE_PORT": "0",
            "STORE_URL": tmp_path.as_uri(),
            "TEMPORAL_ADDRESS": "127.0.0.1:1",
            "TEMPORAL_CONFIG_FILE": os.devnull,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().removeprefix("Listening on ").strip()
    host, port = url.removeprefix("http://").split(":")
    assert await exchange(url, HEALTH) == (200,)
    before = peak_memory(process.pid)

    connections = [await asyncio.open_connection(host, int(port)) for _ in range(300)]
    for n, (_, writer) in enumerate(connections):
        writer.write(flood(n))
    assert await exchange(url, HEALTH) == ()
    for _, writer in connections:
        writer.close()

    async def has_room() -> None:
        assert await exchange(url, HEALTH) == (200,)

    await until(has_room)
    assert peak_memory(process.pid) - before < 50

    process.terminate()
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        _, errors = await process.communicate()
    assert process.returncode == 0
    assert b"/push/" not in errors
    assert b"Traceback" not in errors
