"""A sandbox of a test's own, and the activities in front of it."""

from pathlib import Path

import httpx
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from number_orders.activities.tenios import TeniosCalls
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.runtime.web_ui import WebUi
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.activity_interface import (
    OrderAnswer,
    OrderAttempt,
    PlaceOrder,
    RecordFinding,
)
from number_orders.workflows.messages import Finding, NotPlaced
from tests.conftest import BRIDGE_KEYS

WEB_UI = WebUi("https://temporal.example", "default")


class Vendor:
    """A sandbox of the test's own, and the activity in front of it."""

    def __init__(
        self, folder: Path, http: httpx.AsyncClient, client: TeniosClient, request: PlaceOrder
    ) -> None:
        self.folder = folder
        self.http = http
        self.client = client
        self.request = request
        self.calls = self.calls_with(EvidenceStore.open(folder.as_uri()))

    def calls_with(self, store: EvidenceStore, channel: str = "") -> TeniosCalls:
        """The activities of a worker of its own, which tells people on this channel."""
        keys = CallbackKeys.parse(BRIDGE_KEYS)
        return TeniosCalls(
            self.client, store, keys, "http://127.0.0.1:1", Messenger(SecretStr(channel), WEB_UI)
        )

    async def place(self, **changes: object) -> OrderAnswer:
        request = self.request.model_copy(update=changes)
        return (await ActivityEnvironment().run(self.calls.place_order, request)).answer

    async def find_not_placed(self, *, number: int = 1) -> OrderAttempt:
        return await self.find(NotPlaced(), number=number)

    async def find(self, what: Finding, *, number: int = 1) -> OrderAttempt:
        finding = RecordFinding(
            request=self.request,
            number=number,
            asked_about=None,
            finding=what,
            resolved_by="ann",
        )
        return await ActivityEnvironment().run(self.calls.record_finding, finding)

    async def withdraw(self) -> OrderAnswer:
        return (await ActivityEnvironment().run(self.calls.withdraw_order, self.request)).answer

    async def behave(self, **behaviour: object) -> None:
        content = {"path": "/number/order", **behaviour}
        (await self.http.post("/_sandbox/behaviours", json=content)).raise_for_status()

    async def orders(self) -> int:
        return len((await self.http.get("/_sandbox/orders")).json())
