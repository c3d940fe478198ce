"""What goes into a number order, and the statuses it can have.

Times are UTC. Durations are ISO 8601 in JSON (`PT24H`). Values that a user got wrong are named by
field, and never repeated in an error: one of them may be a street.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from number_orders.workflows.contract import LOCATION_ID_PATTERN
from number_orders.workflows.phone_numbers import is_e164


class OrderStatus(StrEnum):
    """Where an order stands.

    `completed`, `timed_out` and `cancelled` are final; `rejected` is once the time for a correction
    is over.
    """

    SUBMITTING_VERIFICATION = "submitting_verification"
    AWAITING_VERIFICATION = "awaiting_verification"
    """Another number of the location has it approved; this one waits for that."""
    AWAITING_APPROVAL = "awaiting_approval"
    REJECTED = "rejected"
    PLACING_ORDER = "placing_order"
    OUTCOME_UNKNOWN = "outcome_unknown"
    AWAITING_COMPLETION = "awaiting_completion"
    AWAITING_NUMBER = "awaiting_number"
    OVERDUE = "overdue"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"


class DocumentType(StrEnum):
    """The kinds of document that TENIOS accepts for a verification."""

    ALLOCATION_NOTICE = "ALLOCATION_NOTICE"
    IDENTITY_CARD = "IDENTITY_CARD"
    BUSINESS_LICENSE = "BUSINESS_LICENSE"
    IDENTITY_CARD_AND_BUSINESS_LICENSE = "IDENTITY_CARD_AND_BUSINESS_LICENSE"
    CERTIFICATE_OF_REGISTRATION = "CERTIFICATE_OF_REGISTRATION"
    CONTRACT = "CONTRACT"


def _without_trunk_zero(value: object) -> object:
    return value.strip().removeprefix("0") if isinstance(value, str) else value


def _area_code(value: str) -> str:
    if not (value.isascii() and value.isdigit() and 2 <= len(value) <= 5 and value[0] != "0"):  # noqa: PLR2004 -- 2 to 5 digits is the numbering plan's rule, said in the message
        raise PydanticCustomError(
            "area_code", "an area code has 2 to 5 digits, such as 221 for Cologne"
        )
    return value


def _e164(value: str) -> str:
    if not is_e164(value):
        raise PydanticCustomError(
            "e164", "a number in E.164 is a plus sign and 7 to 15 digits, such as +49221123456"
        )
    return value


# JSON schemas tell other languages what validators and stripped blanks do here.
_NOT_BLANK = Field(json_schema_extra={"pattern": r"\S"})

AreaCode = Annotated[
    str,
    BeforeValidator(_without_trunk_zero),
    AfterValidator(_area_code),
    WithJsonSchema({"type": "string", "pattern": "^0?[1-9][0-9]{1,4}$"}),
]
"""A German area code without the trunk zero: `0221` becomes `221`."""

E164 = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(_e164),
    WithJsonSchema({"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$"}),
]
"""An international phone number as ITU-T E.164 writes it: `+49221123456`."""

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _NOT_BLANK
]

LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]

OrderId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[!-~]{1,100}$")]
"""As TENIOS gives it: usually digits, but one of its clients types it as any string."""

_YEAR = timedelta(days=365)


class Model(BaseModel):
    """What all of them share: nothing is changed, and no error repeats a value."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class GivenModel(Model):
    """What people and programs give for an order: a mistyped name is an error, not a default.

    Histories are decoded with `extra="ignore"`, which reaches the models in a model too.
    """

    model_config = ConfigDict(extra="forbid")


class Address(GivenModel):
    """The location's address, inside the area of the area code. Personal data: never logged."""

    country: Text = "Germany"
    city: Text
    zip: Text
    """In Germany five digits."""
    street: Text
    """Without the house number."""
    house_number: Text
    """As it stands on the house, such as `4` or `12a`."""


class DocumentReference(GivenModel):
    """A document in the evidence store; histories carry this, never the bytes."""

    type: DocumentType
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of the document's bytes, by which the store has it."""


class ApprovedVerification(GivenModel):
    """A verification that TENIOS has approved before."""

    verification_id: Text
    approved_by: Text
    """Who said so."""
    approved_at: AwareDatetime
    """When it was said."""


class Deadlines(GivenModel):
    """How long an order waits before it tells people, or gives up; each at most 365 days."""

    completion: Annotated[timedelta, Field(gt=timedelta(0), le=_YEAR)] = timedelta(hours=24)
    """From the placed order to the push, more than zero; after it the order is overdue."""
    late_push_grace: Annotated[timedelta, Field(ge=timedelta(0), le=_YEAR)] = timedelta(days=6)
    """How long an overdue order stays open for a late push. Zero ends it at once."""
    approval_reminder: Annotated[timedelta, Field(ge=timedelta(minutes=1), le=_YEAR)] = timedelta(
        days=2
    )
    """Once every such interval, at least a minute, people are reminded: of a verification without a
    decision, of a call to TENIOS that does not come through, of an order that nobody knows to be
    placed or not."""
    correction: Annotated[timedelta, Field(ge=timedelta(0), le=_YEAR)] = timedelta(days=30)
    """How long a rejected order can be corrected. Zero ends it at once."""


class NumberOrderInput(GivenModel):
    """One local number for one location."""

    location_id: Annotated[str, StringConstraints(pattern=LOCATION_ID_PATTERN)]
    """Your name for the location, of which the workflow id is made: `number-order:koeln-01`."""
    number: Annotated[int, Field(ge=1, le=999)] = 1
    """Counts the numbers ordered for one location; a second one's workflow id ends with `:2`."""
    address: Address
    area_code: AreaCode
    store_id: Text
    """The identity of the evidence store (`EvidenceStore.identity`). A worker with another store,
    and so with another attempt ledger, refuses to place the order."""
    document: DocumentReference | None = None
    """Submitted for a verification; for orders of one that is approved, or will be, left out."""
    verification: ApprovedVerification | None = None
    """Of the same address and area code: the order is placed with it at once."""
    verification_from: Annotated[int, Field(ge=1, le=999)] | None = None
    """The location's number whose verification is used, once TENIOS has taken its order."""
    link_to_number: E164 | None = None
    """An existing number whose routing the new one shares."""
    batch_id: Annotated[str, StringConstraints(pattern=LOCATION_ID_PATTERN)] | None = None
    """A name for what belongs together, for lists."""
    deadlines: Deadlines = Deadlines()
    rounds: Annotated[int, Field(ge=1, le=20)] = 5
    """How many verifications may be submitted, the first and each correction."""

    @model_validator(mode="after")
    def _is_verified_in_one_way(self) -> Self:
        ways = (self.document, self.verification, self.verification_from)
        if sum(way is not None for way in ways) != 1:
            raise PydanticCustomError(
                "verified_in_one_way",
                "an order has one of document, verification and verification_from",
            )
        if self.verification_from == self.number:
            raise PydanticCustomError(
                "verification_from_itself", "verification_from names another number of the location"
            )
        return self
