"""What goes into a number order, what its activities exchange, and what it answers.

Times are UTC. Durations are ISO 8601 in JSON (`PT24H`). Values that a user got wrong are named by
field, and never repeated in an error: one of them may be a street.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from workflows.contract import LOCATION_ID_PATTERN
from workflows.push_reading import is_e164


class OrderStatus(StrEnum):
    """Where an order stands. `rejected`, `completed` and `timed_out` are final."""

    SUBMITTING_VERIFICATION = "submitting_verification"
    AWAITING_APPROVAL = "awaiting_approval"
    REJECTED = "rejected"
    PLACING_ORDER = "placing_order"
    OUTCOME_UNKNOWN = "outcome_unknown"
    AWAITING_COMPLETION = "awaiting_completion"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    TIMED_OUT = "timed_out"


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


AreaCode = Annotated[str, BeforeValidator(_without_trunk_zero), AfterValidator(_area_code)]
"""A German area code without the trunk zero: `0221` becomes `221`."""

E164 = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_e164)]
"""An international phone number as ITU-T E.164 writes it: `+49221123456`."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


_LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


_YEAR = timedelta(days=365)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Address(_Model):
    """The location's address, inside the area of the area code. Personal data: never logged."""

    country: _Text = "Germany"
    city: _Text
    zip: _Text
    street: _Text
    house_number: _Text


class DocumentReference(_Model):
    """A document in the evidence store; histories carry this, never the bytes."""

    type: DocumentType
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Deadlines(_Model):
    """How long an order waits before it tells people, or gives up."""

    completion: Annotated[timedelta, Field(gt=timedelta(0), le=_YEAR)] = timedelta(hours=24)
    """From the placed order to the push; after it the order is overdue."""
    late_push_grace: Annotated[timedelta, Field(ge=timedelta(0), le=_YEAR)] = timedelta(days=6)
    """How long an overdue order stays open for a late push. Zero ends it at once."""
    approval_reminder: Annotated[timedelta, Field(ge=timedelta(minutes=1), le=_YEAR)] = timedelta(
        days=2
    )
    """People are reminded of a verification without a decision once every such interval."""


class NumberOrderInput(_Model):
    """One local number for one location."""

    location_id: Annotated[str, StringConstraints(pattern=LOCATION_ID_PATTERN)]
    number: Annotated[int, Field(ge=1, le=999)] = 1
    """Counts the numbers ordered for one location; a second one has to be asked for."""
    address: Address
    area_code: AreaCode
    document: DocumentReference
    link_to_number: E164 | None = None
    """An existing number whose routing the new one shares."""
    batch_id: Annotated[str, StringConstraints(pattern=LOCATION_ID_PATTERN)] | None = None
    deadlines: Deadlines = Deadlines()


# Between the workflow and its activities.


class SubmitVerification(_Model):
    """Ask TENIOS to check that the customer has this address in this area."""

    address: Address
    area_code: str
    document: DocumentReference


class VerificationSubmitted(_Model):
    """TENIOS took the verification; a person there will decide."""

    kind: Literal["submitted"] = "submitted"
    verification_id: str


class PlaceOrder(_Model):
    """Order a number for an approved verification."""

    verification_id: str
    attempt: int
    """Names the entry of the attempt ledger: one attempt sends one order POST at most."""
    link_to_number: str | None


class OrderPlaced(_Model):
    """TENIOS took the order and will call back."""

    kind: Literal["placed"] = "placed"
    order_id: str


class Refused(_Model):
    """TENIOS answered that it will not do it, and did nothing."""

    kind: Literal["refused"] = "refused"
    error_code: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line for a person."""
        named = f" (fields: {', '.join(self.fields)})" if self.fields else ""
        return f"TENIOS refused with {self.error_code}{named}: {self.message}"


class OutcomeUnknown(_Model):
    """The order may exist at TENIOS or not; nothing that we hold can tell."""

    kind: Literal["unknown"] = "unknown"
    reason: str


VerificationAnswer = Annotated[VerificationSubmitted | Refused, Field(discriminator="kind")]
OrderAnswer = Annotated[OrderPlaced | Refused | OutcomeUnknown, Field(discriminator="kind")]


class Notification(_Model):
    """Something a person should know or do; goes to the log and to `NOTIFY_URLS`."""

    title: str
    body: str


# What comes in by signal, once it could be read.


class Decision(_Model):
    """The content of `verification_decided`: what a person at TENIOS decided."""

    approved: Annotated[bool, Field(strict=True)]
    decided_by: _Text
    reason: _LongText | None = None
    verification_id: _Text | None = None
    """Which verification was decided on; without it, the current one is meant."""


class PushDelivery(_Model):
    """The content of `order_completed`: TENIOS' callback as the bridge received it."""

    delivery_id: _Text
    """The same callback delivered again has the same id."""
    received_at: AwareDatetime
    body: str
    """The raw body in base64, so that no content of it can break a decoder on its way."""
    authenticated_by: _Text


# What goes out.


class ReceivedMessage(_Model):
    """A signal that arrived, and what became of it."""

    signal: str
    received_at: datetime
    summary: str
    effect: str
    """`applied`, or why it changed nothing."""


class OrderSnapshot(_Model):
    """The answer to the query `status`."""

    location_id: str
    number: int
    city: str
    area_code: str
    batch_id: str | None
    status: OrderStatus
    since: datetime
    waits_for: str
    """What happens next and who must act, as one sentence."""
    due_at: datetime | None
    verification_id: str | None
    order_id: str | None
    phone_number: str | None
    reason: str | None
    """Why the order was rejected, or why nobody knows whether it was placed."""
    attention: tuple[str, ...]
    """What a person should look at."""
    messages: tuple[ReceivedMessage, ...]
    messages_dropped: int
    """How many messages came after the order had kept as many as it keeps."""


class NumberOrderResult(_Model):
    """How an order ended. A business outcome is a result; only a bug fails the workflow."""

    outcome: OrderStatus
    reason: str | None
    verification_id: str | None
    order_id: str | None
    phone_number: str | None
    link_to_number: str | None
    completed_at: datetime | None
    active_by: datetime | None
    """When the number must be live: 24 hours after completion."""
    attention: tuple[str, ...]
