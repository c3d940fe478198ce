"""A body as fields: each value with the path of keys that leads to it, within bounds.

JSON, a form, multipart; also where one stands as a text inside another. Never raises.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote

from number_orders.pushes.decoding import decoded, decodings
from number_orders.pushes.multipart import parts_of
from number_orders.pushes.text import plain

LARGEST_BODY = 64 * 1024
"""Bytes. A larger one is not read; the bridge takes none."""
MOST_MEMBERS = 500
"""Values, lists and objects that are looked at."""
MOST_TEXT = 2 * LARGEST_BODY
"""Characters that are looked at, those of texts in texts counted again."""
DEEPEST = 20
"""Objects and lists in one another, those in texts included."""
LONGEST_KEY = 200
"""Characters of a key: hundreds of values may stand below it, and it is searched for each."""

_LONGEST_PLACE = 2
"""Digits of a place in a list."""

UNREADABLE = "its body is neither JSON nor a form"
_UNREADABLE_TEXT = "it holds a text that cannot be read"

_FORM_KEY = rf"[^\W\d][\w.:\[\]-]{{0,{LONGEST_KEY - 1}}}"
_FORM_PAIR = re.compile(rf"({_FORM_KEY})=(.*)", re.DOTALL)
_JSON_BEGINS = re.compile(r"\{|\[\s*[\[{\"]|\[\s*\]$")
_JSON_IN_BASE64 = re.compile(r"[eW][w-z0-9+/_-][A-Za-z0-9+/_-]{6,}={0,2}")
"""How a brace or a bracket begins there."""


@dataclass(frozen=True)
class Field:
    """A value, and the normalised keys that lead to it. An item of a list has the key ''."""

    path: tuple[str, ...]
    value: str | bool | None
    """A number is its digits, a whole one without a fraction."""


@dataclass(frozen=True)
class Content:
    """A body, and what it holds.

    Parsing is what costs: whoever receives a body does it once, and hands this on.
    """

    body: bytes
    text: str
    fields: tuple[Field, ...] = ()
    problem: str | None = None
    """Why this is not all of it."""


class _Object(list[tuple[str, Any]]):
    """A JSON object's members, in order and with repetitions, which must not hide one another."""


def content_of(body: bytes, content_type: str | None = None) -> Content:
    """What a body holds, as far as it can be read."""
    if len(body) > LARGEST_BODY:
        text = decoded(body[:LARGEST_BODY], content_type)
        return Content(body, text, problem="its body is too large")
    texts = list(decodings(body, content_type))
    if not texts[0].strip():
        return Content(body, "")
    parts = parts_of(body, content_type, at_most=MOST_MEMBERS + 1)
    if parts is not None:
        pairs = _Object((name, decoded(part, declared)) for name, declared, part in parts)
        return _Walk().content(body, texts[0], pairs)
    for text in texts:
        tree = _json(text.strip())
        if tree is None:
            tree = _form(text.strip())
        if tree is not None:
            return _Walk().content(body, text, tree)
    # Not read, but whatever may be named in it is not overlooked.
    loose = _Object(parse_qsl(texts[0], keep_blank_values=True)[: MOST_MEMBERS + 1])
    return replace(_Walk().content(body, texts[0], loose), problem=UNREADABLE)


def key_of(name: str) -> str:
    """A key without case and separators, cut where it is too long; '' for a place in a list."""
    return _whole_key(name)[:LONGEST_KEY]


def _whole_key(name: str) -> str:
    key = re.sub(r"[\W_]", "", plain(name).casefold())
    return "" if key.isdigit() else key


class _Fraction(str):
    """A JSON number with a fraction or an exponent, as it was written."""

    __slots__ = ()


class _Walk:
    """Goes through a tree, with a stack of its own and a count."""

    def __init__(self) -> None:
        self._members = 0
        self._characters = 0
        self._problem: str | None = None

    def content(self, body: bytes, text: str, tree: Any) -> Content:
        return Content(body, text, tuple(self._fields(tree)), self._problem)

    def _fields(self, tree: Any) -> Iterator[Field]:
        waiting: list[tuple[tuple[str, ...], int, Any]] = [((), 0, tree)]
        while waiting:
            self._members += 1
            if self._members > MOST_MEMBERS:
                self._problem = f"it has more than {MOST_MEMBERS} members"
                return
            path, depth, value = waiting.pop()
            if isinstance(value, _Fraction):
                value = _number(value)
            if isinstance(value, str):
                self._characters += len(value)
                if self._characters > MOST_TEXT:
                    self._problem = "it has too many texts in texts"
                    return
            inner = self._inner(value)
            if inner is None:
                yield Field(path, value)
                continue
            if isinstance(value, str) and not isinstance(inner, _Json):
                # Perhaps not meant as a form: the text itself stays.
                yield Field(path, value)
            # A key may have parts of its own: `order.id`.
            if max(depth, len(path)) >= DEEPEST:
                self._problem = f"it is nested deeper than {DEEPEST}"
                continue
            below = [(path + keys, depth + 1, member) for keys, member in self._below(inner)]
            waiting += reversed(below)

    def _inner(self, value: Any) -> Any:
        """What a list, an object or a text has in it; `None` for what is a value by itself."""
        if not isinstance(value, str):
            return value if isinstance(value, list) else None
        text = value.strip()
        if text[:3].casefold() in {"%7b", "%5b"}:
            text = unquote(text)
        if _JSON_IN_BASE64.fullmatch(text):
            tree = _json(_from_base64(text))
            return _Json(tree) if tree is not None else None
        if _JSON_BEGINS.match(text):
            tree = _json(text)
            if tree is None:
                self._problem = _UNREADABLE_TEXT
                return None
            return _Json(tree)
        if re.match(r"<[A-Za-z?!]", text):
            self._problem = _UNREADABLE_TEXT
        pieces = [_FORM_PAIR.fullmatch(piece) for piece in re.split(r"[&;\r\n]\s*", text)]
        pairs = _Object((found[1], unquote(found[2])) for found in pieces if found)
        return pairs or None

    def _below(self, inner: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        """What is directly in a list or an object; no more than may be looked at."""
        if isinstance(inner, _Json):
            yield (), inner.tree
        elif isinstance(inner, _Object):
            for name, member in inner[: MOST_MEMBERS + 1]:
                if len(name) > _LONGEST_PLACE and name.isdigit():
                    # No place in a list: what is listed under its ids has them nowhere else.
                    yield ("id",), name
                yield self._keys(name), member
        else:
            yield from ((("",), member) for member in inner[: MOST_MEMBERS + 1])

    def _keys(self, name: str) -> tuple[str, ...]:
        parts = re.split(r"[.\[\]]+", name.rstrip("]"), maxsplit=DEEPEST)
        keys = tuple(map(_whole_key, parts))
        if max(map(len, keys)) > LONGEST_KEY:
            # What stands in the rest of it is not known to be harmless.
            self._problem = f"it has a key of more than {LONGEST_KEY} characters"
        return tuple(key[:LONGEST_KEY] for key in keys)


@dataclass(frozen=True)
class _Json:
    """A tree that stood as JSON in a text, and takes the text's place."""

    tree: Any


def _json(text: str) -> Any:
    """A JSON object or list; `None` for anything else."""
    try:
        tree = json.loads(
            text,
            object_pairs_hook=_Object,
            parse_int=str,
            parse_float=_Fraction,
            parse_constant=str,
        )
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, list) else None


def _number(literal: str) -> str:
    """A number as text, a whole one without fraction and exponent: `99999.0` is `99999`."""
    if not re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", literal):
        return literal
    number = Decimal(literal)
    return f"{number:.0f}" if number == number.to_integral_value() else literal


def _form(text: str) -> _Object | None:
    for encoding in ("utf-8", "cp1252"):
        try:
            pairs = parse_qsl(
                text,
                keep_blank_values=True,
                strict_parsing=True,
                encoding=encoding,
                errors="strict",
                max_num_fields=MOST_MEMBERS,
            )
        except ValueError:
            continue
        # Any text with an equals sign parses as a form; XML and the like must not pass for one.
        named = all(re.fullmatch(_FORM_KEY, key) for key, _ in pairs)
        return _Object(pairs) if named else None
    return None


def _from_base64(text: str) -> str:
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode()
    except ValueError:
        return ""
