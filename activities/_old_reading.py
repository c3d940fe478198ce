"""Reading TENIOS' push, whose form nobody documented: generous in what is found where.

A body may be JSON (snake or camel case, nested) or form-encoded. What was found is then judged
with care, in `push_judgement`. Pure functions; nothing here raises on any bytes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

EXCERPT_LENGTH = 500
"""Characters of a body that people are shown."""
_DEEPEST = 50

# Keys are compared in lower case without separators: order_id, orderId and Order-Id are one.
_ORDER_ID_KEYS = frozenset({"orderid", "ordernumber", "numberorderid"})
_PHONE_NUMBER_KEYS = frozenset(
    {"phonenumber", "number", "phone", "msisdn", "e164", "telephonenumber", "did", "rufnummer"}
)
_STATUS_KEYS = frozenset({"status", "orderstatus", "state", "orderstate", "result", "event"})
_ERROR_KEYS = frozenset(
    {"error", "errors", "errorcode", "errormessage", "failure", "failurereason"}
)
_SUCCESS_KEYS = frozenset({"success", "successful", "ok"})

_SUCCESS_STATUSES = frozenset(
    {
        "active",
        "activated",
        "complete",
        "completed",
        "delivered",
        "done",
        "finished",
        "fulfilled",
        "ok",
        "ordercompleted",
        "numberordercompleted",
        "success",
        "successful",
        "succeeded",
        "true",
    }
)


@dataclass(frozen=True)
class PushReading:
    """What a push's body says, as far as it could be read."""

    excerpt: str
    order_ids: frozenset[str] = frozenset()
    phone_numbers: frozenset[str] = frozenset()
    """In E.164 where it could be told, otherwise as sent."""
    problem: str | None = None
    """Why this may not be a completion: unreadable, an error, a status that is no known success."""


def read_push(body: bytes) -> PushReading:
    """Read a push's raw body."""
    shown = excerpt(body)
    if not body.strip():
        return PushReading(excerpt="(empty)")
    try:
        pairs = list(_pairs(_parse(body)))
    except (ValueError, RecursionError):
        return PushReading(excerpt=shown, problem="its body is neither JSON nor a form")
    return PushReading(
        excerpt=shown,
        order_ids=frozenset(_scalars(pairs, _ORDER_ID_KEYS)),
        phone_numbers=frozenset(_e164(value) for value in _scalars(pairs, _PHONE_NUMBER_KEYS)),
        problem=_problem(pairs),
    )


def excerpt(body: bytes) -> str:
    """The beginning of a body as printable text."""
    text = body[:EXCERPT_LENGTH].decode("utf-8", errors="replace")
    return "".join(c if c.isprintable() else " " for c in text)


def is_e164(number: str) -> bool:
    """Whether this is an international number as ITU-T E.164 writes it."""
    return re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is not None


def _parse(body: bytes) -> Any:
    text = body.decode("utf-8-sig").strip()
    if _depth(text) > _DEEPEST:
        # How deep the parser itself goes is another matter in each version of Python, and a history
        # has to read the same on all of them.
        raise ValueError("nested too deep")
    try:
        # Pairs instead of a dict: a key that stands twice must not hide one of its values.
        content = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError:
        content = _Pairs(parse_qsl(text, strict_parsing=True, max_num_fields=100))
        # Any text with an equals sign parses as a form; XML and the like must not pass for one.
        if not all(re.fullmatch(r"[A-Za-z0-9_.\[\]-]+", key) for key, _ in content):
            raise ValueError("not a form") from None
    if not isinstance(content, list):
        raise ValueError("a JSON value without fields")  # noqa: TRY004 -- one error for unreadable
    return content


def _depth(text: str) -> int:
    """How deep brackets are nested; those in strings count too, which no real push minds."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


class _Pairs(list[tuple[str, Any]]):
    """A JSON object's members, in order and with repetitions."""


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """All members of all objects, however deep, keys normalised."""
    if isinstance(value, _Pairs):
        for key, member in value:
            yield re.sub(r"[^a-z0-9]", "", key.lower()), member
            yield from _pairs(member)
    elif isinstance(value, list):
        for member in value:
            yield from _pairs(member)


def _scalars(pairs: list[tuple[str, Any]], keys: frozenset[str]) -> Iterator[str]:
    for key, value in pairs:
        if key in keys and isinstance(value, str | int) and not isinstance(value, bool):
            text = excerpt(str(value).strip().encode("utf-8", errors="replace"))
            if text:
                yield text


def _problem(pairs: list[tuple[str, Any]]) -> str | None:
    for key, value in pairs:
        said = value.strip().lower() if isinstance(value, str) else value
        if key in _ERROR_KEYS and said not in (
            None,
            "",
            False,
            "false",
            0,
            "0",
            [],
            "none",
            "null",
        ):
            return "it reports an error"
        if key in _SUCCESS_KEYS and said not in (True, "true", 1, "1", "yes"):
            return "it does not report success"
        if key in _STATUS_KEYS and not _is_success(said):
            return "its status is no known success"
    return None


def _is_success(status: Any) -> bool:
    if isinstance(status, str):
        return re.sub(r"[\s_.-]", "", status) in _SUCCESS_STATUSES
    return status is True or status is None


def _e164(value: str) -> str:
    """A German number in E.164, from any of the ways people write it; else as it came."""
    digits = re.sub(r"[\s()/.-]", "", value.replace("(0)", ""))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+49" + digits[1:]
    elif digits.startswith("49"):
        digits = "+" + digits
    return digits if is_e164(digits) else value
