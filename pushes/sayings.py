"""What a value says, by the table in `words`."""

import re
from typing import Literal

from number_orders.pushes import words
from number_orders.pushes.text import plain

Verdict = Literal["success", "neutral", "test", "change", "unknown"]

_LONGEST_STATUS = 200
"""Characters; a longer text is no status."""
_NEUTRAL = "|".join(sorted(words.NEUTRAL, key=len, reverse=True))
_SUCCESS = "|".join(sorted(words.SUCCESSES, key=len, reverse=True))
_NEUTRAL_WORD = re.compile(rf"(?:{_NEUTRAL})+|v[0-9]+")
_SUCCESS_WORD = re.compile(rf"(?:{_NEUTRAL})*(?:{_SUCCESS})")
"""Also run together: `ordercompleted`."""
_CARRIER = re.compile("|".join(sorted(words.CARRIERS)))
_ORDERED = re.compile("order|number|bestell|rufnummer")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([t ].{0,40})?", re.ASCII)
_HARMLESS_CODE = re.compile(
    r"(?:http[\s/]?(?:[0-9.]{1,3}\s)?)?(?:0{1,4}|2[0-9]{2})(?:\sok)?|okay|ok"
)


def status_verdict(text: str, *, is_type: bool = False) -> Verdict:
    """What a status or a type says; `unknown` is for all that stands in no table."""
    if len(text) > _LONGEST_STATUS:
        return "unknown"
    said = spread(text)
    if is_type and _joined(said) in words.NEUTRAL_TYPES:
        return "test"
    # Whatever else stands there stays part of its word, and makes it unknown.
    told = re.findall(r"[^\s_.:/-]+", said)
    telling = [word for word in told if not _NEUTRAL_WORD.fullmatch(word)]
    if telling and all(map(_SUCCESS_WORD.fullmatch, telling)):
        return "unknown" if _CARRIER.search(said) and not _ORDERED.search(said) else "success"
    if is_type and told:
        return "neutral" if not telling else "change" if {*telling} <= words.CHANGES else "unknown"
    return "unknown"


def flag_verdict(text: str) -> Verdict:
    """What the value of a yes-or-no key says: `success`, `neutral`, or `unknown` for all else."""
    said = text.strip().casefold()
    if said in words.YES or _DATE.fullmatch(said):
        return "success"
    verdict = status_verdict(said, is_type=True)
    return verdict if verdict in {"success", "neutral"} else "unknown"


def is_harmless_code(text: str) -> bool:
    """Whether a code says that nothing went wrong: 0, 2xx, OK."""
    return _HARMLESS_CODE.fullmatch(text.strip().casefold()) is not None


def is_harmless_for_others(text: str) -> bool:
    """Whether the status of another thing than the order is in order."""
    return _joined(text[:_LONGEST_STATUS]) in words.OTHERS_SUCCESSES


def waits(text: str) -> bool:
    """Whether something was under way."""
    return _joined(text[:_LONGEST_STATUS]) in words.WAITING


def reports_failure(text: str) -> bool:
    """Whether a word for failure stands in a text."""
    letters = _letters(words.HARMLESS.sub(" ", spread(text)))
    joined = f" {' '.join(letters)} "
    return not words.FAILURES.isdisjoint(letters) or any(
        f" {phrase} " in joined for phrase in words.FAILURE_PHRASES
    )


def denies(text: str) -> bool:
    """Whether a sentence says that something is not so."""
    said = words.HARMLESS.sub(" ", spread(text))
    return words.NOT_SHORT.search(said) is not None or not words.NEGATIONS.isdisjoint(
        _letters(said)
    )


def says_nothing(value: str | bool | None) -> bool:
    """Whether this is how an error says that there is none."""
    if not isinstance(value, str):
        return not value
    return re.sub(r"[\s_./-]", "", value.casefold()).strip("0") in words.NOTHING


def says_no(value: str | bool | None) -> bool:
    """Whether this is a no, and not only nothing."""
    return value is False or str(value).strip().casefold() in {"false", "no", "nein", "0", "n"}


def spread(text: str) -> str:
    """In lower case, with the words of `camelCase` apart, and without what nobody sees in them."""
    seen = _UNSEEN.sub("", plain(text))
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", seen).casefold()


def _letters(said: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", said)


def _joined(text: str) -> str:
    return re.sub(r"[\W_]", "", plain(text).casefold())
