"""Messages to people, through a real channel on loopback."""

import dataclasses
import json

import pytest
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from number_orders.activities.notifications import Notifications
from number_orders.runtime.errors import UsageError
from number_orders.runtime.messenger import Messenger
from number_orders.runtime.web_ui import WebUi
from number_orders.workflows.activity_interface import Notification
from tests.support.channel import Channel

NOTIFICATION = Notification(title="Number order a is overdue", body="Ask TENIOS.")


async def test_sent(channel: Channel) -> None:
    """A notification reaches the channel with title and body."""
    notifications = Notifications(Messenger(SecretStr(channel.url)))
    await ActivityEnvironment().run(notifications.notify, NOTIFICATION)
    [received] = channel.received
    assert NOTIFICATION.title in received
    assert NOTIFICATION.body in received


async def test_page(channel: Channel) -> None:
    """A notification ends with the address of the order's page, on a line of its own."""
    web_ui = WebUi("https://temporal.example", "default")
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, workflow_id="number-order:koeln-01:2")
    notifications = Notifications(Messenger(SecretStr(channel.url), web_ui))
    await environment.run(notifications.notify, NOTIFICATION)
    [received] = channel.received
    assert json.loads(received)["message"].splitlines() == [
        NOTIFICATION.body,
        "https://temporal.example/namespaces/default/workflows/number-order%3Akoeln-01%3A2",
    ]


async def test_no_page(channel: Channel) -> None:
    """Where nobody knows the Web UI, a notification has nothing in the address's place."""
    notifications = Notifications(Messenger(SecretStr(channel.url)))
    await ActivityEnvironment().run(notifications.notify, NOTIFICATION)
    [received] = channel.received
    assert json.loads(received)["message"] == NOTIFICATION.body


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
