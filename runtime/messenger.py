"""Messages to people, by whatever channel they already read."""

import logging

from apprise import Apprise
from pydantic import SecretStr

from number_orders.runtime.errors import UsageError

_log = logging.getLogger(__name__)


class Messenger:
    """Sends to the Apprise URLs of `NOTIFY_URLS`, and logs the title."""

    def __init__(self, urls: SecretStr) -> None:
        self._apprise = Apprise()
        if urls.get_secret_value() and not self._apprise.add(urls.get_secret_value()):
            raise UsageError("NOTIFY_URLS is wrong: at least one entry is no Apprise URL")

    async def send(self, title: str, body: str) -> bool:
        """Send; `False` if a channel did not take it."""
        _log.warning("%s", title)
        if not self._apprise:
            return True
        return bool(await self._apprise.async_notify(body, title=title))
