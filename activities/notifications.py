"""Messages to people."""

from temporalio import activity

from number_orders.runtime.messenger import Messenger
from number_orders.workflows.activity_interface import Notification, NotificationActivities


class Notifications(NotificationActivities):
    """Sends what an order has to tell."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    @activity.defn
    async def notify(self, notification: Notification) -> None:
        """Send, or raise so that it is tried again."""
        sent = await self._messenger.send(
            notification.title, notification.body, workflow_id=activity.info().workflow_id
        )
        if not sent:
            raise RuntimeError("At least one channel of NOTIFY_URLS did not take the notification")
