r"""Secrets are redacted in a body before it leaves the bridge, in whatever way they are written.

Whoever reads a history, a kept file or a status may read bodies. A secret may stand there as it
is, in UTF-16, in escapes (JSON's `\u0041`, a form's `%41`, `&#65;`, quoted-printable), in several
of these at once, or in base64.
"""

import base64
import re
from collections.abc import Iterator, Sequence

_ESCAPES = re.compile(
    rb"\0+"
    # A row of backslashes is looked at once, from its beginning: it would cost its square.
    rb"|(?<!\\)\\++(?:u(?P<json>[0-9a-fA-F]{4})|(?=[\"/]))"
    rb"|%(?P<percent>[0-9a-fA-F]{2})"
    rb"|&#(?:[xX]0*(?P<hex>[0-9a-fA-F]{1,4})|0*(?P<decimal>[0-9]{1,5}));"
)
_QUOTED_PRINTABLE = re.compile(rb"=(?P<percent>[0-9a-fA-F]{2})|=\r?\n")
_ROUNDS = 5
"""How often a text may have been escaped, UTF-16 included."""
_STARS = b"\0" + b"*" * 255
"""The zeros of UTF-16 stay, so that the body stays readable."""
_LONG_ENOUGH = 16
"""Bytes of a secret whose base64 is looked for; a shorter one's would be found anywhere."""

_View = tuple[bytes, Sequence[int]]
"""A text, and for each of its bytes, and its end, where it began in the body."""


def redact(body: bytes, *secrets: str) -> bytes:
    """The body without secrets: each byte of theirs is a `*`, and nothing has moved."""
    redacted = bytearray(body)
    # The longest first: what stands in another one goes with it.
    forms = sorted({form for one in secrets if one for form in _forms(one)}, key=len, reverse=True)
    for text, starts in _views(body):
        left = bytearray(text)
        for form in forms:
            place = left.find(form)
            while place >= 0:
                end = place + len(form)
                # Each byte is blotted out once, whatever repeats itself in whatever.
                left[place:end] = bytes(len(form))
                found = slice(starts[place], starts[end])
                redacted[found] = redacted[found].translate(_STARS)
                place = left.find(form, end)
    return bytes(redacted)


def _forms(secret: str) -> Iterator[bytes]:
    raw = secret.encode(errors="replace")
    yield raw
    latin = secret.encode("cp1252", errors="replace")
    if latin != raw:
        yield latin
    if len(raw) < _LONG_ENOUGH:
        return
    yield from (raw.hex().encode(), raw.hex().upper().encode())
    for before in range(3):
        # What stands before and after it shares characters with its ends.
        encoded = base64.b64encode(bytes(before) + raw)
        inner = encoded[(0, 2, 3)[before] : -4 if encoded.endswith(b"=") else None]
        yield from {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}


def _views(body: bytes) -> Iterator[_View]:
    """The body, and what comes out where its escapes are undone, again and again."""
    view: _View = (body, range(len(body) + 1))
    for _ in range(_ROUNDS):
        yield view
        # Apart, since in a form an equals sign is none of its escapes.
        if quoted := _undone(view, _QUOTED_PRINTABLE):
            yield quoted
        undone = _undone(view, _ESCAPES)
        if undone is None:
            return
        view = undone
    yield view


def _undone(view: _View, escapes: re.Pattern[bytes]) -> _View | None:
    text, starts = view
    found = list(escapes.finditer(text))
    if not found:
        return None
    plain, origins = bytearray(), list[int]()
    begin = 0
    for one in found:
        character = _character(one)
        plain += text[begin : one.start()] + character
        origins += starts[begin : one.start()]
        origins += [starts[one.start()]] * len(character)
        begin = one.end()
    return bytes(plain + text[begin:]), [*origins, *starts[begin:]]


def _character(escape: re.Match[bytes]) -> bytes:
    kind = escape.lastgroup
    if kind is None:
        return b""
    digits = escape[kind]
    if kind == "percent":
        return bytes.fromhex(digits.decode())
    code = int(digits, 10 if kind == "decimal" else 16)
    return chr(code).encode(errors="replace")
