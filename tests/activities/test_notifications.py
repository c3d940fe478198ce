"""Messages to people, through a real channel on loopback."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from temporalio.testing import ActivityEnvironment

from activities.notifications import Notifications
from runtime.errors import UsageError
from runtime.messenger import Messenger
from tests.conftest import serving
from workflows.activity_interface import Notification

NOTIFICATION = Notification(title="Number order a is overdue", body="Ask TENIOS.")


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
    channel = Channel()
    async with serving(Starlette(routes=[Route("/", channel.take, methods=["POST"])])) as url:
        channel.url = url.replace("http://", "json://")
        yield channel


async def test_sent(channel: Channel) -> None:
    """A notification reaches the channel with title and body."""
    notifications = Notifications(Messenger(SecretStr(channel.url)))
    await ActivityEnvironment().run(notifications.notify, NOTIFICATION)
    [received] = channel.received
    assert NOTIFICATION.title in received
    assert NOTIFICATION.body in received


async def test_not_taken(channel: Channel) -> None:
    """A notification that a channel did not take is raised, so that it is tried again."""
    channel.status = 500
    notifications = Notifications(Messenger(SecretStr(channel.url)))
    with pytest.raises(RuntimeError, match="NOTIFY_URLS"):
        await ActivityEnvironment().run(notifications.notify, NOTIFICATION)


async def test_without_channels() -> None:
    """Without a channel the log is enough."""
    await ActivityEnvironment().run(Notifications(Messenger(SecretStr(""))).notify, NOTIFICATION)


def test_malformed_url() -> None:
    """A malformed channel is refused without repeating it: it may hold a password."""
    with pytest.raises(UsageError, match=r"^NOTIFY_URLS is wrong") as caught:
        Messenger(SecretStr("nonsense-with-password"))
    assert "password" not in str(caught.value)
