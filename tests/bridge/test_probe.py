"""The probe of number-orders doctor, and that it opens no door."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from number_orders.bridge.app import create_app
from number_orders.bridge.probe import ProbeAnswer
from number_orders.bridge.server import server_config
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.workflows.contract import LOCATION_ID_PATTERN, WORKFLOW_ID_PREFIX, workflow_id
from tests.conftest import BRIDGE_KEYS, serving

KEYS = CallbackKeys.parse(f"{BRIDGE_KEYS},next:bmV4dC1rZXktb2YtdGhlLXRlc3Rz")
OTHERS = CallbackKeys.parse("test:YW5vdGhlci1rZXktb2YtdGhpcy1uYW1l")
BUILD = "build-7"


def _bridge(client: Client, store: EvidenceStore, *, secret_required: bool = False) -> Starlette:
    return create_app(
        client,
        KEYS,
        store,
        Messenger(SecretStr("")),
        secret_required=secret_required,
        build_id=BUILD,
    )


def _http(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bridge")


@pytest.fixture
def own_store(tmp_path: Path) -> EvidenceStore:
    """A store in which nothing but the probe can have left anything."""
    return EvidenceStore.open((tmp_path / "store").as_uri(), create=True)


@pytest.fixture
async def http(
    temporal: WorkflowEnvironment, own_store: EvidenceStore
) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge."""
    async with _http(_bridge(temporal.client, own_store)) as client:
        yield client


def _answer(response: httpx.Response) -> ProbeAnswer:
    assert response.status_code == 200, response.text
    return ProbeAnswer.model_validate_json(response.content)


@pytest.mark.parametrize("kid", KEYS.keys)
async def test_answer(
    http: httpx.AsyncClient,
    temporal: WorkflowEnvironment,
    own_store: EvidenceStore,
    caplog: pytest.LogCaptureFixture,
    kid: str,
) -> None:
    """A probe signed with any key is answered with the proof of that key, and leaves nothing."""
    probe = KEYS.probe(kid)
    with caplog.at_level(logging.INFO):
        answer = _answer(
            await http.post(probe.path, headers={"X-Push-Secret": probe.secret}, content=b"{}")
        )
    assert answer.proof == KEYS.proof(probe)
    assert (answer.secret_arrived, answer.temporal_reachable) == (True, True)
    assert (answer.namespace, answer.build_id) == (temporal.client.namespace, BUILD)
    assert answer.store == await own_store.fingerprint()
    assert await own_store.list("callbacks") == []
    assert [record for record in caplog.records if record.name.startswith("bridge")] == []


async def test_without_header(http: httpx.AsyncClient) -> None:
    """A probe whose secret does not arrive is answered, and told so."""
    assert not _answer(await http.post(KEYS.probe("test").path)).secret_arrived


async def test_secret_required(temporal: WorkflowEnvironment, own_store: EvidenceStore) -> None:
    """Where the secret is required, a probe needs its own."""
    probe = KEYS.probe("test")
    async with _http(_bridge(temporal.client, own_store, secret_required=True)) as http:
        assert (await http.post(probe.path)).status_code == 401
        with_secret = await http.post(probe.path, headers={"X-Push-Secret": probe.secret})
    assert _answer(with_secret).secret_arrived


@pytest.mark.parametrize(
    "path",
    [
        OTHERS.probe("test").path,
        KEYS.probe("test").path.replace("/test/", "/next/"),
        KEYS.probe("test").path.replace("/test/", "/unknown/"),
        f"{KEYS.probe('test').path.rpartition('/')[0]}/{KEYS.probe('test').token}",
        f"{KEYS.probe('test').path.rpartition('/')[0]}/{KEYS.callback('number-order:a').token}",
        f"{KEYS.callback('number-order:a').path.rpartition('/')[0]}/{KEYS.probe('test').token}",
    ],
    # The paths are others in each process.
    ids=["other-key", "next-key", "unknown-key", "its-token", "order-token", "order-path"],
)
async def test_forged(http: httpx.AsyncClient, path: str) -> None:
    """A probe with another key's, another probe's or an order's token is any wrong address."""
    refused = await http.post(path)
    nowhere = await http.post("/push/test/eA/x")
    assert (refused.status_code, refused.content) == (404, nowhere.content)


@given(st.from_regex(LOCATION_ID_PATTERN, fullmatch=True), st.integers(1, 10**6))
def test_no_order_is_a_probe(location_id: str, number: int) -> None:
    """No order's address is taken for a probe, however its location is called."""
    assert not KEYS.callback(workflow_id(location_id, number)).is_probe
    assert not KEYS.probe("test").workflow_id.startswith(WORKFLOW_ID_PREFIX)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=50))
def test_proof_is_no_credential(text: str) -> None:
    """A proof is neither token nor secret of anything, so that answering gives nothing away."""
    callback = KEYS.callback(text)
    assert KEYS.proof(callback) not in {callback.token, callback.secret}


async def test_flood(temporal: WorkflowEnvironment, own_store: EvidenceStore) -> None:
    """Probes beyond 60 a minute are refused, whatever their ids; an order's push is not."""
    bridge = _bridge(temporal.client, own_store)
    # Served, so that what is kept has somebody who hands it over.
    async with serving(bridge, server_config) as url, httpx.AsyncClient(base_url=url) as http:
        codes = [(await http.post(KEYS.probe("test").path)).status_code for _ in range(61)]
        # Temporal does not know it: kept.
        push = await http.post(KEYS.callback("number-order:flooded").path, content=b"{}")
    assert codes == [200] * 60 + [429]
    assert push.status_code == 202


async def test_store_and_temporal_away(tmp_path: Path) -> None:
    """A bridge whose store and Temporal are away says so."""
    away = await Client.connect("127.0.0.1:1", lazy=True)
    folder = tmp_path / "store"
    store = EvidenceStore.open(folder.as_uri(), create=True)
    folder.rmdir()
    folder.touch()
    async with _http(_bridge(away, store)) as http:
        answer = _answer(await http.post(KEYS.probe("test").path))
    assert (answer.temporal_reachable, answer.store) == (False, None)
