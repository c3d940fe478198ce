"""Whatever TENIOS answers with: a `TeniosError`, and nothing of what was sent in it."""

import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from pydantic import SecretStr

from number_orders.tenios import errors
from number_orders.tenios.answer_body import read_body
from tests.support.answering import DOCUMENT, Answers, answering, order_request, response
from tests.support.answering import verification_request as verification
from tests.support.fuzzing import examples
from tests.tenios.test_client import told

QUICK = examples(
    100,
    # Shrinking hundreds of calls takes minutes; what failed is shown as it was drawn.
    phases=[Phase.explicit, Phase.generate],
    # The server is the same for all examples; only its answer changes.
    suppressed=[HealthCheck.function_scoped_fixture],
)
KEY = "7d0c3a52-4f1e-4b1a-9a55-0c5a7f6d21be"
STREET = "Düsterstraße"
SECRETS = [KEY, STREET, STREET.upper(), DOCUMENT, f"{STREET} 4", KEY[:20]]

WORDS = st.sampled_from([*SECRETS, "INVALID_VALUE", "BAD_CREDENTIALS", "false", "verification"])
TEXTS = st.lists(WORDS | st.text(max_size=6), max_size=3).map(" ".join)
KEYS = st.sampled_from(
    [
        *("error_code", "errorCode", "error_message", "fields", "success", "data", "message"),
        *("verification_id", "verificationID", "order_id", "status", "error", "errors", "id"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=4),
    max_leaves=8,
)
BODIES = st.binary(max_size=60) | st.dictionaries(KEYS, VALUES, max_size=5).map(
    lambda value: json.dumps(value).encode()
)
STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 408, 418, 429, 500, 999])
HEADERS = st.sampled_from(
    [
        *("Content-Encoding: gzip", "Content-Type: application/json; charset=utf-16"),
        *(f"X-Echo: {KEY}", f"{KEY} {STREET}", "Set-Cookie: a=b; expires=x", "Location: http://["),
    ]
)
ANSWERS = st.binary(max_size=60) | st.builds(
    lambda status, body, headers: response(status, body, *headers),
    STATUSES,
    BODIES,
    st.lists(HEADERS, max_size=2),
)


@pytest.fixture(scope="module")
async def tenios_of_any_kind() -> AsyncIterator[Answers]:
    async with answering(key=KEY) as answers:
        yield answers


@QUICK
@given(answer=ANSWERS)
async def test_any_answer(tenios_of_any_kind: Answers, answer: bytes) -> None:
    """No answer makes a call raise anything else, and no error tells what was sent."""
    server = tenios_of_any_kind
    server.answer = answer
    order = order_request(push_secret=SecretStr(KEY[::-1]))
    for call, secrets in (
        (server.client.create_verification(verification(street=STREET)), [KEY, STREET, DOCUMENT]),
        (server.client.order_number(order), [KEY]),
        (server.client.cancel_number("+4922112345"), [KEY]),
    ):
        failure = await failure_of(call)
        if failure is not None:
            printed = told(failure).lower()
            assert not any(secret.lower() in printed for secret in secrets)
            assert failure.__cause__ is failure.__context__ is None


@QUICK
@given(value=st.dictionaries(KEYS, VALUES, max_size=5), status=STATUSES)
async def test_no_order_against_its_own_words(
    tenios_of_any_kind: Answers, value: dict[str, Any], status: int
) -> None:
    """What says no is not taken for an order, and what has an order id not for a no."""
    server = tenios_of_any_kind
    server.answer = response(status, json.dumps(value))
    failure = await failure_of(server.client.order_number(order_request()))
    if isinstance(failure, errors.NotExecuted):
        assert value.get("order_id") in (None, "", [], {})
    if failure is None:
        assert 200 <= status < 300
        assert value.get("success") not in (False, "false")
        assert value.get("error") in (None, False, "false", "", 0, [], {})


async def failure_of(call: Coroutine[Any, Any, object]) -> errors.TeniosError | None:
    """What the call raised, if that is one of the client's own errors."""
    try:
        await call
    except errors.TeniosError as error:
        return error
    return None


@QUICK
@given(content=st.binary(max_size=300), charset=st.none() | st.text(max_size=12))
def test_any_body(content: bytes, charset: str | None) -> None:
    """No bytes and no charset make the reading of a body raise."""
    read_body(content, charset)


@QUICK
@given(
    value=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    charset=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "latin-1"]),
    before=st.text(st.characters(exclude_characters='\0{<"[', codec="ascii"), max_size=10),
)
def test_each_charset(value: dict[str, str], charset: str, before: str) -> None:
    """An object is found in each charset, with words before it."""
    content = (before + json.dumps(value | {"order_id": 7})).encode(charset)
    body = read_body(content, None)
    assert body is not None
    assert "7" in body.distinct("order_id")
