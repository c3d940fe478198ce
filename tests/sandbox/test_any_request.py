"""The sandbox survives whatever it is sent, shows it, and goes on."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import strategies as st
from starlette.applications import Starlette

from number_orders.sandbox.app import create_app
from tests.conftest import serving
from tests.sandbox.test_vendor import ORDER, VERIFICATION
from tests.support.fuzzing import examples

QUICK = examples(
    150,
    phases=[Phase.explicit, Phase.generate],
    suppressed=[HealthCheck.function_scoped_fixture],
)
NAMES = st.sampled_from([*VERIFICATION, *ORDER, "push_url", "push_secret", "link_to_number"])
TEXTS = st.text(max_size=8) | st.sampled_from(["k", "221", "http://x", "GEOGRAPHICAL", "\ud83d"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=3),
    max_leaves=6,
)
CHANGES = st.dictionaries(NAMES | TEXTS, VALUES, max_size=4)
BODIES = (
    st.binary(max_size=50)
    | VALUES.map(lambda value: json.dumps(value).encode())
    | CHANGES.map(lambda changes: json.dumps({**VERIFICATION, **changes}).encode())
    | CHANGES.map(lambda changes: json.dumps({**ORDER, **changes}).encode())
)
PATHS = st.sampled_from(
    [
        *("/verification/create", "/number/order", "/number/cancel", "/"),
        *("/%00", "/%ff", "/a%0ab", "//x", "/%3f%23", "/number/order/", "/_sandboxes"),
    ]
)


def app(folder: Path) -> Starlette:
    return create_app(
        access_keys=frozenset({"k"}), state_file=str(folder / "state"), auto_seconds=None
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
async def http(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """One sandbox for all requests, which afterwards starts again with what they left."""
    async with (
        serving(app(folder)) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        yield client
        seen = (await client.get("/_sandbox/ledger")).json()
    async with (
        serving(app(folder)) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        assert (await client.get("/_sandbox/ledger")).json() == seen
        assert (await client.get("/_sandbox/")).status_code == 200


async def check(http: httpx.AsyncClient, method: str, path: str, body: bytes) -> dict[str, Any]:
    """Send a request; it is answered in the vendor's form, and the ledger has both."""
    answer = await http.request(method, path, content=body)
    ledger = await http.get("/_sandbox/ledger")
    assert ledger.status_code == 200
    entry: dict[str, Any] = ledger.json()[-1]
    assert answer.status_code in {200, 400, 403, 404}
    assert entry["method"] == method
    assert entry["status"] == answer.status_code
    assert entry["answer"] == (answer.json() if method != "HEAD" else entry["answer"])
    if answer.status_code != 200:
        assert entry["answer"].keys() == {"error_code", "error_message", "fields"}
    return entry


@QUICK
@example(method="POST", path="/number/order", body=b'{"x":NaN}')
@example(method="POST", path="/number/order", body=b'{"x":"\\ud83d", "\\ud83d": -Infinity}')
@example(method="POST", path="/number/order", body=b'{"access_key": []}')
@example(method="POST", path="/number/order", body=b'{"access_key": {}}')
@example(method="POST", path="/number/order", body=b'{"access_key": 5, "x": 1e400}')
@example(method="POST", path="/number/order", body=b"[" * 100_000)
@example(method="POST", path="/number/order", body=b'{"a":' * 300 + b"1" + b"}" * 300)
@example(method="POST", path="/number/order", body=b'{"a":' * 600 + b"1" + b"}" * 600)
@example(method="POST", path="/number/order", body=b"[" * 900 + b"]" * 900)
@example(method="POST", path="/number/order", body=b"9" * 5000)
@example(method="POST", path="/number/order", body=b"\xff\xfe\x00")
@given(
    method=st.sampled_from(["POST", "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "X"]),
    path=PATHS,
    body=BODIES,
)
async def test_any_request(http: httpx.AsyncClient, method: str, path: str, body: bytes) -> None:
    """No request of any bytes is answered with a 500 or breaks the ledger."""
    await check(http, method, path, body)


async def test_what_came_is_shown(http: httpx.AsyncClient) -> None:
    """The ledger shows what is no object, or no JSON, or no text, and never a key."""
    for body, shown in (
        (b'{"x": NaN, "y": "\\ud83d"}', {"x": "nan", "y": "\\ud83d"}),
        (b"[1, 2]", [1, 2]),
        (b"no JSON", "no JSON"),
        (b"\xff", "\\xff"),
        (b'{"access_key": ["k"], "zip": 5}', {"zip": 5}),
    ):
        assert (await check(http, "POST", "/number/order", body))["body"] == shown


@pytest.mark.parametrize("push_url", ["http://[::1", "http://a:99999/", "http://\x00/", "http://ä"])
async def test_callback_that_goes_nowhere(http: httpx.AsyncClient, push_url: str) -> None:
    """An odd callback address breaks neither the order nor the pushes of others."""
    created = (await http.post("/verification/create", json=VERIFICATION)).json()
    await http.post(f"/_sandbox/verifications/{created['verification_id']}/approve")
    told = {"path": "/number/order", "push": {"before_answer": True, "secret_in": "header"}}
    assert (await http.post("/_sandbox/behaviours", json=told)).status_code == 201
    order = {**ORDER, **created, "push_url": push_url, "push_secret": "ä\n"}
    entry = await check(http, "POST", "/number/order", json.dumps(order).encode())
    assert entry["status"] == 200
    [push] = [
        row
        for row in (await http.get("/_sandbox/pushes")).json()
        if row["order_id"] == entry["answer"]["order_id"]
    ]
    assert push["result"] is not None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((f"orders/{'9' * 30}/complete", 409), ("verifications/x/approve", 409)),
        *(("verifications/x/forget", 404), ("nothing", 404)),
    ],
)
async def test_control_of_what_is_not_there(
    http: httpx.AsyncClient, path: str, status: int
) -> None:
    """The control API says no to what it does not know."""
    assert (await http.post(f"/_sandbox/{path}")).status_code == status


@QUICK
@example(body=b'{"path": "/number/order", "latency_seconds": Infinity}')
@example(body=b'{"path": "/number/order", "times": ' + b"9" * 40 + b"}")
@given(body=st.binary(max_size=50) | VALUES.map(lambda value: json.dumps(value).encode()))
async def test_any_behaviour(http: httpx.AsyncClient, body: bytes) -> None:
    """What is no behaviour is refused, and the refusal says why."""
    answer = await http.post("/_sandbox/behaviours", content=body)
    assert answer.status_code == 422
    assert answer.json()[0]["msg"]
