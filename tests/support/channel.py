"""A channel of NOTIFY_URLS, on loopback."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.conftest import serving


class Channel:
    """What a channel received, and whether it takes anything."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[str] = []
        self.status = 200

    async def take(self, request: Request) -> Response:
        self.received.append((await request.body()).decode())
        return Response(status_code=self.status)


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    """A channel, which takes what it is sent."""
    channel = Channel()
    async with serving(Starlette(routes=[Route("/", channel.take, methods=["POST"])])) as url:
        channel.url = url.replace("http://", "json://")
        yield channel
