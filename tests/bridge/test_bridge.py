"""The bridge over real HTTP, in front of a real Temporal server."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from number_orders.bridge import body as bridge_body
from number_orders.bridge.app import create_app
from number_orders.bridge.server import server_config
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from tests.conftest import BRIDGE_KEYS, serving
from tests.support.order_driver import OrderDriver

KEYS = CallbackKeys.parse(BRIDGE_KEYS)
UNKNOWN = KEYS.callback("number-order:nobody")


@pytest.fixture
async def http(bridge_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=bridge_url, trust_env=False) as client:
        yield client


@pytest.fixture
async def without_temporal(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge whose Temporal is away."""
    client = await Client.connect("127.0.0.1:1", lazy=True, data_converter=pydantic_data_converter)
    store = EvidenceStore.open(tmp_path.as_uri())
    app = create_app(client, KEYS, store, Messenger(SecretStr("")), secret_required=True)
    async with (
        serving(app, server_config) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http,
    ):
        yield http


def encoded(workflow_id: str) -> str:
    return base64.urlsafe_b64encode(workflow_id.encode()).rstrip(b"=").decode()


FORGED = [
    UNKNOWN.path[:-1],
    UNKNOWN.path[:-1] + ("A" if UNKNOWN.path[-1] != "A" else "B"),
    UNKNOWN.path + "=",
    UNKNOWN.path.replace("/test/", "/other/"),
    UNKNOWN.path.replace(encoded("number-order:nobody"), encoded("number-order:other")),
    UNKNOWN.path.replace(encoded("number-order:nobody"), "%FF%FE"),
    UNKNOWN.path.replace(encoded("number-order:nobody"), encoded("number-order:nobody") + "="),
    UNKNOWN.path.rpartition("/")[0] + "/" + UNKNOWN.secret,
    UNKNOWN.path.rpartition("/")[0] + "/%F0%9F%92%A9",
    "/push/a/b/c",
    "/push/a/b/c/d",
    "/push/",
]


@pytest.mark.parametrize("path", FORGED)
async def test_forged_address(without_temporal: httpx.AsyncClient, path: str) -> None:
    """A forged or broken address is a 404, without any call to Temporal (which is away here)."""
    answer = await without_temporal.post(path, content=b"{}")
    assert (answer.status_code, answer.json()) == (404, {"status": "Not Found"})


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods(http: httpx.AsyncClient, method: str) -> None:
    """Only POST is a push, whether the address is right or not."""
    for path in (UNKNOWN.path, "/push/a/b/c"):
        assert (await http.request(method, path)).status_code == 405


async def test_oversized_body(http: httpx.AsyncClient) -> None:
    """A body over 64 KiB is refused, with and without an announced length."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(65):
            yield b"x" * 1024

    assert (await http.post(UNKNOWN.path, content=b"x" * 65537)).status_code == 413
    assert (await http.post(UNKNOWN.path, content=chunks())).status_code == 413


async def test_encoded_body(http: httpx.AsyncClient) -> None:
    """A compressed body is refused, since a few bytes could unpack to gigabytes."""
    answer = await http.post(UNKNOWN.path, content=b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


async def test_slow_body(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not come is given up."""
    monkeypatch.setattr(bridge_body, "LIMIT_SECONDS", 0.2)

    async def chunks() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(2)

    assert (await http.post(UNKNOWN.path, content=chunks())).status_code == 408


@pytest.mark.parametrize(
    "presented",
    [
        {"json": {"push_secret": "wrong"}},
        {"json": {"pushSecret": "wrong"}},
        {"data": {"push_secret": "wrong"}},
        {"headers": {"X-Push-Secret": "wrong"}},
        {"headers": {"Authorization": "Bearer wrong"}},
        {"params": {"push_secret": "wrong"}},
        {"json": {"push_secret": UNKNOWN.token}},
    ],
)
async def test_wrong_secret(
    without_temporal: httpx.AsyncClient, presented: dict[str, dict[str, str]]
) -> None:
    """A wrong secret, wherever it is presented, is a 401 without any call to Temporal."""
    answer = await without_temporal.post(UNKNOWN.path, **presented)  # type: ignore[arg-type] -- one keyword of several
    assert answer.status_code == 401


async def test_required_secret(without_temporal: httpx.AsyncClient) -> None:
    """Where the secret is required, its absence is a 401."""
    assert (await without_temporal.post(UNKNOWN.path, json={})).status_code == 401


async def test_secret_is_redacted(driver: OrderDriver) -> None:
    """Wherever the secret stands in a body, it does not get into the history."""
    await driver.placed()
    secret = KEYS.callback(driver.handle.id).secret
    await driver.push({"note": f"x{secret}y", "push_secret": secret, "status": "failed"})
    await driver.until_message(2)
    history = (await driver.handle.fetch_history()).to_json()
    delivered = "".join(str(message) for message in (await driver.status()).messages)
    assert secret not in history
    assert base64.b64encode(secret.encode()).decode()[:40] not in history
    assert secret not in delivered
    assert "x***y" in delivered
