"""What `number-orders doctor` says about what stands in front of the bridge."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from number_orders.runtime.callback_keys import CallbackKeys
from tests.conftest import BRIDGE_KEYS, serving
from tests.support.installation import Installation

Proxy = Callable[[Request, httpx.AsyncClient], Awaitable[Response]]


async def _pass_on(request: Request, bridge: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await bridge.post(request.url.path, content=await request.body(), headers=headers)


async def _says_yes(_: Request, __: httpx.AsyncClient) -> Response:
    return JSONResponse({"status": "probe"})


async def _drops_headers(request: Request, bridge: httpx.AsyncClient) -> Response:
    answer = await _pass_on(request, bridge)
    return Response(answer.content, answer.status_code)


async def _has_no_bridge(_: Request, __: httpx.AsyncClient) -> Response:
    return Response("Bad Gateway", 502)


async def _knows_no_path(_: Request, __: httpx.AsyncClient) -> Response:
    return Response("Not Found", 404)


async def _replays(request: Request, bridge: httpx.AsyncClient) -> Response:
    other = CallbackKeys.parse(BRIDGE_KEYS).probe("test")
    answer = await bridge.post(other.path)
    return Response(answer.content, answer.status_code)


async def _lives_in_the_future(request: Request, bridge: httpx.AsyncClient) -> Response:
    secret = request.headers["x-push-secret"]
    answer = await _pass_on(request, bridge, **{"X-Push-Secret": secret})
    content = answer.json()
    if "at" in content:
        content["at"] = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    return JSONResponse(content, answer.status_code)


@pytest.mark.parametrize(
    ("proxy", "wrong"),
    [
        (
            _says_yes,
            {
                "bridge": "something else than our bridge answers 200 -> let the proxy pass",
                "bridge address": "a wrong one is answered 200: something in front answers",
            },
        ),
        (_drops_headers, {"bridge": "the header X-Push-Secret does not reach it -> let the proxy"}),
        (
            _has_no_bridge,
            {
                "bridge": "is 502 -> the proxy does not reach the bridge",
                "bridge address": "a wrong one is answered 502",
            },
        ),
        (_knows_no_path, {"bridge": "is 404 -> let the proxy pass POST /push/"}),
        (
            _replays,
            {
                "bridge": "something else than our bridge answers 200",
                "bridge address": "a wrong one is answered 200",
            },
        ),
        (_lives_in_the_future, {"bridge clock": "60 s ahead of ours -> let NTP"}),
    ],
)
async def test_proxy(installation: Installation, proxy: Proxy, wrong: dict[str, str]) -> None:
    """A proxy that does not do its part is found out."""
    async with httpx.AsyncClient(
        base_url=installation.settings["BRIDGE_PUBLIC_URL"], trust_env=False
    ) as bridge:

        async def pass_on(request: Request) -> Response:
            return await proxy(request, bridge)

        app = Starlette(routes=[Route("/{path:path}", pass_on, methods=["POST"])])
        async with serving(app) as url:
            _, found = await installation.examined(BRIDGE_PUBLIC_URL=url)
    # The workers are right to find that this is not their address.
    assert found.pop("worker public url")
    lines = {
        check: f"{finding['found']} -> {finding['remedy']}"
        for check, findings in found.items()
        for finding in findings
        if finding["level"] != "ok"
    }
    assert lines.keys() == wrong.keys()
    for check, says_so in wrong.items():
        assert says_so in lines[check]
