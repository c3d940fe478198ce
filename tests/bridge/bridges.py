"""Bridges of a test's own, who they tell, and what is pushed to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from number_orders.bridge import forwarder
from number_orders.bridge.app import create_app
from number_orders.bridge.server import server_config
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from tests.conftest import BRIDGE_KEYS, serving

KEYS = CallbackKeys.parse(BRIDGE_KEYS)


class Told(Messenger):
    """People, of whom the first so many messages do not reach anybody."""

    def __init__(self, failures: int = 0) -> None:
        super().__init__(SecretStr(""))
        self.failures = failures
        self.messages: list[str] = []
        self.orders: list[str | None] = []
        """Whose page each of them links to."""

    async def send(self, title: str, body: str, *, workflow_id: str | None) -> bool:
        assert title
        if self.failures:
            self.failures -= 1
            return False
        self.messages.append(body)
        self.orders.append(workflow_id)
        return True


@asynccontextmanager
async def bridge(
    client: Client, store: EvidenceStore, messenger: Messenger | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge that has looked once at what is pending."""
    drained = asyncio.Event()
    drain = forwarder.Forwarder._drain  # noqa: SLF001 -- nothing else tells that it has looked

    async def noticed(self: forwarder.Forwarder) -> bool:
        done = await drain(self)
        drained.set()
        return done

    app = create_app(client, KEYS, store, messenger or Told(), secret_required=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forwarder.Forwarder, "_drain", noticed)
        async with (
            serving(app, server_config) as url,
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http,
        ):
            await drained.wait()
            yield http


@asynccontextmanager
async def bridge_that_keeps(
    client: Client, store: EvidenceStore
) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge that never comes to looking at what is pending, so that it keeps all."""
    app = create_app(client, KEYS, store, Told(), secret_required=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forwarder.Forwarder, "_drain", lambda _: asyncio.Event().wait())
        async with (
            serving(app, server_config) as url,
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http,
        ):
            yield http


async def push(http: httpx.AsyncClient, workflow_id: str, **fields: object) -> str:
    answer = await http.post(KEYS.callback(workflow_id).path, json=fields)
    assert answer.status_code in {200, 202}
    return str(answer.json()["status"])
