"""What the tests of the activities have in common."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.activities.channel import Channel
from tests.conftest import serving


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    channel = Channel()
    async with serving(Starlette(routes=[Route("/", channel.take, methods=["POST"])])) as url:
        channel.url = url.replace("http://", "json://")
        yield channel
