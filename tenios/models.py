"""Requests and answers of the TENIOS Number Order API.

Source: https://www.tenios.de/en/doc/api-number-order and its neighbour `api-allgemein`, as read in
November 2026. They contradict each other; see the docstrings. Names are the vendor's.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

_GERMAN_DAY = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})\b")


def _day(value: Any) -> Any:
    """Only the day counts, whether a date or a date-time came."""
    if not isinstance(value, str):
        return value
    german = _GERMAN_DAY.match(value)
    if german:
        return date(int(german[3]), int(german[2]), int(german[1]))
    return value[:10] if re.match(r"\d{4}-\d\d-\d\d[T ]", value) else value


_Id = Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
"""One sample shows an integer, one client types a string: both are read, and kept as text."""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class VerificationRequest(_Request):
    """`POST /verification/create`: asks for the manual check of an address in an area."""

    country: str
    """Its English name: `Germany`."""
    city: str
    zip: str
    street: str
    house_number: str
    area_code: str | None = None
    """Without the trunk zero: `221`. `None` where a country has none."""
    document_type: str
    document_data: SecretStr
    """A PDF in base64 (RFC 4648)."""


class NumberOrderRequest(_Request):
    """`POST /number/order`: orders a number. Not idempotent: twice buys two."""

    verification_id: str
    number_type: Literal["GEOGRAPHICAL"] = "GEOGRAPHICAL"
    link_to_number: str | None = None
    """E.164; the new number shares this one's routing."""
    push_url: str
    push_secret: Annotated[SecretStr, Field(max_length=64)]


class NumberCancelRequest(_Request):
    """`POST /number/cancel`: gives a number back. Known from a third-party client only."""

    phone_number: str
    """E.164."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class VerificationCreated(_Answer):
    """The verification exists; a person will decide about it."""

    verification_id: _Id | None = None
    """`None` if TENIOS names it only with the approval, as its announcement can be read."""


class NumberOrdered(_Answer):
    """The order exists; TENIOS will push when it is completed."""

    order_id: _Id


class CancellationAccepted(_Answer):
    """The number is given back at this date."""

    cancellation_date: Annotated[date, BeforeValidator(_day)]
