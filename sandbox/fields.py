"""The vendor's field checks, each answered with the vendor's error body.

As lenient as the vendor's own samples ask for: numbers may stand for texts, and base64 may be
broken into lines.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from number_orders.sandbox.countries import code_of, is_area_code

_ADDRESS = ("country", "city", "zip", "street", "house_number")
_DOCUMENT_TYPES = frozenset(
    {
        "ALLOCATION_NOTICE",
        "IDENTITY_CARD",
        "BUSINESS_LICENSE",
        "IDENTITY_CARD_AND_BUSINESS_LICENSE",
        "CERTIFICATE_OF_REGISTRATION",
        "CONTRACT",
    }
)
_SECRET_LENGTH_AT_MOST = 64
_PDF_BEGINS_WITHIN = 1024
MISSING = "FIELD_IS_REQUIRED"


class VendorError(Exception):
    """An answer with the vendor's error body; without a code, one that is not JSON."""

    def __init__(self, status: int, code: str, message: str, fields: list[str]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields


def texts(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request, with numbers as their texts and without those that are null."""
    return {name: _text(value) for name, value in body.items() if value is not None}


def check_verification(body: Mapping[str, Any]) -> None:
    """Raise `VendorError` unless this is a complete `/verification/create`."""
    _require(body, *_ADDRESS, "document_type", "document_data")
    wrong = _no_texts(body, *_ADDRESS)
    country = code_of(str(body["country"]))
    if country is None:
        wrong = ["country", *(name for name in wrong if name != "country")]
    elif not is_area_code(body.get("area_code"), country):
        _require(body, "area_code")
        wrong.append("area_code")
    if str(body["document_type"]) not in _DOCUMENT_TYPES:
        wrong.append("document_type")
    if not _is_pdf(body["document_data"]):
        wrong.append("document_data")
    _refuse(wrong)


def check_order(body: Mapping[str, Any]) -> None:
    """Raise `VendorError` unless this is a complete `/number/order`."""
    _require(body, "verification_id", "number_type")
    wrong = _no_texts(body, "verification_id", "push_secret")
    if body["number_type"] != "GEOGRAPHICAL":
        wrong.append("number_type")
    if "link_to_number" in body and not _is_e164(body["link_to_number"]):
        wrong.append("link_to_number")
    push_url = body.get("push_url")
    if push_url is not None:
        _require(body, "push_secret")
        if not (isinstance(push_url, str) and re.match(r"https?://.", push_url)):
            wrong.append("push_url")
    if len(str(body.get("push_secret", ""))) > _SECRET_LENGTH_AT_MOST:
        wrong.append("push_secret")
    _refuse(wrong)


def check_cancel(body: Mapping[str, Any]) -> None:
    """Raise `VendorError` unless this is a complete `/number/cancel`."""
    _require(body, "phone_number")
    _refuse([] if _is_e164(body["phone_number"]) else ["phone_number"])


def _require(body: Mapping[str, Any], *names: str) -> None:
    missing = [name for name in names if body.get(name, "") == ""]
    if missing:
        raise VendorError(400, MISSING, "A required field is missing", missing)


def _no_texts(body: Mapping[str, Any], *names: str) -> list[str]:
    return [name for name in names if name in body and not isinstance(body[name], str)]


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise VendorError(400, "INVALID_VALUE", "A field has an invalid value", wrong)


def _text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return str(int(value) if value == int(value) else value)


def _is_pdf(encoded: object) -> bool:
    if not isinstance(encoded, str):
        return False
    packed = "".join(encoded.split()).rstrip("=")
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b"%PDF-" in content[:_PDF_BEGINS_WITHIN]


def _is_e164(number: object) -> bool:
    return isinstance(number, str) and re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is not None
