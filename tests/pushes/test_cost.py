"""What a push costs grows with its length alone: one body holds up nobody else's."""

import time
from collections.abc import Callable

import pytest

from number_orders.pushes.fields import LARGEST_BODY, LONGEST_KEY, content_of, key_of
from number_orders.pushes.reading import read
from number_orders.pushes.text import plain

ABOVE, BELOW = "\u0301", "\u0323"
MARKS = 60
"""More may become of no row: thirty stay, each of which may be two."""

GROWING: dict[str, Callable[[int], str]] = {
    "marks": lambda n: '{"x":"a' + ABOVE * n + BELOW * n + '"}',
    "marks in a key": lambda n: '{"a' + ABOVE * n + BELOW * n + '":1}',
    "marks in forms": lambda n: "a=" * 6 + ABOVE * n + BELOW * n,
    "marks in a number": lambda n: '{"phone":"' + ABOVE * n + BELOW * n + '"}',
    "marks in parts": lambda n: '{"x":"' + "\u0f73" * (2 * n) + '"}',
    "marks after half width": lambda n: '{"x":"' + (ABOVE * 20 + "\uff9e" + BELOW * 20) * (n // 20),
    "a key that grows": lambda n: '{"' + "\ufdfa" * n + '":[' + '{"id":1},' * 200 + "1]}",
    "a long key": lambda n: '{"' + "o" * n + '":[' + '{"id":1},' * 200 + "1]}",
}


@pytest.mark.parametrize("case", GROWING)
def test_linear(case: str) -> None:
    """Twice the length costs no more than three times as much."""
    small, large = (GROWING[case](n).encode() for n in (5_000, 10_000))
    assert len(large) <= LARGEST_BODY
    # What is too short to be measured well is no danger either.
    assert _seconds(large) <= max(3 * _seconds(small), 0.06)


def _seconds(body: bytes) -> float:
    def once() -> float:
        began = time.process_time()
        read(body)
        return time.process_time() - began

    return min(once() for _ in range(5))


@pytest.mark.parametrize("mark", [ABOVE, "\u0344", "\u0f73", "\u0f75", "\u0f81", "\uff9e"])
def test_marks_in_a_row(mark: str) -> None:
    """A row of marks is cut, also of those that are marks only when they are taken apart."""
    assert len(plain("a" + mark * 10_000 + "b")) <= MARKS + 2
    assert plain(f"a{mark * 3}b") != plain("ab")
    assert plain("a" + mark * 10_000 + "b").endswith("b")


def test_ordinary_text_stays() -> None:
    """What people write is normalised as Unicode says."""
    assert plain("Zu\u0308rich \uff26 \u00e9\u0323") == "Z\u00fcrich F \u1eb9\u0301"


def test_length_of_a_key() -> None:
    """A key is cut, and what was cut off is an objection."""
    assert len(key_of("\u3316" * 5_000)) == LONGEST_KEY
    body = '{"' + "x" * 1_000 + 'error":"x","orderId":7}'
    assert content_of(body.encode()).problem
    assert read(body.encode()).objection
    assert not content_of(f'{{"{"x" * LONGEST_KEY}":1}}'.encode()).problem
