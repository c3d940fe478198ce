"""The proxy's configuration, before two stand-ins for bridges."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from number_orders.runtime.polling import NotYet
from tests.compose.composed import ROOT
from tests.conftest import serving
from tests.support.ports import free_port
from tests.support.processes import Processes
from tests.support.tools import needs
from tests.support.until import LONG_ENOUGH_SECONDS, until

PUSH = "/push/k1/bnVtYmVy/token"
READY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


async def _take(request: Request) -> Response:
    """A bridge that says what reached it."""
    body = await request.body()
    return JSONResponse(
        {
            "path": request.url.path,
            "query": request.url.query,
            "secret": request.headers.get("X-Push-Secret"),
            "bytes": len(body),
        },
        202,
    )


async def _die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A bridge that is ready, and dies whenever a callback has come in."""
    request = await reader.read(1024)
    if request.startswith(b"GET /health/ready"):
        writer.write(READY)
        await writer.drain()
    writer.close()


@pytest.fixture(scope="module")
async def proxy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """The proxy; one of its bridges works."""
    haproxy = needs("haproxy", "haproxy")
    app = Starlette(
        routes=[
            Route("/health/ready", lambda _: JSONResponse({})),
            Route("/{rest:path}", _take, methods=["GET", "POST", "PUT"]),
        ]
    )
    processes = Processes(tmp_path_factory.mktemp("proxy"))
    port = free_port()
    async with contextlib.AsyncExitStack() as stack:
        working = await stack.enter_async_context(serving(app))
        dying = await stack.enter_async_context(await asyncio.start_server(_die, "127.0.0.1", 0))
        stack.callback(processes.stop_all)
        processes.start(
            "proxy",
            [haproxy, "-db", "-f", str(ROOT / "deploy" / "haproxy.cfg")],
            {
                **os.environ,
                "PROXY_BIND": f"127.0.0.1:{port}",
                "BRIDGE_1": f"127.0.0.1:{dying.sockets[0].getsockname()[1]}",
                "BRIDGE_2": working.removeprefix("http://"),
            },
        )
        client = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=LONG_ENOUGH_SECONDS
            )
        )

        async def takes_callbacks() -> None:
            try:
                answer = await client.post(PUSH)
            except httpx.TransportError as error:
                raise NotYet(f"the proxy cannot be reached ({error!r})") from None
            assert answer.status_code == 202

        await until(takes_callbacks)
        yield client


@pytest.mark.parametrize("size", [0, 100, 64 * 1024], ids=["empty", "small", "largest"])
async def test_callback_reaches_a_bridge_that_lives(proxy: httpx.AsyncClient, size: int) -> None:
    """A callback whose bridge dies is sent to the other one, whole and unchanged."""
    for _ in range(10):
        answer = await proxy.post(
            f"{PUSH}?a=1", content=b"x" * size, headers={"X-Push-Secret": "secret"}
        )
        assert answer.status_code == 202
        assert answer.json() == {"path": PUSH, "query": "a=1", "secret": "secret", "bytes": size}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PUSH), ("POST", "/"), ("GET", "/health/ready"), ("GET", "/metrics"), ("PUT", PUSH)],
)
async def test_only_callbacks_pass(proxy: httpx.AsyncClient, method: str, path: str) -> None:
    """Whatever is no callback stays outside."""
    assert (await proxy.request(method, path)).status_code == 404


async def test_no_log_says_which_callback_came(
    proxy: httpx.AsyncClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The path of a callback carries its token, and is nowhere written."""
    await proxy.post(PUSH)
    for log in Path(tmp_path_factory.getbasetemp()).glob("proxy*/log/*.log"):
        assert "token" not in log.read_text()
