"""The push secret: found wherever it may stand, and in no body that leaves the bridge."""

import json
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from number_orders.bridge.secret import presented_secret
from number_orders.evidence.redaction import redact
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys
from tests.support.fuzzing import examples

QUICK = examples(150)

CALLBACK = CallbackKeys({"k": b"0123456789abcdef"}).callback("number-order:a")
SECRET, TOKEN = CALLBACK.secret, CALLBACK.token

BODY_NAMES = ["push_secret", "pushSecret", "PUSH-SECRET", "secret", "access_key", "accessKey"]
HEADERS = ["x-push-secret", "X-Tenios-Secret", "push-secret", "secret", "access-key"]
OWN_NAMES = ["push_secret", "pushSecret", "x-push-secret", "X-Tenios-Secret"]
WRONG = ["", "wrong", TOKEN, SECRET[:-1], SECRET + "=", f" {SECRET}", SECRET.swapcase()]

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.text(st.characters(categories=["Cs"]), max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
NOISE = st.dictionaries(st.text(min_size=1, max_size=10).map("x{}".format), JSON_VALUES, max_size=5)
RAW_HEADERS = st.lists(
    st.tuples(
        st.binary(max_size=20) | st.sampled_from([name.lower().encode() for name in HEADERS]),
        st.binary(max_size=60) | st.sampled_from([b"Bearer ", b"Bearer wrong", SECRET.encode()]),
    ),
    max_size=5,
)
# A few letters are enough to meet any overlap; to draw them from all bytes would never do so.
LETTERS = st.text("ab-_", max_size=40)
SECRETS = st.text("ab-_", min_size=1, max_size=6)


def request(headers: list[tuple[bytes, bytes]] | None = None, query: bytes = b"") -> Request:
    return Request({"type": "http", "headers": headers or [], "query_string": query})


@QUICK
@given(headers=RAW_HEADERS, query=st.binary(max_size=100), body=st.binary(max_size=200))
def test_any_bytes(headers: list[tuple[bytes, bytes]], query: bytes, body: bytes) -> None:
    """No bytes in header, query and body make it raise."""
    assert presented_secret(request(headers, query), content_of(body), SECRET) in {
        "secret",
        "wrong",
        "absent",
    }


@QUICK
@given(
    content=st.dictionaries(st.text(max_size=5) | st.sampled_from(BODY_NAMES), JSON_VALUES)
    | JSON_VALUES,
    ascii_only=st.booleans(),
)
def test_any_json(content: object, ascii_only: bool) -> None:
    """No JSON makes it raise, lone surrogates and values of another type included."""
    body = json.dumps(content, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    assert presented_secret(request(), content_of(body), SECRET) in {"wrong", "absent"}


@QUICK
@given(name=st.sampled_from(BODY_NAMES), noise=NOISE, mark=st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_in_json(name: str, noise: dict[str, object], mark: bytes) -> None:
    """The right secret is found in a JSON body, whatever else stands there."""
    for content in ({**noise, name: SECRET}, {name: SECRET, **noise}):
        body = mark + json.dumps(content).encode()
        assert presented_secret(request(), content_of(body), SECRET) == "secret"


@QUICK
@given(
    name=st.sampled_from(BODY_NAMES),
    noise=st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=10).map("x{}".format),
        st.text(st.characters(codec="utf-8"), max_size=10),
        max_size=5,
    ),
)
def test_in_form_and_query(name: str, noise: dict[str, str]) -> None:
    """The right secret is found in a form and in the query, whatever else stands there."""
    form = urlencode({**noise, name: SECRET}).encode()
    assert presented_secret(request(), content_of(form), SECRET) == "secret"
    assert presented_secret(request(query=form), content_of(b""), SECRET) == "secret"


@QUICK
@given(
    name=st.sampled_from([*HEADERS, "Authorization"]),
    scheme=st.sampled_from(["", "Bearer "]),
    others=RAW_HEADERS,
    body=st.binary(max_size=50),
)
def test_in_header(name: str, scheme: str, others: list[tuple[bytes, bytes]], body: bytes) -> None:
    """The right secret is found in a header, whatever other headers and the body say."""
    header = (name.lower().encode(), (scheme + SECRET).encode())
    for headers in ([*others, header], [header, *others]):
        assert presented_secret(request(headers), content_of(body), SECRET) == "secret"


@QUICK
@given(
    place=st.sampled_from(["json", "form", "query", "header"]),
    name=st.sampled_from([*OWN_NAMES, "secret", "access-key", "Authorization"]),
    wrong=st.sampled_from(WRONG) | st.text(st.characters(codec="ascii", min_codepoint=33)),
)
def test_wrong(place: str, name: str, wrong: str) -> None:
    """Anything but the secret is wrong under its own names, and under others stands for nothing."""
    headers, query, body = [], b"", b""
    pair = f"{quote(name)}={quote(wrong)}".encode()
    match place:
        case "json":
            body = json.dumps({name: wrong}).encode()
        case "form":
            body = pair
        case "query":
            query = pair
        case "header":
            headers = [(name.lower().encode(), wrong.encode())]
    expected = "wrong" if name in OWN_NAMES else "absent"
    assert presented_secret(request(headers, query), content_of(body), SECRET) == expected


@QUICK
@given(
    pieces=st.lists(
        st.sampled_from([SECRET, TOKEN, "*", '{"push_secret": "']).map(str.encode)
        | st.integers(0, 43).map(lambda length: SECRET[:length].encode())
        | st.integers(0, 43).map(lambda length: SECRET[length:].encode())
        | st.binary(max_size=20),
        max_size=12,
    )
)
def test_no_secret_survives(pieces: list[bytes]) -> None:
    """After redaction no secret is left, however its parts lie around it, and nothing moved."""
    body = b"".join(pieces)
    redacted = redact(body, SECRET, TOKEN)
    assert SECRET.encode() not in redacted
    assert TOKEN.encode() not in redacted
    assert all(new in (old, ord("*")) for old, new in zip(body, redacted, strict=True))


@QUICK
@given(body=LETTERS, secrets=st.lists(SECRETS, max_size=3))
def test_overlapping_secrets(body: str, secrets: list[str]) -> None:
    """Secrets that overlap themselves and one another are redacted, and nothing else is."""
    redacted = redact(body.encode(), *secrets).decode()
    assert not any(secret in redacted for secret in secrets)
    covered = {
        place
        for secret in secrets
        for start in range(len(body))
        if body.startswith(secret, start)
        for place in range(start, start + len(secret))
    }
    assert all(place in covered for place, letter in enumerate(redacted) if letter == "*")
