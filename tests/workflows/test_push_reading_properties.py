"""Reading pushes: whatever arrives is read or shown, and no failure passes for a completion."""

import json
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.push_reading import EXCERPT_LENGTH, PushReading, read_push

QUICK = settings(max_examples=150, deadline=None, derandomize=True)

ENCODABLE = st.characters(codec="utf-8")
SUCCESSES = {
    *("active", "activated", "complete", "completed", "delivered", "done", "finished", "fulfilled"),
    *("ok", "ordercompleted", "numberordercompleted", "success", "successful", "succeeded", "true"),
}


@st.composite
def spelled(draw: st.DrawFn, *names: str) -> str:
    """One of the names, which are in snake case, in the spelling of any programmer."""
    words = draw(st.sampled_from(names)).split("_")
    camel = words[0] + "".join(word.title() for word in words[1:])
    return draw(
        st.sampled_from(["_".join(words), camel, "-".join(words).title(), "_".join(words).upper()])
    )


KEYS = spelled(
    *("order_id", "order_number", "phone_number", "number", "msisdn", "status", "order_state"),
    *("error", "error_message", "failure_reason", "success"),
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just(10**4000)
    | st.text(st.characters(categories=["Cs"]), max_size=2)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)
# No key that means anything to us begins with an x.
NOISE_KEYS = st.text(st.characters(codec="ascii"), max_size=8).map("x{}".format)
NOISE = st.dictionaries(
    NOISE_KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NOISE_KEYS, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)
FORM_NOISE = st.dictionaries(
    st.from_regex(r"x[A-Za-z0-9_.\[\]-]{0,8}", fullmatch=True),
    st.text(ENCODABLE, max_size=10),
    max_size=4,
)


@st.composite
def bodies(draw: st.DrawFn, fields: dict[str, object]) -> bytes:
    """These fields among others, in JSON at some depth, or in a form if they are text."""
    if all(isinstance(value, str) for value in fields.values()) and draw(st.booleans()):
        return urlencode({**draw(FORM_NOISE), **fields}).encode()
    content: object = {**draw(NOISE), **fields, **draw(NOISE)}
    for around in draw(st.lists(st.sampled_from(["data", "x", ""]), max_size=5)):
        content = {**draw(NOISE), around: content} if around else [content]
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf", b" \n"]))
    return mark + json.dumps(content).encode()


def check(reading: PushReading) -> None:
    """What is shown to people can be shown, and is short."""
    for shown in (reading.excerpt, *reading.order_ids, *reading.phone_numbers):
        assert shown.isprintable()
        assert 0 < len(shown) <= EXCERPT_LENGTH


@QUICK
@given(body=st.binary(max_size=700) | st.text(ENCODABLE, max_size=700).map(str.encode))
def test_any_bytes(body: bytes) -> None:
    """No bytes make it raise, and what is shown of them is printable and short."""
    check(read_push(body))


@QUICK
@given(content=ANY_JSON, ascii_only=st.booleans())
def test_any_json(content: object, ascii_only: bool) -> None:
    """No JSON makes it raise: huge numbers, lone surrogates and known keys with any value."""
    check(read_push(json.dumps(content, ensure_ascii=ascii_only).encode(errors="surrogatepass")))


@QUICK
@given(
    opening=st.sampled_from(["[", '{"order_id":', '[{"status":']),
    times=st.sampled_from([1, 40, 60, 900, 1100, 20_000]),
    inside=st.sampled_from(["", "1", "9" * 5000, "-" + "9" * 4300, "1e9999", '"x"']),
    closing=st.sampled_from(["", "]", "}", "}]"]),
)
def test_deep_and_huge(opening: str, times: int, inside: str, closing: str) -> None:
    """Neither depth nor huge numbers nor a body that was cut off make it raise."""
    check(read_push((opening * times + inside + closing * times).encode()))


@QUICK
@given(
    pairs=st.lists(
        st.tuples(KEYS | st.text(ENCODABLE, max_size=5), st.text(ENCODABLE, max_size=20)),
        max_size=120,
    ),
    separator=st.sampled_from(["&", "&&", ";", "\n"]),
)
def test_any_form(pairs: list[tuple[str, str]], separator: str) -> None:
    """No form makes it raise, however many fields it has and whatever separates them."""
    check(read_push(separator.join(urlencode([pair]) for pair in pairs).encode()))


@QUICK
@given(pairs=st.lists(st.tuples(KEYS, st.text(ENCODABLE, min_size=1)), min_size=1, max_size=5))
def test_repeated_keys(pairs: list[tuple[str, str]]) -> None:
    """A key that stands several times hides none of its values."""
    members = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs]
    together = read_push(f"{{{', '.join(members)}}}".encode())
    alone = [read_push(f"{{{member}}}".encode()) for member in members]
    assert together.order_ids == frozenset().union(*(one.order_ids for one in alone))
    assert together.phone_numbers == frozenset().union(*(one.phone_numbers for one in alone))
    assert (together.problem is None) == all(one.problem is None for one in alone)


@QUICK
@given(
    data=st.data(),
    key=spelled("error", "errors", "error_code", "error_message", "failure", "failure_reason"),
    value=st.sampled_from(["E1", "x", 1, -1, 0.5, True, ["x"], [None], {"code": 1}, "yes"]),
)
def test_error(data: st.DataObject, key: str, value: object) -> None:
    """A push with an error anywhere never passes for a completion."""
    fields = {"order_id": "7", "status": "completed", key: value}
    assert read_push(data.draw(bodies(fields))).problem


@QUICK
@given(
    data=st.data(),
    key=spelled("status", "order_status", "state", "order_state", "result", "event"),
    value=st.sampled_from(["failed", "in progress", "not completed", "Incomplete", "0", "no"])
    | st.text("abcdelopstuv -_", min_size=1)
    | st.integers()
    | st.just(False)
    | st.lists(st.just("completed"))
    | st.just({"code": "failed"}),
)
def test_unknown_status(data: st.DataObject, key: str, value: object) -> None:
    """A push with a status that is no known success never passes for a completion."""
    if isinstance(value, str) and _letters(value) in SUCCESSES:
        value += "x"
    fields = {"order_id": 7, key: value}
    assert read_push(data.draw(bodies(fields))).problem


@QUICK
@given(
    data=st.data(),
    id_key=spelled("order_id", "order_number", "number_order_id"),
    number_key=spelled("phone_number", "number", "phone", "msisdn", "e164", "telephone_number"),
    order_id=st.integers(0, 10**30) | st.text(st.characters(codec="ascii"), min_size=1),
    digits=st.from_regex(r"[1-9][0-9]{6,11}", fullmatch=True),
    form=st.sampled_from(
        ["+49{}", "0049{}", "0{}", "49{}", "+49 (0){}", "(0{}", "0/{}", "+49-{} ", "+49.{}"]
    ),
    success=st.sampled_from(sorted(SUCCESSES)).flatmap(
        lambda one: st.sampled_from([one, one.upper(), f" {one.title()} "])
    ),
)
def test_completion(  # noqa: PLR0913, PLR0917 -- what a completion consists of
    data: st.DataObject,
    id_key: str,
    number_key: str,
    order_id: int | str,
    digits: str,
    form: str,
    success: str,
) -> None:
    """A well-formed completion is read with its id and number, whatever else stands there."""
    if isinstance(order_id, str):
        order_id = "".join(c for c in order_id if "!" <= c <= "~") or "7"
    fields = {id_key: order_id, number_key: form.format(digits), "status": success}
    reading = read_push(data.draw(bodies(fields)))
    assert reading.order_ids == {str(order_id)}
    assert reading.phone_numbers == {f"+49{digits}"}
    assert reading.problem is None


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
