"""Reading an answer's body: one JSON object, however it was encoded and whatever stands around it.

Servers put a byte order mark before it, PHP its notices, proxies a comment behind it; charset and
compression are declared wrongly or not at all; the object comes inside another one. All this is
read. What could be read in two ways is not: none of these calls may be repeated on a guess.
"""

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

LIMIT_BYTES = 1024 * 1024
"""For a body, packed and unpacked."""
_NESTING = 2
_OBJECT_BEGINS = re.compile(r'\{\s*"')
_WEB_PAGE = re.compile(r"<\s*(!doctype|html|head|body|script)\b", re.IGNORECASE)
# Python knows codecs that are no charsets, and some that take quadratic time.
_CHARSET = re.compile(r"(utf|iso|windows|cp|latin|us-ascii|ascii)[a-z0-9_-]{0,20}", re.IGNORECASE)
_EXACT = 2**53
"""Above it, different whole numbers are the same float."""
_BLANK = "\ufeff\0 \t\r\n"


class AnswerBody:
    """The members of an answer, and of the objects in it. Keys are compared when `folded`.

    What stands in an object inside is also known by both names: in `{"order": {"id": 1}}`, 1 is the
    `orderid` too.
    """

    def __init__(self, found: dict[str, Any], *, is_bare: bool) -> None:
        self._members: dict[str, list[Any]] = {}
        for name, value in _members(found, _NESTING):
            self._members.setdefault(name, []).append(value)
        self.is_bare = is_bare
        """Whether the body is this object and nothing else."""

    def values(self, *names: str) -> list[Any]:
        """What stands under these names, the outer before the inner."""
        return [value for name in names for value in self._members.get(folded(name), [])]

    def items(self) -> Iterator[tuple[str, Any]]:
        """All members with their folded names."""
        return ((name, value) for name, values in self._members.items() for value in values)

    def has(self, name: str) -> bool:
        """Whether anything but an empty value stands under this name."""
        return any(value not in (None, "", [], {}) for value in self.values(name))

    def distinct(self, name: str) -> list[Any]:
        """The different texts, numbers and booleans under this name; numbers become text."""
        found = {
            _plain(value)
            for member in self.values(name)
            for value in _listed(member)
            if isinstance(value, str | int | float) and value != ""
        }
        return list(found)


def folded(name: str) -> str:
    """A key as it is compared: `verification_id`, `verificationID`, `Verification-Id` are one."""
    return re.sub(r"[\W_]", "", name.lower()) or name


def read_body(content: bytes, declared_charset: str | None) -> AnswerBody | None:
    """The one JSON object in a body; `None` if there is none, or more than one."""
    unpacked = _unpacked(content)
    if len(unpacked) > LIMIT_BYTES:
        return None
    for text in _texts(unpacked, declared_charset):
        whole = _loaded(text)
        if isinstance(whole, str):
            # JSON that was made into JSON once more.
            whole = _loaded(whole)
        if isinstance(whole, dict):
            return AnswerBody(whole, is_bare=True)
        found = _one_object(text)
        if found is not None:
            return AnswerBody(found, is_bare=False)
    return None


def _unpacked(content: bytes) -> bytes:
    """Unpack what is gzip or zlib, whatever the header says: proxies lose it, or leave it there."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        unpacked = unpacker.decompress(content, LIMIT_BYTES + 1)
    except zlib.error:
        return content
    return unpacked if unpacker.eof or len(unpacked) > LIMIT_BYTES else content


def _texts(content: bytes, declared: str | None) -> Iterator[str]:
    """By its own mark, by the declared charset, as UTF-8, as Windows-1252: whatever it can be."""
    marked = json.detect_encoding(content)
    charsets: list[str] = [marked] if marked != "utf-8" else []
    if declared is not None and _CHARSET.fullmatch(declared):
        charsets.append(declared)
    charsets.append("utf-8")
    for charset in charsets:
        try:
            yield content.decode(charset)
        except (LookupError, ValueError):
            continue
    yield content.decode("cp1252", "replace")


def _one_object(text: str) -> dict[str, Any] | None:
    """The one object in a text. A web page has none: what stands in it is not the answer."""
    begins = _OBJECT_BEGINS.search(text)
    if begins is None or _WEB_PAGE.search(text):
        return None
    try:
        found, end = json.JSONDecoder(object_pairs_hook=_object).raw_decode(text, begins.start())
    except (ValueError, RecursionError):
        # Not to be looked for further inside: what is around it may say the opposite.
        return None
    return None if _OBJECT_BEGINS.search(text, end) else dict(found)


def _plain(value: str | float) -> str | float:
    """An id comes as text or as a number, which some languages write as 12.0."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        is_exact = value.is_integer() and abs(value) <= _EXACT
        return str(int(value)) if is_exact else value
    return str(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object with folded keys. A key that stands there twice has the list of both values."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = folded(key)
        found[name] = [*_listed(found[name]), *_listed(value)] if name in found else value
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text.strip(_BLANK), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None


def _members(found: dict[str, Any], nesting: int) -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        yield name, value
        for inner in _listed(value):
            opened = _loaded(inner) if isinstance(inner, str) and inner[:1] == "{" else inner
            if isinstance(opened, dict) and nesting > 0:
                for inner_name, inner_value in opened.items():
                    yield name + inner_name, inner_value
                yield from _members(opened, nesting - 1)
