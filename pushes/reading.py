"""Reading a push: generous in what is found where, careful in what may stand against it.

Pure, bounded, and nothing here raises on any bytes. `words` has the table, the workflow judges.
"""

import re
import unicodedata

from number_orders.pushes import words
from number_orders.pushes.fields import Content, Field, content_of
from number_orders.pushes.phones import phone_numbers_in
from number_orders.pushes.text import plain
from number_orders.workflows.messages import EXCERPT_LENGTH, LONGEST_READ, MOST_READ, PushReading

_EMPTY = "(empty)"
_KEY_SHOWN = 40
_LONGEST_STATUS = 200
"""Characters; a longer text is no status."""
_OTHERS = words.NOT_THE_NEW_NUMBER | {
    other + ending for other in words.NOT_THE_NEW_NUMBER for ending in words.PHONE_NUMBER_ENDINGS
}
_NEUTRAL = "|".join(sorted(words.NEUTRAL, key=len, reverse=True))
_SUCCESS = "|".join(sorted(words.SUCCESSES, key=len, reverse=True))
_NEUTRAL_WORD = re.compile(rf"(?:{_NEUTRAL})+|v[0-9]+")
_SUCCESS_WORD = re.compile(rf"(?:{_NEUTRAL})*(?:{_SUCCESS})")
"""Also run together: `ordercompleted`."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([t ].{0,40})?", re.ASCII)


def read(body: bytes, content_type: str | None = None) -> PushReading:
    """What a body says; what cannot be read of it is an objection."""
    content = content_of(body, content_type)
    findings = _Findings()
    for field in content.fields:
        findings.look_at(field)
    return findings.reading(content)


class _Findings:
    """What was found so far."""

    def __init__(self) -> None:
        # Dicts, for their order.
        self._order_ids: dict[str, None] = {}
        self._bare_ids: dict[str, None] = {}
        self._phone_numbers: dict[str, None] = {}
        self._failures: list[str] = []
        self._doubts: list[str] = []
        self._success = False
        # Of each key once: hundreds of values may stand below a long one.
        self._is_failure: dict[str, bool] = {}

    def look_at(self, field: Field) -> None:
        """Take from a field what it says."""
        keys = [key for key in field.path if key]
        key, holder = keys[-1] if keys else "", keys[-2] if len(keys) > 1 else ""
        value = field.value
        if any(map(self._names_failure, keys)) and not _says_nothing(value):
            self._failures.append(f"it reports a failure in {_shown_key(keys)}")
        if key.removeprefix("is") in words.SUCCESS_FLAGS:
            self._look_at_flag(value, keys)
        if _is_status(key, holder):
            self._look_at_status(value, keys)
        if not isinstance(value, str) or not value.strip():
            return
        self._look_at_text(value, keys)
        if _names_number(key, holder, value):
            if _is_the_orders(keys):
                self._look_at_number(value)
        elif _names_order(key, keys[:-1], value):
            self._order_ids[_bounded(value)] = None
        elif key in words.ORDERS:
            self._look_at_status(value, keys)
        elif key == "id" and words.WRAPPERS.issuperset(keys[:-1]) and value.strip().isdigit():
            self._bare_ids[_bounded(value)] = None

    def reading(self, content: Content) -> PushReading:
        """All that was found."""
        order_ids = tuple(self._order_ids or self._bare_ids)
        if len(order_ids) > MOST_READ:
            self._doubts.append(f"it names more than {MOST_READ} orders")
        objections = [*self._failures, *self._doubts, *filter(None, [content.problem])]
        return PushReading(
            excerpt=_printable(content.text.strip()[:EXCERPT_LENGTH]) or _EMPTY,
            order_ids=order_ids[:MOST_READ],
            phone_numbers=tuple(self._phone_numbers)[:MOST_READ],
            success=self._success,
            objection=objections[0] if objections else None,
        )

    def _names_failure(self, key: str) -> bool:
        if key not in self._is_failure:
            self._is_failure[key] = words.FAILURE_IN_KEY.search(key) is not None
        return self._is_failure[key]

    def _look_at_flag(self, value: str | bool | None, keys: list[str]) -> None:
        text = str(value).strip().casefold()
        if text in words.YES or _DATE.fullmatch(text) or _verdict(text) == "success":
            self._success = True
        else:
            self._doubts.append(f"it does not report success in {_shown_key(keys)}")

    def _look_at_status(self, value: str | bool | None, keys: list[str]) -> None:
        if value is None or value == "":
            return
        named = keys[-2:] if keys[-1] in words.NAMES else keys[-1:]
        verdict = _verdict(str(value), is_type=not words.TYPES.isdisjoint(named))
        self._success = self._success or verdict == "success"
        if verdict == "unknown":
            self._doubts.append(f"its {_shown_key(keys)} is no known success")

    def _look_at_text(self, text: str, keys: list[str]) -> None:
        if not keys:
            self._doubts.append("it has a value without a name")
        if _says_nothing(text):
            return
        letters = set(re.findall(r"[^\W\d_]+", _spread(text)))
        if letters & words.FAILURES:
            self._failures.append(f"it reports a failure in {_shown_key(keys)}")
        if letters & words.NEGATIONS and words.MESSAGES.intersection(keys[-1:]):
            self._failures.append(f"it denies something in {_shown_key(keys)}")

    def _look_at_number(self, text: str) -> None:
        numbers = phone_numbers_in(text)
        if numbers is not None:
            self._phone_numbers.update(dict.fromkeys(numbers))
        elif not _says_nothing(text):
            self._doubts.append("its phone number cannot be read")


def _is_status(key: str, holder: str) -> bool:
    # A code that stands in nothing is the push's own, and not that of an error that may be none.
    is_own_code = key == "code" and not holder
    return (
        is_own_code or _says_how_it_went(key) or (key in words.NAMES and _says_how_it_went(holder))
    )


def _says_how_it_went(key: str) -> bool:
    return key in words.STATUSES | words.TYPES or key.endswith(words.STATUS_ENDINGS)


def _names_order(key: str, holders: list[str], text: str) -> bool:
    holder = next((one for one in reversed(holders) if one not in words.WRAPPERS), "")
    if key.endswith(words.ORDER_ID_ENDINGS) or holder.endswith(words.ORDER_ID_ENDINGS):
        return True
    if key in words.ORDERS:
        return re.search(r"\d", text) is not None
    return key in words.IDS and words.ORDER_IN_KEY.search(holder) is not None


def _names_number(key: str, holder: str, text: str) -> bool:
    if holder in words.ORDERS and key == "number":
        # An order's number is its id, unless it is written as a phone number is.
        return text.strip().startswith(("+", "0", "(", "tel:"))
    named = words.PHONE_NUMBERS
    return (
        key in named
        or key.endswith(words.PHONE_NUMBER_ENDINGS)
        or (key in words.NUMBER_PARTS and holder in named)
    )


def _is_the_orders(keys: list[str]) -> bool:
    """Whether nothing that holds a number makes it somebody else's, or might."""
    return _OTHERS.isdisjoint(keys) and all(
        holder in words.WRAPPERS
        or _says_how_it_went(holder)
        or holder in words.PHONE_NUMBERS
        or holder.endswith(words.PHONE_NUMBER_ENDINGS)
        or words.ORDER_IN_KEY.search(holder)
        for holder in keys[:-1]
    )


def _verdict(text: str, *, is_type: bool = False) -> str:
    """`success`, `neutral` or `unknown`: the last is for all that stands in no table."""
    if len(text) > _LONGEST_STATUS:
        return "unknown"
    said = _spread(text)
    if is_type and re.sub(r"[\W_]", "", said) in words.NEUTRAL_TYPES:
        return "neutral"
    # Whatever else stands there stays part of its word, and makes it unknown.
    told = re.findall(r"[^\s_.:/-]+", said)
    telling = [word for word in told if not _NEUTRAL_WORD.fullmatch(word)]
    if telling:
        return "success" if all(map(_SUCCESS_WORD.fullmatch, telling)) else "unknown"
    return "neutral" if told and is_type else "unknown"


def _spread(text: str) -> str:
    """In lower case, with the words of `camelCase` apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain(text)).casefold()


def _says_nothing(value: str | bool | None) -> bool:
    """Whether this is how an error says that there is none."""
    if not isinstance(value, str):
        return not value
    return re.sub(r"[\s_./-]", "", value.casefold()).strip("0") in words.NOTHING


def _bounded(order_id: str) -> str:
    """An order id as it is shown and compared; one that is too long is equal to none."""
    visible = "".join(c for c in order_id[: 2 * LONGEST_READ] if unicodedata.category(c) != "Cf")
    text = _printable(re.sub(r"^([0-9]+)\.0+$", r"\1", visible.strip())).strip()
    return text if len(text) <= LONGEST_READ else text[: LONGEST_READ - 1] + "…"


def _shown_key(keys: list[str]) -> str:
    return ".".join(keys)[-_KEY_SHOWN:] or "a value"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
