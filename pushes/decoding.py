"""A body's bytes as text: as it declares itself, or else as programs commonly write."""

import codecs
import json
import re
from collections.abc import Iterator

_DECLARED = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

# Others are no text, slow on hostile input, or read ASCII as something else.
_KNOWN = frozenset(
    {"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "cp1252"}
    | {f"iso8859-{n}" for n in range(1, 17)}
)
_LAST = "cp1252"


def decodings(body: bytes, content_type: str | None = None) -> Iterator[str]:
    """The texts that a body may be, the likeliest first; there is at least one.

    What the bytes show themselves (a byte order mark, zero bytes) goes before the declared charset,
    since programs declare what they do not send.
    """
    shown = json.detect_encoding(body)
    names = [shown if shown != "utf-8" else None, _declared(content_type), "utf-8-sig"]
    for name in dict.fromkeys(name for name in names if name):
        try:
            yield body.decode(name).lstrip("\ufeff")
        except ValueError:
            continue
    yield body.decode(_LAST, errors="replace")


def decoded(body: bytes, content_type: str | None = None) -> str:
    """The likeliest text of a body."""
    return next(decodings(body, content_type))


def known_charset(name: str) -> str | None:
    """Python's name of a charset that bodies are read in; `None` for any other."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if known == "iso8859-1":
        # As browsers do (encoding.spec.whatwg.org): who declares it mostly sends Windows-1252, and
        # an apostrophe that is not read hides the failure in "can't".
        known = "cp1252"
    return known if known in _KNOWN else None


def _declared(content_type: str | None) -> str | None:
    found = _DECLARED.search(content_type or "")
    return known_charset(found[1]) if found else None
