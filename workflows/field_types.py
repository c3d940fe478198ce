"""What form the fields of orders and messages have."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from number_orders.workflows.area_codes import AREA_CODE, FORM_OF_AREA_CODE
from number_orders.workflows.contract import LOCATION_ID_PATTERN
from number_orders.workflows.phone_numbers import is_e164


def _digits_of_area_code(value: str) -> str:
    if not re.fullmatch(AREA_CODE, value):
        raise PydanticCustomError("area_code", FORM_OF_AREA_CODE)
    return value


def _e164(value: str) -> str:
    if not is_e164(value):
        raise PydanticCustomError(
            "e164", "a number in E.164 is a plus sign and 7 to 15 digits, such as +49221123456"
        )
    return value


def _in_utc(value: datetime) -> datetime:
    # An offset can lead out of what a date can be.
    if not 2000 <= value.year < 2100:  # noqa: PLR2004 -- this century
        raise PydanticCustomError("moment", "expected a time of this century")
    return value.astimezone(UTC)


# JSON schemas tell other languages what validators and stripped blanks do here.
_NOT_BLANK = Field(json_schema_extra={"pattern": r"\S"})

Country = Annotated[str, StringConstraints(strip_whitespace=True, pattern="^[A-Z]{2}$")]
"""As ISO 3166-1 codes it, in two capital letters: `DE`."""

AreaCode = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(_digits_of_area_code),
    WithJsonSchema({"type": "string", "pattern": AREA_CODE}),
]
"""1 to 6 digits. A trunk zero before them is taken away by the order, which knows its country's
trunk prefix: `0221` becomes `221` in Germany, and Milan's stays `02`."""

E164 = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(_e164),
    WithJsonSchema({"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$"}),
]
"""An international phone number as ITU-T E.164 writes it: `+49221123456`."""

LocationId = Annotated[str, StringConstraints(pattern=LOCATION_ID_PATTERN)]

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _NOT_BLANK
]

Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""Of this century, with its zone; kept in UTC."""

LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]

_GIVEN_BY_TENIOS = StringConstraints(strip_whitespace=True, pattern=r"^[!-~]{1,100}$")
"""Usually digits, but one of TENIOS' clients types it as any string."""

OrderId = Annotated[str, _GIVEN_BY_TENIOS]
"""As TENIOS names an order."""

VerificationId = Annotated[str, _GIVEN_BY_TENIOS]
"""As TENIOS names a verification."""
