"""The vendor's field checks, each answered with the vendor's error body."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

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


class VendorError(Exception):
    """An answer with the vendor's error body."""

    def __init__(self, status: int, code: str, message: str, fields: list[str]) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error_code": code, "error_message": message, "fields": fields}


def check_verification(body: Mapping[str, Any]) -> None:
    """Raise `VendorError` unless this is a complete `/verification/create`."""
    # 100 MiB, which a worker or bridge in the same program can do without.
    from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415 -- see above

    _require(body, *_ADDRESS, "area_code", "document_type", "document_data")
    wrong = []
    if f"49{body['area_code']}" not in GEOCODE_DATA:
        wrong.append("area_code")
    if body["document_type"] not in _DOCUMENT_TYPES:
        wrong.append("document_type")
    if not _is_pdf(body["document_data"]):
        wrong.append("document_data")
    _refuse(wrong)


def check_order(body: Mapping[str, Any]) -> None:
    """Raise `VendorError` unless this is a complete `/number/order`."""
    _require(body, "verification_id", "number_type")
    wrong = []
    if body["number_type"] != "GEOGRAPHICAL":
        wrong.append("number_type")
    if body.get("link_to_number") is not None and not _is_e164(body["link_to_number"]):
        wrong.append("link_to_number")
    push_url, push_secret = body.get("push_url"), body.get("push_secret")
    if push_url is not None:
        _require(body, "push_secret")
        if not (isinstance(push_url, str) and re.match(r"https?://.", push_url)):
            wrong.append("push_url")
    if push_secret is not None and not (
        isinstance(push_secret, str) and len(push_secret) <= _SECRET_LENGTH_AT_MOST
    ):
        wrong.append("push_secret")
    _refuse(wrong)


def check_cancel(body: Mapping[str, Any]) -> None:
    """Raise `VendorError` unless this is a complete `/number/cancel`."""
    _require(body, "phone_number")
    _refuse([] if _is_e164(body["phone_number"]) else ["phone_number"])


def _require(body: Mapping[str, Any], *names: str) -> None:
    missing = [name for name in names if not (isinstance(body.get(name), str) and body[name])]
    if missing:
        raise VendorError(400, "INVALID_FIELD", "A required field is missing", missing)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise VendorError(400, "INVALID_VALUE", "A field has an invalid value", wrong)


def _is_pdf(encoded: str) -> bool:
    try:
        return base64.b64decode(encoded, validate=True).startswith(b"%PDF-")
    except binascii.Error:
        return False


def _is_e164(number: object) -> bool:
    return isinstance(number, str) and re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is not None
