"""Requests and answers of the TENIOS Number Order API, read leniently.

Source: the vendor's pages `api-number-order` and `api-allgemein`, which contradict each other; see
the docstrings. Names are the vendor's.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day(value: Any) -> Any:
    """Only the day counts, whether a date or a date-time came."""
    return (
        datetime.fromisoformat(value).date() if isinstance(value, str) and "T" in value else value
    )


_Id = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[!-~]{1,100}$")]
"""One sample shows an integer, one client types a string: both are read."""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class VerificationRequest(_Request):
    """`POST /verification/create`: asks for the manual check of an address in an area."""

    country: str
    city: str
    zip: str
    street: str
    house_number: str
    area_code: str
    """Without the trunk zero: `221`."""
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


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class VerificationCreated(_Answer):
    """The verification exists; a person will decide about it."""

    verification_id: _Id = Field(validation_alias=AliasChoices("verification_id", "verificationId"))


class NumberOrdered(_Answer):
    """The order exists; TENIOS will push when it is completed."""

    order_id: _Id = Field(validation_alias=AliasChoices("order_id", "orderId"))


class NumberCancelled(_Answer):
    """The number is given back at this date."""

    cancellation_date: Annotated[date, BeforeValidator(_day)] = Field(
        validation_alias=AliasChoices("cancellation_date", "cancellationDate")
    )


def _lines(value: Any) -> list[str]:
    """The named fields, whether they came as a list, as one name or as something else."""
    names = value if isinstance(value, list) else [value]
    return [name for name in names if isinstance(name, str)]


def _text_or_nothing(value: Any) -> str:
    text = _text(value)
    return text if isinstance(text, str) else ""


class ErrorBody(_Answer):
    """TENIOS' error body. Any part of it may be missing or of another type."""

    error_code: Annotated[str, BeforeValidator(_text_or_nothing)] = Field(
        default="", validation_alias=AliasChoices("error_code", "errorCode")
    )
    error_message: Annotated[str, BeforeValidator(_text_or_nothing)] = Field(
        default="", validation_alias=AliasChoices("error_message", "errorMessage", "message")
    )
    fields: Annotated[list[str], BeforeValidator(_lines)] = []
    success: Any = None

    @property
    def is_error(self) -> bool:
        """Whether this body, whatever the status, says no. Booleans sometimes come as strings."""
        return bool(self.error_code) or str(self.success).lower() == "false"
