"""Messages to people, by whatever channel they already read."""

import logging

from apprise import Apprise
from pydantic import SecretStr
from temporalio import activity

from runtime.errors import UsageError
from workflows.activity_interface import Notification, NotificationActivities

_log = logging.getLogger(__name__)


class Notifications(NotificationActivities):
    """Sends to the Apprise URLs of `NOTIFY_URLS`, and logs the title."""

    def __init__(self, urls: SecretStr) -> None:
        self._apprise = Apprise()
        if urls.get_secret_value() and not self._apprise.add(urls.get_secret_value()):
            raise UsageError("NOTIFY_URLS is wrong: at least one entry is no Apprise URL")

    @activity.defn
    async def notify(self, notification: Notification) -> None:
        """Send, or raise so that it is tried again."""
        _log.warning("%s", notification.title)
        if not self._apprise:
            return
        if not await self._apprise.async_notify(notification.body, title=notification.title):
            raise RuntimeError("At least one channel of NOTIFY_URLS did not take the notification")
