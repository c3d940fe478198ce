"""What goes into a number order, and the statuses it can have.

Times are UTC. Durations are ISO 8601 in JSON (`PT24H`). Values that a user got wrong are named by
field, and never repeated in an error: one of them may be a street.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from number_orders.workflows.area_codes import (
    COUNTRY_RULES,
    GERMANY,
    objection_to_area_code,
    without_trunk_zero,
)
from number_orders.workflows.contract import LOCATION_ID_PATTERN
from number_orders.workflows.field_types import (
    E164,
    AreaCode,
    Country,
    LocationId,
    Moment,
    Text,
    VerificationId,
)


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

    country: Country = GERMANY
    """TENIOS gets its English name."""
    city: Text
    zip: Text
    """In Germany five digits."""
    street: Text
    """Without the house number."""
    house_number: Text
    """As it stands on the house, such as `4` or `12a`."""


class Numbering(GivenModel):
    """How numbers of the order's country are written; without it, as in Germany.

    Whoever starts an order computes it: what a library knows of it changes, and a replay must not.
    """

    calling_code: Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,2}$")] = "49"
    """What follows the plus sign, in ITU-T E.164."""
    trunk_prefix: Annotated[str, StringConstraints(pattern="^[0-9]{0,2}$")] = "0"
    """What a national number begins with before its area code; empty where nothing is."""


def objection_to_numbering(country: str, numbering: Numbering) -> str | None:
    """Why a country cannot have this numbering; `None` if nothing speaks against it."""
    if country == GERMANY:
        is_wrong = numbering != Numbering()
        return "Germany has calling code 49 and trunk prefix 0" if is_wrong else None
    if numbering.calling_code != Numbering().calling_code:
        return None
    return "is missing: another country than Germany has its own calling code and trunk prefix"


class DocumentReference(GivenModel):
    """A document in the evidence store; histories carry this, never the bytes."""

    type: DocumentType
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of the document's bytes, by which the store has it."""


class ApprovedVerification(GivenModel):
    """A verification that TENIOS has approved before."""

    verification_id: VerificationId
    approved_by: Text
    """Who said so."""
    approved_at: Moment
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


class VerifiedPlace(GivenModel):
    """For what TENIOS verifies that its customer is there."""

    model_config = ConfigDict(json_schema_extra=COUNTRY_RULES)

    address: Address
    numbering: Annotated[Numbering, Field(validate_default=True)] = Numbering()
    """Of the address's country. `starters` compute it; for Germany it may be left out."""
    area_code: Annotated[AreaCode | None, Field(validate_default=True)] = None
    """Left out where a country has none."""

    @field_validator("numbering")
    @classmethod
    def _is_the_countrys(cls, numbering: Numbering, info: ValidationInfo) -> Numbering:
        address = info.data.get("address")
        if address and (objection := objection_to_numbering(address.country, numbering)):
            raise PydanticCustomError("numbering", objection)
        return numbering

    @field_validator("area_code")
    @classmethod
    def _may_be_one(cls, area_code: str | None, info: ValidationInfo) -> str | None:
        address, numbering = info.data.get("address"), info.data.get("numbering")
        if not address or not numbering:
            return area_code
        if area_code is not None:
            area_code = without_trunk_zero(area_code, numbering.trunk_prefix)
        if objection := objection_to_area_code(area_code, address.country):
            raise PydanticCustomError("area_code", objection)
        return area_code


_VERIFIED_IN_ONE_WAY: list[JsonValue] = [
    {"required": ["document"], "properties": {"document": {"type": "object"}}},
    {"required": ["verification"], "properties": {"verification": {"type": "object"}}},
    {"required": ["verification_from"], "properties": {"verification_from": {"type": "integer"}}},
]
"""Tells other languages what `_is_verified_in_one_way` does here."""


class NumberOrderInput(VerifiedPlace):
    """One local number for one location."""

    model_config = ConfigDict(json_schema_extra={**COUNTRY_RULES, "oneOf": _VERIFIED_IN_ONE_WAY})

    location_id: LocationId
    """Your name for the location, of which the workflow id is made: `number-order:koeln-01`."""
    number: Annotated[int, Field(ge=1, le=999)] = 1
    """Counts the numbers ordered for one location; a second one's workflow id ends with `:2`."""
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
        if self.verification_from is not None and self.verification_from >= self.number:
            # None can wait for one that waits for it.
            raise PydanticCustomError(
                "verification_from_earlier",
                "verification_from names an earlier number of the location",
            )
        return self
