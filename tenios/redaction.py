"""Blotting out what was sent from what TENIOS writes back, so that its words can be kept."""

import functools
import html
import json
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from number_orders.tenios.answer_body import folded

BLOT = "***"
NOTHING: Mapping[str, str] = MappingProxyType({})
_READ_AT_MOST = 10_000
_SECRET_PART = 8
"""So many characters in a row give a part of a secret away."""
_WORD_PART = 4
"""Anything shorter stands in other words by chance."""
_ADDRESS = ("street", "house_number", "zip", "city")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BLANKS = r"(?:[\s+_-]|%20)*"
_STREET = re.compile("[ -]?(straße|strasse|str\\.?)$", re.IGNORECASE)
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


class Redaction:
    """Blots out the secrets and the address of one request. Country and area code stay.

    The request of an order has no address itself, but is about one.

    A secret of 8 characters or more is found in parts too, since words may be cut off. What has
    less than 4 is found where it stands as a word of its own alone: house number 4 leaves 404 as it
    is. An address is found in the spellings that systems turn it into.
    """

    def __init__(self, sent: Mapping[str, Any], unsaid: Mapping[str, str] = NOTHING) -> None:
        self._sent = sent
        self._address = {**unsaid, **sent}

    def known_field(self, name: str) -> str | None:
        """The request's own field of this name, however it is spelled."""
        return {folded(field): field for field in self._sent}.get(folded(name))

    def __call__(self, text: str, at_most: int) -> str:
        """The text on one line, printable, without what was sent, of so many characters at most."""
        text = _one_line(html.unescape(text[:_READ_AT_MOST]))
        long, words = self._wanted
        for secret in long:
            text = _without_parts(text, secret)
        text = _BASE64_RUN.sub(_redact_if_packed, text)
        if words is not None:
            text = words.sub(BLOT, text)
        return text if len(text) <= at_most else f"{text[: at_most - 1]}…"

    @functools.cached_property
    def _wanted(self) -> tuple[list[str], re.Pattern[str] | None]:
        """What is found in parts, and what as words: made for the few answers that have words."""
        sent = self._sent
        secrets = [v.get_secret_value() for v in sent.values() if isinstance(v, SecretStr)]
        # The path of the callback is its authentication; its host may be read.
        secrets.append(urlsplit(str(sent.get("push_url", ""))).path)
        # A document is found by what it looks like: it is too long to be looked up in parts.
        lines = [_one_line(secret) for secret in secrets if len(secret) < _READ_AT_MOST]
        address = [_one_line(str(self._address.get(name) or "")) for name in _ADDRESS]
        words = [
            *(line for line in lines if 0 < len(line) < _SECRET_PART),
            *(part for part in address if re.search(r"\w", part)),
        ]
        return [line.lower() for line in lines if len(line) >= _SECRET_PART], _as_words(words)


def _one_line(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _without_parts(text: str, secret: str) -> str:
    """Blot out each run of the text that stands in the secret."""
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few letters grow as they are lowered; then positions are no longer those of the text.
        lowered = text
    redacted = bytearray(len(text))
    for start in range(len(text) - _SECRET_PART + 1):
        if lowered[start : start + _SECRET_PART] in secret:
            redacted[start : start + _SECRET_PART] = b"\1" * _SECRET_PART
    kept = "".join("\0" if gone else c for c, gone in zip(text, redacted, strict=True))
    return re.sub("\0+", BLOT, kept)


def _redact_if_packed(run: re.Match[str]) -> str:
    """A part of a document, not a long word: base64 mixes capitals, small letters and digits."""
    kinds = (str.isupper, str.islower, str.isdigit)
    is_packed = all(any(kind(c) for c in run[0]) for kind in kinds)
    return BLOT if is_packed else run[0]


def _as_words(values: list[str]) -> re.Pattern[str] | None:
    patterns = set()
    for value in set().union(*map(_spelled, values)):
        pattern = _BLANKS.join("".join(map(_spellings, part)) for part in value.split())
        is_short = len(value) < _WORD_PART
        patterns.add(rf"(?<!\w){pattern}(?!\w)" if is_short else pattern)
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(longest_first), re.IGNORECASE) if patterns else None


def _spelled(value: str) -> set[str]:
    """A text as people spell it: with ß or ss, and a street's last word in short or apart."""
    ways = {value, value.replace("ß", "ss"), value.replace("ss", "ß")}
    name = _STREET.sub("", value)
    if name and name != value:
        ways |= {f"{name} {ending}" for ending in ("straße", "strasse", "str")}
    return ways


def _spellings(letter: str) -> str:
    """A pattern for a letter as systems write it: in ASCII, in URLs, in JSON, in wrong charsets."""
    small = letter.lower()
    ways = {letter, small.translate(_SPELLED_OUT), quote(letter, errors="replace")}
    if not letter.isascii():
        ways |= {
            json.dumps(letter)[1:-1],
            unicodedata.normalize("NFD", letter)[0],
            letter.encode("utf-8", "replace").decode("cp1252", "replace"),
            *("?", "\ufffd"),
        }
    return f"(?:{'|'.join(re.escape(way) for way in sorted(ways, key=len, reverse=True))})"
