"""Reading a push: generous in what is found where, careful in what may stand against it.

Pure, bounded, and nothing here raises on any bytes. `names` and `words` have the table, `keys` and
`sayings` look things up in it, the workflow judges.
"""

import base64
import re
import unicodedata

from number_orders.pushes import keys as k
from number_orders.pushes import names, sayings, words
from number_orders.pushes.fields import Content, Field, content_of
from number_orders.pushes.phones import phone_numbers_in
from number_orders.workflows.push_judgement import (
    EXCERPT_LENGTH,
    LONGEST_READ,
    MOST_READ,
    PushReading,
)

_EMPTY = "(empty)"
_KEY_SHOWN = 40
_BLOTTED = re.compile(r"\*{4,}")
"""A secret, each byte of which is a star: how long it was tells nobody anything."""
_ORDERS_ADDRESS = re.compile(r"https?://[^/]+/(?:.*/)?[^/]*order[^/]*/([^/?#]+)", re.IGNORECASE)


def read(body: bytes, content_type: str | None = None) -> PushReading:
    """What a body says; what cannot be read of it is an objection."""
    return reading_of(content_of(body, content_type))


def read_encoded(body: str, content_type: str | None = None) -> PushReading:
    """What a body in base64 says, as messages carry it."""
    try:
        return read(base64.b64decode(body, validate=True), content_type)
    except ValueError:
        return PushReading(excerpt="(not base64)", objection="its body is not base64")


def reading_of(content: Content) -> PushReading:
    """What a body that was parsed already says."""
    findings = _Findings()
    for field in content.fields:
        findings.look_at(field)
    return findings.reading(content)


class _Findings:
    """What was found so far."""

    def __init__(self) -> None:
        # Dicts, for their order.
        self._order_ids: dict[str, None] = {}
        self._customers_ids: dict[str, None] = {}
        self._bare_ids: dict[str, None] = {}
        self._phone_numbers: dict[str, None] = {}
        self._failures: list[str] = []
        self._doubts: list[str] = []
        self._changes: list[str] = []
        self._success = False
        self._is_test = False

    def look_at(self, field: Field) -> None:
        """Take from a field what it says."""
        keys = [key for key in field.path if key]
        value = field.value
        if any(map(k.names_failure, keys)) and not sayings.says_nothing(value):
            self._failures.append(f"it reports a failure in {_shown_key(keys)}")
        if not keys:
            self._look_at_nameless(value)
            return
        waited = isinstance(value, str) and k.was_before(keys) and sayings.waits(value)
        if not waited:
            self._look_at_how_it_went(value, keys)
        if not isinstance(value, str) or not value.strip():
            return
        if not waited:
            self._look_at_text(value, keys)
        self._look_at_names(value, keys)

    def reading(self, content: Content) -> PushReading:
        """All that was found."""
        bare_ids = {} if self._is_test else self._bare_ids
        order_ids = tuple(self._order_ids or self._customers_ids | bare_ids)
        if len(order_ids) > MOST_READ:
            self._doubts.append(f"it names more than {MOST_READ} orders")
        if self._is_test and (order_ids or self._phone_numbers):
            self._doubts.append("it is a test, and yet about an order")
        if not self._success:
            self._doubts += self._changes
        objections = [*self._failures, *self._doubts, *filter(None, [content.problem])]
        return PushReading(
            excerpt=_printable(_BLOTTED.sub("***", content.text).strip()[:EXCERPT_LENGTH])
            or _EMPTY,
            order_ids=order_ids[:MOST_READ],
            phone_numbers=tuple(self._phone_numbers)[:MOST_READ],
            success=self._success and not self._is_test,
            objection=objections[0] if objections else None,
        )

    def _look_at_nameless(self, value: str | bool | None) -> None:
        if isinstance(value, str) and value.strip():
            self._doubts.append("it has a value without a name")
            self._look_at_text(value, [])

    def _look_at_how_it_went(self, value: str | bool | None, keys: list[str]) -> None:
        if keys[-1] in words.TESTS and str(value).strip().casefold() in words.YES:
            self._is_test = self._is_test or k.can_prove([*keys[:-1], "type"])
        if k.is_flag(k.subject_of(keys)[-1]):
            self._look_at_flag(value, keys)
        elif k.is_about_success(keys) and sayings.says_no(value):
            self._doubts.append(f"it does not report success in {_shown_key(keys)}")
        if k.is_status(keys):
            self._look_at_status(value, keys)

    def _look_at_flag(self, value: str | bool | None, keys: list[str]) -> None:
        verdict = sayings.flag_verdict(str(value))
        if verdict == "success":
            self._success = self._success or k.can_prove(keys)
        elif verdict == "unknown":
            self._doubts.append(f"it does not report success in {_shown_key(keys)}")

    def _look_at_status(self, value: str | bool | None, keys: list[str]) -> None:
        if value is None or value == "":
            return
        text = str(value)
        if k.is_events_id(keys, text) or (k.is_code(keys) and sayings.is_harmless_code(text)):
            return
        verdict = sayings.status_verdict(text, is_type=k.is_type(keys))
        if verdict == "success":
            self._success = self._success or k.can_prove(keys)
        elif verdict == "test":
            self._is_test = True
        elif verdict == "change":
            self._changes.append(f"its {_shown_key(keys)} is no known success")
        elif verdict == "unknown" and not (
            k.is_somebody_elses(keys) and sayings.is_harmless_for_others(text)
        ):
            self._doubts.append(f"its {_shown_key(keys)} is no known success")

    def _look_at_text(self, text: str, keys: list[str]) -> None:
        if sayings.says_nothing(text):
            return
        if sayings.reports_failure(text):
            self._failures.append(f"it reports a failure in {_shown_key(keys)}")
        if keys and k.is_message(keys) and sayings.denies(text):
            self._failures.append(f"it denies something in {_shown_key(keys)}")

    def _look_at_names(self, text: str, keys: list[str]) -> None:
        if k.names_number(keys, text):
            if k.is_the_orders(keys):
                self._look_at_number(text)
        elif k.names_order(keys, text):
            ids = self._customers_ids if k.is_customers_own(keys) else self._order_ids
            ids[_bounded(_from_address(text))] = None
        elif keys[-1] in names.ORDERS:
            self._look_at_status(text, keys)
        elif keys[-1] == "id" and names.WRAPPERS.issuperset(keys[:-1]) and text.strip().isdigit():
            self._bare_ids[_bounded(text)] = None

    def _look_at_number(self, text: str) -> None:
        numbers = phone_numbers_in(text)
        if numbers is not None:
            self._phone_numbers.update(dict.fromkeys(numbers))
        elif not sayings.says_nothing(text):
            self._doubts.append("its phone number cannot be read")


def _from_address(order_id: str) -> str:
    """The id at the end of an order's address; anything else as it is."""
    found = _ORDERS_ADDRESS.match(order_id.strip()[: 5 * LONGEST_READ])
    return found[1] if found else order_id


def _bounded(order_id: str) -> str:
    """An order id as it is shown and compared; one that is too long is equal to none."""
    visible = "".join(c for c in order_id[: 2 * LONGEST_READ] if unicodedata.category(c) != "Cf")
    text = _printable(re.sub(r"^([0-9]+)\.0+$", r"\1", visible.strip())).strip()
    return text if len(text) <= LONGEST_READ else text[: LONGEST_READ - 1] + "…"


def _shown_key(keys: list[str]) -> str:
    return ".".join(keys)[-_KEY_SHOWN:] or "a value"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
