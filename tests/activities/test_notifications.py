"""Messages to people, through a real channel on loopback."""

import pytest
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from number_orders.activities.notifications import Notifications
from number_orders.runtime.errors import UsageError
from number_orders.runtime.messenger import Messenger
from number_orders.workflows.activity_interface import Notification
from tests.activities.channel import Channel

NOTIFICATION = Notification(title="Number order a is overdue", body="Ask TENIOS.")


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
