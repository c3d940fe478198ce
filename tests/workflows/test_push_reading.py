"""Reading pushes: generous, and never raising."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.push_reading import read_push

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary(max_size=2000))
def test_any_bytes(body: bytes) -> None:
    """No bytes make it raise, and what is shown is printable."""
    assert read_push(body).excerpt.isprintable()


@given(JSON)
def test_any_json(content: object) -> None:
    """No JSON makes it raise."""
    read_push(json.dumps(content).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b"9" * 5_000,
        b"\xff",
        b"<a/>",
        b'{"a": 1',
        b'"failed"',
        b'<?xml version="1.0"?><s>FAILED</s>',
        b'"\xed\xa0\x80"',
    ],
)
def test_unreadable(body: bytes) -> None:
    """What cannot be read is said to be so."""
    assert read_push(body).problem == "its body is neither JSON nor a form"


@pytest.mark.parametrize(
    "body",
    [
        b'{"order_id": 7, "phone_number": "+492211234567"}',
        b'{"orderId": "7", "phoneNumber": "0221 1234567"}',
        b'{"data": {"Order-Id": 7, "number": "0049 221/123-4567"}}',
        b'[{"order_id": 7}, {"msisdn": "492211234567"}]',
        b"order_id=7&phone_number=%2B492211234567",
        b'\xef\xbb\xbf{"order_id": 7, "phone_number": "+492211234567", "status": "COMPLETED"}',
    ],
)
def test_order_id_and_number(body: bytes) -> None:
    """Order id and number are found under their likely names, in any form."""
    reading = read_push(body)
    assert reading.order_ids == {"7"}
    assert reading.phone_numbers == {"+492211234567"}
    assert reading.problem is None


def test_repeated_key() -> None:
    """A key that stands twice hides neither of its values."""
    assert read_push(b'{"order_id": 1, "order_id": 2}').order_ids == {"1", "2"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"status": "failed"}',
        b'{"state": "PENDING"}',
        b'{"error": "x"}',
        b'{"errors": [1]}',
        b'{"success": false}',
        b'{"success": "false"}',
        b"status=rejected",
        b'{"result": {"status": "failed"}}',
    ],
)
def test_no_known_success(body: bytes) -> None:
    """An error, or a status that is no known success, is a problem."""
    assert read_push(body).problem


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"status": "active", "error": null, "success": true}']
)
def test_success(body: bytes) -> None:
    """The push alone says that the order is completed; nothing has to confirm it."""
    assert read_push(body).problem is None


def test_nested_too_deep() -> None:
    """How deep is too deep is the same on every Python, so that a history reads the same."""
    assert read_push(b"[" * 50 + b'{"order_id": 1}' + b"]" * 50).problem is not None
    assert read_push(b"[" * 49 + b'{"order_id": 1}' + b"]" * 49).order_ids == {"1"}


def test_status_in_other_letters() -> None:
    """A status is a success only as a whole: what cannot be read in it may say the opposite."""
    assert read_push('{"status": "未 completed"}'.encode()).problem is not None
    assert read_push(b'{"status": "ORDER-COMPLETED"}').problem is None
