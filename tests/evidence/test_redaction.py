"""No secret leaves the bridge, in whatever way it is written."""

import base64
import html
import json
import quopri
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.worst_push import BODIES
from number_orders.evidence.credentials import credentials_in
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.redaction import redact
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys
from tests.support.fuzzing import examples

CALLBACK = CallbackKeys({"k": b"0123456789abcdef"}).callback("number-order:a")
SECRET, TOKEN = CALLBACK.secret, CALLBACK.token
QUICK = examples(200)


def percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04X}" for character in text)


def half(write: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: write(text[:20]) + text[20:]


def in_base64(before: int, text: str) -> str:
    return base64.b64encode(b"x" * before + text.encode() + b"y").decode()


WRITINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "JSON escapes": escaped,
    "some JSON escapes": half(escaped),
    "JSON escapes in JSON": lambda text: json.dumps(escaped(text)),
    "percent": percent,
    "some percent": half(percent),
    "percent twice": lambda text: quote(percent(text)),
    "percent of JSON escapes": lambda text: quote(escaped(text)),
    "references": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "hex references": lambda text: "".join(f"&#x{ord(character):X};" for character in text),
    "quoted-printable": lambda text: "".join(f"={ord(character):02X}" for character in text),
    "a line break in quoted-printable": lambda text: text[:9] + "=\r\n" + text[9:],
    "hex": lambda text: text.encode().hex(),
    **{f"base64 at {n}": partial(in_base64, n) for n in range(6)},
}
CODECS = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def undone(redacted: bytes, codec: str) -> list[str]:
    """What people or programs could read in it."""
    text = redacted.decode(codec)
    texts = [text, unquote(text), unquote(unquote(text)), html.unescape(text)]
    texts += [
        one.encode("ascii", errors="ignore").decode("unicode_escape", errors="ignore")
        for one in list(texts)
    ]
    texts.append(quopri.decodestring(text.encode()).decode(errors="ignore"))
    for encoded in text.split('"'):
        try:
            texts.append(base64.b64decode(encoded).decode("latin-1"))
        except ValueError:
            continue
    return texts


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("writing", WRITINGS)
def test_redacted(writing: str, codec: str) -> None:
    """A secret is redacted however it is written, and nothing else is touched."""
    text = f'{{"a":"Köln","b":"{WRITINGS[writing](SECRET)}","c":"Süd"}}'
    body = text.encode(codec)
    redacted = redact(body, SECRET, TOKEN)
    assert len(redacted) == len(body)
    assert not any(SECRET in one for one in undone(redacted, codec))
    assert not any(SECRET[8:-8] in one for one in undone(redacted, codec))
    left = redacted.decode(codec)
    assert left.startswith('{"a":"Köln","b":"')
    assert left.endswith('","c":"Süd"}')
    assert "*" * 30 in left


@QUICK
@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    writing=st.sampled_from(sorted(set(WRITINGS) - {"plain"})),
    codec=st.sampled_from(CODECS),
)
def test_among_any_text(before: str, after: str, writing: str, codec: str) -> None:
    """Whatever stands around it, no written secret is left."""
    written = WRITINGS[writing](SECRET)
    body = f"{before} {written} {after}".encode(codec, errors="replace")
    redacted = redact(body, SECRET)
    assert written.encode(codec)[4:-4] not in redacted


def test_secrets_in_one_another() -> None:
    """Nothing is left of secrets that stand in one another, however often (see the benchmark)."""
    body = BODIES["secrets in one another"]
    redacted = redact(body, *credentials_in(content_of(body).fields))

    assert len(redacted) == len(body)
    assert b"a" * 8 not in redacted


@given(body=st.binary(max_size=300) | st.text("%u0\\&#x;=419Aa\0", max_size=200).map(str.encode))
@QUICK
def test_nothing_else(body: bytes) -> None:
    """A body without a secret stays as it is, whatever escapes are in it."""
    assert redact(body, SECRET, TOKEN) == body


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"city":"Köln","accessKey":"of-the-customer"}'.encode("latin-1"), None),
        ('{"accessKey":"of-the-customer"}'.encode("utf-16"), None),
        (rb'{"data":{"access_key":"of-the\u002dcustomer"}}', None),
        (b"payload=%7B%22accessKey%22%3A%22of-the-customer%22%7D", None),
        (
            b'--B\r\nContent-Disposition: form-data; name="secret"\r\n\r\nof-the-customer\r\n--B--',
            "multipart/form-data; boundary=B",
        ),
    ],
)
def test_credentials_of_others(body: bytes, content_type: str | None) -> None:
    """The customer's own key is redacted in any encoding, and never read to people."""
    headers = {"content-type": content_type} if content_type else {}
    push = ReceivedPush.of(CALLBACK, content_of(body, content_type), headers, "url")
    assert push.delivery.reading is not None
    assert "customer" not in push.delivery.reading.excerpt
    left = base64.b64decode(push.delivery.body).replace(b"\0", b"")
    assert b"of-the-customer" not in left
    assert b"*" * 10 in left
