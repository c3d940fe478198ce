"""Reading pushes, fuzzed: no failure passes, no order's id is lost, nothing raises.

Pushes are made from what they say, so what they say is known without reading them.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.worst_push import BODIES
from number_orders.pushes.fields import MOST_MEMBERS, MOST_TEXT, content_of
from number_orders.pushes.reading import read
from number_orders.workflows.push_judgement import (
    EXCERPT_LENGTH,
    LONGEST_READ,
    MOST_READ,
    PushReading,
)
from tests.pushes.rendering import Pair, bodies, spelled
from tests.pushes.reports import HARMLESS, REPORTS, STATUS_KEYS
from tests.support.fuzzing import examples

QUICK = examples(250)

ID_KEYS = spelled("order_id", "order_number", "number_order_id", "bestellnummer")
NUMBER_KEYS = spelled("phone_number", "number", "tenios_number", "msisdn", "rufnummer", "numbers")
SUCCESSES = st.sampled_from(
    ["completed", "NUMBER_ORDER_COMPLETED", "order.fulfilled", "Active", "erfolgreich", "done"]
)
ORDER_IDS = st.integers(0, 10**30).map(str) | st.from_regex(r"[A-Z][0-9]{1,8}", fullmatch=True)
DIGITS = st.from_regex(r"[1-9][0-9]{6,11}", fullmatch=True)
SPELLINGS = st.sampled_from(
    [
        ("+49{}", "+49{}"),
        ("0049 {}", "0049{}"),
        ("0{}", "0{}"),
        ("49{}", "49{}"),
        ("+49 (0) {}", "+490{}"),
        ("(0){}", "0{}"),
        ("0/{}", "0{}"),
        ("+49-{} ", "+49{}"),
        ("+49.{}", "+49{}"),
        ("tel:+49{}", "+49{}"),
        ("+49\u00a0{}", "+49{}"),
    ]
)


@st.composite
def named_order(draw: st.DrawFn, order_id: str) -> Pair:
    """An order id under one of its names: as a text, in a list, in an object, in one in another."""
    if draw(st.booleans()):
        return draw(ID_KEYS), draw(st.sampled_from([order_id, [order_id], f" {order_id} "]))
    held: object = order_id
    for key in draw(st.lists(spelled("id", "uid", "guid", "reference"), min_size=1, max_size=3)):
        held = {key: held}
    for key in draw(st.lists(spelled("data", "meta", "attributes"), max_size=2)):
        held = {key: held}
    return draw(spelled("order", "number_order", "external_order", "bestellung")), held


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Pair, str]:
    """A phone number under one of its names, and as it is read."""
    written, expected = draw(SPELLINGS)
    digits = draw(DIGITS)
    return (draw(NUMBER_KEYS), written.format(digits)), expected.format(digits)


@QUICK
@given(data=st.data(), order_ids=st.lists(ORDER_IDS, max_size=3, unique=True))
def test_nothing_against_it(data: st.DataObject, order_ids: list[str]) -> None:
    """What is said is read, no more and no less, where nothing speaks against it."""
    found = data.draw(st.lists(numbers(), max_size=2))
    successes = data.draw(st.lists(st.tuples(STATUS_KEYS, SUCCESSES), max_size=2))
    said = [data.draw(named_order(one)) for one in order_ids] + [pair for pair, _ in found]
    harmless = data.draw(st.lists(st.sampled_from(HARMLESS), max_size=2))
    body, content_type = data.draw(bodies([*said, *successes, *harmless]))
    reading = read(body, content_type)
    assert reading.objection is None, body
    assert set(reading.order_ids) == set(order_ids)
    assert set(reading.phone_numbers) == {number for _, number in found}
    assert reading.success == bool(successes)


@QUICK
@given(data=st.data(), report=REPORTS, order_id=ORDER_IDS)
def test_no_failure_passes(data: st.DataObject, report: Pair, order_id: str) -> None:
    """A failure or an unknown status is an objection, whatever success stands beside it."""
    number, _ = data.draw(numbers())
    success = data.draw(st.tuples(STATUS_KEYS, SUCCESSES))
    said = [report, number, success, data.draw(named_order(order_id))]
    body, content_type = data.draw(bodies(said))
    reading = read(body, content_type)
    assert reading.objection, body
    assert order_id in reading.order_ids


WORDS = ["failed", "rejected", "declined", "error", "exception", "refused", "fehlgeschlagen"]
ANY_KEY = st.text(max_size=6) | st.sampled_from(["status", "order", "number", "id", "data", "type"])
ANY_TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_KEY, inner, max_size=4),
    max_leaves=12,
)


@QUICK
@given(
    trees=st.lists(st.tuples(ANY_KEY, ANY_TREE), max_size=4),
    word=st.sampled_from(WORDS),
    around=st.sampled_from(["{}", "it {} today", "ORDER_{}", "({})", "order.{}", "x: {}!"]),
    at=st.integers(0, 4),
    key=ANY_KEY,
)
def test_no_failure_word_passes(
    trees: list[tuple[str, object]], word: str, around: str, at: int, key: str
) -> None:
    """A text with a word for failure is an objection, under whatever key, beside whatever else."""
    members: list[tuple[str, object]] = [*trees[:at], (key, around.format(word)), *trees[at:]]
    inside = ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in members)
    assert read(f"{{{inside}}}".encode()).objection


def check(reading: PushReading) -> None:
    """It is bounded, it can be shown, and it can be sent."""
    assert 0 < len(reading.excerpt) <= EXCERPT_LENGTH
    assert len(reading.order_ids) <= MOST_READ
    assert len(reading.phone_numbers) <= MOST_READ
    for shown in (reading.excerpt, *reading.order_ids, *reading.phone_numbers):
        assert shown.isprintable()
        assert len(shown) <= max(LONGEST_READ, EXCERPT_LENGTH)
    assert PushReading.model_validate_json(reading.model_dump_json()) == reading


CONTENT_TYPES = st.none() | st.sampled_from(
    [
        "application/json; charset=utf-16",
        "multipart/form-data; boundary=B",
        "text/plain; charset=unicode_escape",
        'x; charset="',
    ]
)


@QUICK
@given(body=st.binary(max_size=700), content_type=CONTENT_TYPES | st.text(max_size=50))
def test_any_bytes(body: bytes, content_type: str | None) -> None:
    """No bytes make it raise, whatever they are declared as."""
    check(read(body, content_type))


@QUICK
@given(tree=ANY_TREE, content_type=CONTENT_TYPES, ascii_only=st.booleans())
def test_any_json(tree: object, content_type: str | None, ascii_only: bool) -> None:
    """No JSON makes it raise, lone surrogates and numbers that are none included."""
    body = json.dumps(tree, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    check(read(body, content_type))


@QUICK
@given(
    opening=st.sampled_from(['[{"a":', "[", '{"status":', "--B\n", "a=", "%7B", '"{', "<"]),
    times=st.sampled_from([1, 19, 21, 1100, 20_000]),
    inside=st.sampled_from(["", "1", "9" * 5000, "-" + "9" * 4300, "1e9999", '"x"']),
    closing=st.sampled_from(["", "]", "}", "}]"]),
)
def test_deep_and_huge(opening: str, times: int, inside: str, closing: str) -> None:
    """Neither depth nor huge numbers nor a body that was cut off make it raise."""
    check(read((opening * times + inside + closing * times).encode()))


@pytest.mark.parametrize("name", BODIES)
def test_bounds(name: str) -> None:
    """However much a body holds, no more than the limits say is looked at."""
    content = content_of(BODIES[name])
    assert len(content.fields) <= MOST_MEMBERS
    assert sum(len(f.value) for f in content.fields if isinstance(f.value, str)) <= MOST_TEXT
    check(read(BODIES[name]))
