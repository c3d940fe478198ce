"""Which values of an order or a correction are refused, although they decode. Pure functions.

Starters check before they start an order, and update validators before they accept a correction.
Nothing is checked when a history is decoded. So a check that is added later never stops an order
that has already begun.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from number_orders.workflows.area_codes import GERMANY, objection_to_area_code
from number_orders.workflows.messages import Correction
from number_orders.workflows.models import (
    Address,
    ApprovedVerification,
    NumberOrderInput,
    objection_to_numbering,
)
from number_orders.workflows.zip_codes import objection_to_zip


@dataclass(frozen=True)
class Objection:
    """Why a field cannot be taken; never repeats what may be a street."""

    field: str
    """As order files name it: `zip`, `document_type`, `deadlines.completion`."""
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


# Written out, since what a version of Python knows of Unicode differs from the next one's.
LINE_BREAKS = "\n\x0b\x0c\r\x85\u2028\u2029"
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Zero-width and direction marks, soft hyphens, variation selectors, letters that look blank."""

# The first one that is found is said.
_UNWANTED = (
    (f"[{LINE_BREAKS}]", "holds a line break; write it in one line"),
    (r"[\x00-\x1f\x7f-\x9f]", "holds a control character; type it anew"),
    (r"[\ud800-\udfff]", "holds bytes that are no text; save or type it as UTF-8"),
    ("\ufffd", "holds a character that was lost on its way; save or type it as UTF-8"),
    (f"[{INVISIBLE}]", "holds an invisible character; type it anew"),
    (
        "[\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]",
        "holds a character that no alphabet has; type it anew",
    ),
    (
        "^#(N/A|NV|(NAME|REF|VALUE|WERT|BEZUG|DIV/0|NUM|ZAHL|NULL|SPILL)[!?])$|^(n/a|nan|null)$",
        "is what a spreadsheet shows where a value is missing",
    ),
    (
        # The first byte of a letter such as ö in UTF-8, with the second one read as Windows-1252.
        "\u00c3[\u00a0-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2010-\u2122]",
        "was read in another encoding than it was written in; save and open the file as UTF-8",
    ),
)

_MONTH = r"(jan|feb|mär|mae?r|mrz|apr|mai|may|jun|jul|aug|sept?|okt|oct|nov|dez|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"([0-9]{{1,4}}[-. ]*)?{_MONTH}([-. ]*[0-9]{{1,4}})?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(.*)|[0-9]{1,2}([./])[0-9]{1,2}\5[0-9]{2,4}",
    re.IGNORECASE,
)
"""What spreadsheets make of `3-4` or `3/4`: `04. Mrz`, `Mar-04`, `2026-04-03 00:00:00`."""


def objections(order: NumberOrderInput) -> tuple[Objection, ...]:
    """Everything that speaks against an order, by field."""
    return (
        *objections_to_fields(dict(order.address)),
        *_objections_to_approval(order.verification),
    )


def objections_to_fields(
    address: Mapping[str, str | None], country: str = GERMANY
) -> tuple[Objection, ...]:
    """Everything that speaks against some fields of an order, by field.

    Args:
        address: Fields of the address; those that are missing or `None` are not checked.
        country: The country's code, unless the address names it.
    """
    country = address.get("country") or country
    zip_code = address.get("zip")
    return (
        *_objections_to_texts(address),
        *_objections_to_house_number(address.get("house_number"), country),
        *_objections("zip", None if zip_code is None else objection_to_zip(zip_code, country)),
    )


def objections_to_correction(
    correction: Correction, corrected: NumberOrderInput
) -> tuple[Objection, ...]:
    """Everything that speaks against what a correction changes, by field.

    Args:
        correction: What is to change.
        corrected: The order as it is then.
    """
    country, numbering = corrected.address.country, corrected.numbering
    address = dict(correction.address)
    if correction.address.country is not None:
        address["zip"] = corrected.address.zip
    return (
        *_objections_to_texts({"corrected_by": correction.corrected_by}),
        *_objections_to_approval(correction.verification),
        *objections_to_fields(address, country),
        *_objections("numbering", objection_to_numbering(country, numbering)),
        *_objections(
            "area_code",
            objection_to_area_code(corrected.area_code, country),
        ),
    )


def objection_to_text(text: str) -> str | None:
    """Why a name or an address cannot be this text; `None` if it can."""
    for characters, message in _UNWANTED:
        if re.search(characters, text, re.IGNORECASE):
            return message
    return None if any(c.isalnum() for c in text) else "has neither a letter nor a digit"


def spelled(text: str) -> str:
    """A text without the differences that change nothing: case, blanks, composed characters."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def normalised_address(address: Address) -> list[str]:
    """An address without the differences that change nothing; not to be shown to anybody."""
    street = re.sub(r"(strasse|str\.)$", "str", spelled(address.street))
    # 12 a is 12a, and 4 1/2 is not 41/2.
    house_number = re.sub("(?<![0-9]) | (?![0-9])", "", spelled(address.house_number))
    return [address.country, spelled(address.city), spelled(address.zip), street, house_number]


def address_fingerprint(address: Address) -> str:
    """What tells an address from another one in the same city, without showing it."""
    parts = [address.country]
    parts += [spelled(part) for part in (address.zip, address.street, address.house_number)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _objections_to_texts(texts: Mapping[str, str | None]) -> Iterator[Objection]:
    for name, text in texts.items():
        if text is not None and (message := objection_to_text(text)):
            yield Objection(name, message)


def _objections_to_approval(verification: ApprovedVerification | None) -> Iterator[Objection]:
    if verification is not None:
        yield from _objections_to_texts({"approved_by": verification.approved_by})


def _objections_to_house_number(house_number: str | None, country: str) -> Iterator[Objection]:
    if house_number is None:
        return
    # No house in Germany has five digits; a date as spreadsheets store it has.
    is_day = country == GERMANY and re.fullmatch("[0-9]{5}", house_number)
    if is_day or _DATE.fullmatch(house_number):
        yield Objection(
            "house_number",
            "is a date, which a spreadsheet may have made of it; type it as text, as it stands on"
            " the house, such as 3-4",
        )


def _objections(field: str, message: str | None) -> Iterator[Objection]:
    if message is not None:
        yield Objection(field, message)
