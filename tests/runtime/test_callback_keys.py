"""Callback addresses: derived, never stored, and not to be forged."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from number_orders.runtime.callback_keys import CallbackKeys

FIRST = base64.b64encode(b"1" * 32).decode()
SECOND = base64.b64encode(b"2" * 32).decode()
KEYS = CallbackKeys.parse(f"new:{SECOND},old:{FIRST}")


@given(st.text(min_size=1, max_size=100))
def test_round_trip(workflow_id: str) -> None:
    """An address that we made is recognised and leads to its order."""
    try:
        workflow_id.encode()
    except UnicodeEncodeError:
        return
    callback = KEYS.callback(workflow_id)
    _, _, kid, encoded, token = callback.path.split("/")
    assert KEYS.verify(kid, encoded, token) == callback


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_anything_else_is_forged(kid: str, encoded: str, token: str) -> None:
    """Arbitrary text is never an address, and never an error."""
    assert KEYS.verify(kid, encoded, token) is None


def test_rotation() -> None:
    """The first key signs; an address made with an older one is still recognised."""
    old = CallbackKeys.parse(f"old:{FIRST}").callback("number-order:a")
    assert KEYS.callback("number-order:a").kid == "new"
    assert KEYS.verify("old", old.path.split("/")[3], old.token) == old
    assert (
        CallbackKeys.parse(f"new:{SECOND}").verify("old", old.path.split("/")[3], old.token) is None
    )


def test_secret_and_token_differ() -> None:
    """Who sees the address does not know the secret, and the secret fits TENIOS' 64 characters."""
    callback = KEYS.callback("number-order:a")
    assert callback.secret != callback.token
    assert len(callback.secret) == 43
    assert callback.secret not in repr(callback)
    assert callback.token not in repr(callback)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "entry 1 is not of the form"),
        ("nokey", "entry 1 is not of the form"),
        (f"a:{FIRST},", "entry 2 is not of the form"),
        (f"a/b:{FIRST}", "entry 1 is not of the form"),
        (f"a:{FIRST},a:{SECOND}", "stands twice"),
        ("a:???", "is not base64"),
        ("a:c2hvcnQ=", "fewer than 16 bytes"),
    ],
)
def test_malformed_keys(text: str, problem: str) -> None:
    """Malformed keys are named without repeating them."""
    with pytest.raises(ValueError, match=problem) as caught:
        CallbackKeys.parse(text)
    assert FIRST not in str(caught.value)


@pytest.mark.parametrize("text", ["c2VjcmV0c2VjcmV0c2VjcmV0:old", "a:ä", "c2VjcmV0c2VjcmV0:c2g="])
def test_swapped_or_odd_key(text: str) -> None:
    """An error names the entry by its place, since what stands for the id may be the key."""
    with pytest.raises(ValueError, match=r"entry 1") as caught:
        CallbackKeys.parse(text)
    assert "c2Vj" not in str(caught.value)
