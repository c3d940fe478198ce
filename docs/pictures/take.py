"""Takes docs/pictures/order.png: an order that waits for a person, in Temporal's Web UI.

make picture        # needs chromium; CHROMIUM names another one
"""

import asyncio
import base64
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from number_orders.devstack.stack import Stack, running_stack
from number_orders.evidence.store import EvidenceStore
from number_orders.starters import NumberOrders
from number_orders.starters.order_form import read_order_file
from number_orders.workflows.models import OrderStatus

_ROOT = Path(__file__).parents[2]
_PICTURE = Path(__file__).with_name("order.png")
_WIDTH, _HEIGHT = 1400, 900
_DRAWN_AFTER_SECONDS = 3.0
"""The details are Markdown, which the page draws last, in a frame that its text does not show."""


async def _waiting_order(stack: Stack) -> str:
    """An order that waits for its approval; the address of its page."""
    orders = NumberOrders(stack.client, EvidenceStore.open(stack.store_url))
    fields = read_order_file(_ROOT / "examples" / "cologne.json")
    handle = (await orders.start(fields)).handle
    while (await orders.status(fields["location_id"])).status is not OrderStatus.AWAITING_APPROVAL:
        await asyncio.sleep(0.1)
    run_id = (await handle.describe()).run_id
    return f"{stack.web_ui.order(handle.id)}/{run_id}/user-metadata"


class _Browser:
    """Chromium, by its DevTools protocol over a pipe: messages of JSON that end with a NUL."""

    def __init__(self) -> None:
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        command = [
            *(os.environ.get("CHROMIUM", "chromium"), "--headless", "--no-sandbox"),
            *("--hide-scrollbars", f"--window-size={_WIDTH},{_HEIGHT}", "--remote-debugging-pipe"),
        ]
        # Where the browser looks for them.
        pipes = [(os.POSIX_SPAWN_DUP2, commands, 3), (os.POSIX_SPAWN_DUP2, answers, 4)]
        self._process = os.posix_spawnp(command[0], command, os.environ, file_actions=pipes)
        self._unread = b""
        self._last = 0

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """What the browser answers to a command."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._unread:
                self._unread += os.read(self._answers, 65536)
            one, _, self._unread = self._unread.partition(b"\0")
            answer = json.loads(one)
            if answer.get("id") == self._last:
                return dict(answer["result"])

    def picture(self, url: str, shows: str) -> bytes:
        """The page as PNG, once it shows this text."""
        target = self.call("Target.createTarget", url=url)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        expression = f"document.body.innerText.includes({json.dumps(shows)})"
        while not self.call("Runtime.evaluate", session, expression=expression)["result"]["value"]:
            time.sleep(0.2)
        time.sleep(_DRAWN_AFTER_SECONDS)
        return base64.b64decode(self.call("Page.captureScreenshot", session)["data"])

    def close(self) -> None:
        self.call("Browser.close")
        os.waitpid(self._process, 0)


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder), auto_seconds=None) as stack:
            url = await _waiting_order(stack)
            browser = _Browser()
            _PICTURE.write_bytes(browser.picture(url, shows="for freshness"))
            browser.close()


asyncio.run(_main())
