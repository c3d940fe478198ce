"""What the keys that lead to a value say of it, by the table in `names`."""

import re
from collections.abc import Sequence
from functools import lru_cache

from number_orders.pushes import names, words

Keys = Sequence[str]
"""Those that lead to a value, from the outermost on, without places in lists."""

_KNOWN = 4096
"""Keys whose meaning is remembered: hundreds of values may stand below one."""


def _any_of(alternatives: frozenset[str]) -> str:
    return "|".join(sorted(alternatives, key=len, reverse=True))


_BEFORE_OWN = rf"(?:{_any_of((words.NEUTRAL - words.CARRIERS) | names.STATUS_BEGINNINGS)})*"
_OWN_STATUS = re.compile(
    rf"{_BEFORE_OWN}(?:{_any_of(names.STATUSES | frozenset(names.STATUS_ENDINGS))})"
)
_OWN_FLAG = re.compile(rf"{_BEFORE_OWN}(?:{_any_of(names.SUCCESS_FLAGS | {'ok', 'okay'})})")
_FLAG = re.compile(
    rf"(?:{_any_of(names.SUCCESS_FLAGS | names.HOPEFUL_FLAGS)})$"
    rf"|^(?:request|response|operation)?{_BEFORE_OWN}(?:{_any_of(names.PLAIN_FLAGS)})$"
)
_OTHERS = names.NOT_THE_NEW_NUMBER | {
    other + ending for other in names.NOT_THE_NEW_NUMBER for ending in names.PHONE_NUMBER_ENDINGS
}


@lru_cache(_KNOWN)
def names_failure(key: str) -> bool:
    """Whether a key reports a failure, unless its value says nothing."""
    return names.FAILURE_IN_KEY.search(key) is not None


@lru_cache(_KNOWN)
def is_flag(key: str) -> bool:
    """Whether a key asks whether it went well."""
    looks_so = _FLAG.search(key) is not None and not key.endswith(names.NO_FLAGS)
    return looks_so and not names_failure(key)


@lru_cache(_KNOWN)
def is_an_order(key: str) -> bool:
    """Whether what a key holds is an order."""
    return names.ORDER_IN_KEY.search(key) is not None


def says_how_it_went(key: str) -> bool:
    """Whether a key is one of a status or of a type."""
    return key in names.STATUSES | names.TYPES or key.endswith(names.STATUS_ENDINGS)


def subject_of(keys: Keys) -> Keys:
    """The keys up to the one that says what a value is: without `value`, `code`, ... below it."""
    for at in range(len(keys), 0, -1):
        key = keys[at - 1]
        if says_how_it_went(key) or is_flag(key) or _is_code(keys[:at]):
            return keys[:at]
        if key not in names.NAMES:
            break
    return keys


def is_status(keys: Keys) -> bool:
    """Whether a value is a status, a type or a code of the push."""
    subject = subject_of(keys)
    if not subject or is_place(subject):
        return False
    key = subject[-1]
    # What kind of thing another one is: only an order's kind is ours.
    is_another_kind = key in names.KINDS and is_somebody_elses(keys[: len(subject) - 1])
    return not is_another_kind and (says_how_it_went(key) or _is_code(subject))


def is_code(keys: Keys) -> bool:
    """Whether a status is a computer's: `statusCode`, `status.code`."""
    subject = subject_of(keys)
    return _is_code(subject) or "code" in keys[len(subject) :]


def _is_code(keys: Keys) -> bool:
    if keys[-1].endswith(names.CODE_ENDINGS):
        return True
    # A code in anything else may be an area's, that of an error that is none, or an order's id.
    is_own = len(keys) == 1 or keys[-2] in names.WRAPPERS | names.ENVELOPES
    return keys[-1] == "code" and is_own and not any(map(is_an_order, keys))


def is_place(keys: Keys) -> bool:
    """Whether a state is a federal one."""
    if keys[-1] in names.FEDERAL_STATES:
        return True
    return keys[-1] == "state" and len(keys) > 1 and keys[-2].endswith(names.PLACES)


def is_type(keys: Keys) -> bool:
    """Whether a status says what kind of push it is."""
    subject = subject_of(keys)
    return subject[-1] in names.TYPES


def is_events_id(keys: Keys, text: str) -> bool:
    """Whether a value is the id of a delivery, and not the name of its type."""
    return keys[-2:] == ["event", "id"] and re.search(r"\d", text) is not None


def can_prove(keys: Keys) -> bool:
    """Whether a success that these lead to is the order's, or the push's own."""
    subject = subject_of(keys)
    key = subject[-1]
    is_own = key in names.TYPES | names.ORDERS or _is_code(subject) or _is_own(key)
    return is_own and _OTHERS.isdisjoint(keys) and all(map(_is_own_holder, subject[:-1]))


@lru_cache(_KNOWN)
def _is_own(key: str) -> bool:
    return any(pattern.fullmatch(key) for pattern in (_OWN_STATUS, _OWN_FLAG))


@lru_cache(_KNOWN)
def _is_own_holder(key: str) -> bool:
    return (
        key in names.WRAPPERS | names.ENVELOPES | names.TYPES | names.PHONE_NUMBERS
        or key.endswith(names.PHONE_NUMBER_ENDINGS)
        or is_an_order(key)
        or _is_own(key)
    )


def is_somebody_elses(keys: Keys) -> bool:
    """Whether one of the keys is known for something that is not the order, and none for one."""
    return any(map(_is_somebody_elses, keys)) and not any(map(is_an_order, keys))


@lru_cache(_KNOWN)
def _is_somebody_elses(key: str) -> bool:
    return key.startswith(tuple(names.OTHERS))


def was_before(keys: Keys) -> bool:
    """Whether a value is what something was before."""
    key, holder = keys[-1], keys[-2] if len(keys) > 1 else ""
    return (
        (key.startswith(names.BEFORE) and says_how_it_went(key))
        or (key == "from" and says_how_it_went(holder))
        or not set(names.BEFORE).isdisjoint(keys)
    )


def is_about_success(keys: Keys) -> bool:
    """Whether a no means that it did not go well: `successFlag`, `success.reached`."""
    above = next((key for key in reversed(keys[:-1]) if key not in names.WRAPPERS), "")
    return is_flag(above) or re.search("success|erfolg", keys[-1]) is not None


def is_message(keys: Keys) -> bool:
    """Whether a text is a sentence for people."""
    said = keys[-2:] if keys[-1] in names.NAMES | names.LANGUAGES else keys[-1:]
    return keys[-1] in names.WRAPPERS or any(
        key in names.MESSAGES or key.endswith(names.MESSAGE_ENDINGS) for key in said
    )


def names_order(keys: Keys, text: str) -> bool:
    """Whether a value is an order's id."""
    key, holder = keys[-1], _what_has_it(keys)
    if key.endswith(names.ORDER_ID_ENDINGS) or holder.endswith(names.ORDER_ID_ENDINGS):
        return True
    if key in names.ORDERS:
        return re.search(r"\d", text) is not None
    return key in names.IDS and is_an_order(holder) and not is_status(keys)


def is_customers_own(keys: Keys) -> bool:
    """Whether an order's id is one that the customer gave it."""
    return any(
        key.startswith(names.THEIR_ORDERS) and key.endswith(names.ORDER_ID_ENDINGS) for key in keys
    )


def _what_has_it(keys: Keys) -> str:
    """The nearest key above that is neither a wrapper nor another word for an id."""
    passed = names.WRAPPERS | names.IDS | names.PARTS
    return next((key for key in reversed(keys[:-1]) if key not in passed), "")


def names_number(keys: Keys, text: str) -> bool:
    """Whether a value is a phone number, if perhaps somebody else's."""
    key, holder = keys[-1], keys[-2] if len(keys) > 1 else ""
    if key in names.IDS and _what_has_it(keys) in names.ORDERS:
        # An order's number is its id, unless it is written as a phone number is.
        is_number = "number" in {key, holder}
        return is_number and text.strip().startswith(("+", "0", "(", "tel:"))
    named = names.PHONE_NUMBERS
    return (
        key in named
        or key.endswith(names.PHONE_NUMBER_ENDINGS)
        or (key in names.NUMBER_PARTS and holder in named)
    )


def is_the_orders(keys: Keys) -> bool:
    """Whether a phone number is the order's: no key on its path is, or may be, another party's."""
    return _OTHERS.isdisjoint(keys) and all(
        holder in names.WRAPPERS
        or says_how_it_went(holder)
        or holder in names.PHONE_NUMBERS
        or holder.endswith(names.PHONE_NUMBER_ENDINGS)
        or is_an_order(holder)
        for holder in keys[:-1]
    )
