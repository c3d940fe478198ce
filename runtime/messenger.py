"""Messages to people, by whatever channel they already read."""

import logging

from apprise import Apprise
from pydantic import SecretStr

from number_orders.runtime.errors import UsageError
from number_orders.runtime.web_ui import WebUi

_log = logging.getLogger(__name__)


class Messenger:
    """Sends to the Apprise URLs of `NOTIFY_URLS`, and logs the title.

    What is about an order ends with the address of its page, if the Web UI's is known.
    """

    def __init__(self, urls: SecretStr, web_ui: WebUi | None = None) -> None:
        self._web_ui = web_ui
        self._apprise = Apprise()
        if urls.get_secret_value() and not self._apprise.add(urls.get_secret_value()):
            raise UsageError("NOTIFY_URLS is wrong: at least one entry is no Apprise URL")

    async def send(self, title: str, body: str, *, workflow_id: str | None) -> bool:
        """Send, about this order if it has a page; `False` if a channel did not take it."""
        _log.warning("%s", title)
        if not self._apprise:
            return True
        if self._web_ui is not None and workflow_id is not None:
            body = f"{body}\n{self._web_ui.order(workflow_id)}"
        return bool(await self._apprise.async_notify(body, title=title))
