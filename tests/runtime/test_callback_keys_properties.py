"""Callback addresses and keys: whatever text comes in, nothing is forged and nothing is told."""

import base64
from string import ascii_letters, digits

from hypothesis import assume, given
from hypothesis import strategies as st

from number_orders.runtime.callback_keys import KEY_BYTES_AT_LEAST, CallbackKeys
from tests.support.fuzzing import examples

QUICK = examples(200)

KIDS = st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True)
KEYS = st.binary(min_size=KEY_BYTES_AT_LEAST, max_size=64)
KEY_RINGS = st.dictionaries(KIDS, KEYS, min_size=1, max_size=4)
# Lone surrogates are no text that could be encoded; Temporal takes no such workflow id.
WORKFLOW_IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=100)
ANY_TEXT = st.text(max_size=80) | st.text(st.characters(categories=["Cs", "Nd"]), max_size=5)


def address(path: str) -> tuple[str, str, str]:
    """Key id, encoded workflow id and token of a callback's path."""
    _, _, kid, encoded, token = path.split("/")
    return kid, encoded, token


@QUICK
@given(ring=KEY_RINGS, workflow_id=WORKFLOW_IDS)
def test_round_trip(ring: dict[str, bytes], workflow_id: str) -> None:
    """Each key's addresses are recognised, and the first key signs."""
    keys = CallbackKeys(ring)
    assert keys.callback(workflow_id).kid == next(iter(ring))
    for kid, key in ring.items():
        made = CallbackKeys({kid: key}).callback(workflow_id)
        assert keys.verify(*address(made.path)) == made


@QUICK
@given(
    workflow_id=WORKFLOW_IDS,
    part=st.integers(0, 2),
    # The last character is special: of its bits, some may mean nothing.
    position=st.integers(0, 200) | st.just(-1),
    replaced=st.integers(0, 1),
    by=st.text(max_size=2) | st.sampled_from(f"{ascii_letters}{digits}-_=+/"),
)
def test_any_change_is_refused(
    workflow_id: str, part: int, position: int, replaced: int, by: str
) -> None:
    """An address of which one character is changed, added or left out is refused."""
    keys = CallbackKeys({"new": b"1" * 16, "old": b"2" * 16})
    parts = list(address(keys.callback(workflow_id).path))
    place = position % len(parts[part])
    changed = parts[part][:place] + by + parts[part][place + replaced :]
    assume(changed != parts[part])
    parts[part] = changed
    assert keys.verify(*parts) is None


@QUICK
@given(workflow_id=WORKFLOW_IDS, other=WORKFLOW_IDS)
def test_addresses_are_not_interchangeable(workflow_id: str, other: str) -> None:
    """No part of one order's address, nor its secret, opens another order's."""
    assume(workflow_id != other)
    keys = CallbackKeys({"new": b"1" * 16, "old": b"2" * 16})
    mine, theirs = keys.callback(workflow_id), keys.callback(other)
    kid, encoded, _ = address(mine.path)
    for token in (theirs.token, theirs.secret, mine.secret):
        assert keys.verify(kid, encoded, token) is None
    assert keys.verify("old", encoded, mine.token) is None


@QUICK
@given(kid=ANY_TEXT | st.just("new"), encoded=ANY_TEXT, token=ANY_TEXT)
def test_any_text(kid: str, encoded: str, token: str) -> None:
    """Arbitrary text is refused and raises nothing."""
    assert CallbackKeys({"new": b"1" * 16}).verify(kid, encoded, token) is None


@QUICK
@given(ring=KEY_RINGS, workflow_id=WORKFLOW_IDS)
def test_secret(ring: dict[str, bytes], workflow_id: str) -> None:
    """The secret is not the token, fits TENIOS' 64 characters, and neither shows in a `repr`."""
    callback = CallbackKeys(ring).callback(workflow_id)
    assert callback.secret != callback.token
    assert 43 <= len(callback.secret) <= 64
    assert callback.secret not in repr(callback)
    assert callback.token not in repr(callback)


@QUICK
@given(ring=KEY_RINGS, spaces=st.lists(st.sampled_from(["", " ", "\n"]), min_size=8, max_size=8))
def test_keys_are_read(ring: dict[str, bytes], spaces: list[str]) -> None:
    """Well-formed keys are read in their order, whatever space is around them."""
    entries = [f"{kid}:{base64.b64encode(key).decode()}" for kid, key in ring.items()]
    text = ",".join(
        f"{before}{entry}{after}"
        for entry, before, after in zip(entries, spaces, spaces[::-1], strict=False)
    )
    keys = CallbackKeys.parse(text)
    assert list(keys.keys.items()) == list(ring.items())
    assert all(repr(key) not in repr(keys) for key in ring.values())


@QUICK
@given(
    key=KEYS,
    broken=st.sampled_from(
        [
            "{key}",  # the key id was forgotten
            "a b:{key}",
            "a:{key},a:{key}",
            "a:{key}?",
            "a:{key},b:",
            "a:{key},,b:{key}",
            "a:{key},b:{half}",
            "a:{key}:{key}",
            "a;{key}",
        ]
    ),
)
def test_errors_keep_the_keys(key: bytes, broken: str) -> None:
    """Malformed keys are refused by their place or id, without a part of any key."""
    encoded = base64.b64encode(key).decode()
    half = base64.b64encode(key[: KEY_BYTES_AT_LEAST - 1]).decode()
    problem = problem_of(broken.format(key=encoded, half=half))
    assert problem.startswith(("entry ", "the key "))
    assert not any(encoded[at : at + 8] in problem for at in range(len(encoded) - 7))


@QUICK
@given(text=ANY_TEXT)
def test_any_keys(text: str) -> None:
    """Arbitrary text is no key ring, and says so with a `ValueError`."""
    # By chance alone no text has this many characters of valid base64 after a key id.
    assert problem_of(text)


def problem_of(text: str) -> str:
    """Why these keys cannot be read."""
    try:
        CallbackKeys.parse(text)
    except ValueError as error:
        return str(error)
    raise AssertionError("it was read")
