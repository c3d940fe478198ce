"""What comes in: the two facts by signal, and the commands of an operator by update."""

from typing import Annotated, Literal, Self, cast

from pydantic import (
    AwareDatetime,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from number_orders.workflows.area_codes import TYPED_AREA_CODE
from number_orders.workflows.field_types import Country, LongText, OrderId, Text, VerificationId
from number_orders.workflows.models import (
    ApprovedVerification,
    DocumentReference,
    Model,
    Numbering,
    VerifiedPlace,
)
from number_orders.workflows.phone_numbers import TYPED_NUMBER
from number_orders.workflows.push_judgement import PushReading

PhoneNumber = Annotated[str, StringConstraints(strip_whitespace=True, pattern=TYPED_NUMBER)]
"""As people write it: international after a plus sign, or national in the order's country. The
order keeps it in E.164."""

TypedAreaCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=TYPED_AREA_CODE)]
"""As people write it: `221`, `(0221)` or `+49 221`. The order keeps it as TENIOS takes it."""


class Decision(Model):
    """The content of `verification_decided`: what a person at TENIOS decided."""

    approved: Annotated[bool, Field(strict=True)]
    decided_by: Text
    """Who says so, for people who look at the order."""
    reason: LongText | None = None
    """Why TENIOS rejected it, for whoever corrects the order."""
    verification_id: VerificationId | None = None
    """Which verification was decided on; without it, the current one is meant."""


def _reading_or_none(value: object, read: ValidatorFunctionWrapHandler) -> PushReading | None:
    try:
        return cast("PushReading | None", read(value))
    except ValidationError:
        return None


class PushDelivery(Model):
    """The content of `order_completed`: TENIOS' callback as the bridge received it."""

    delivery_id: Text
    """The same callback delivered again has the same id."""
    received_at: AwareDatetime
    body: str
    """The raw body in base64, so that no content of it can break a decoder on its way."""
    authenticated_by: Text
    """`secret`, or `url` where the address alone vouches for it."""
    reading: Annotated[PushReading | None, WrapValidator(_reading_or_none)] = None
    """What the body says; without it, or with one of another form, an activity reads the body."""


class VerificationAwaited(Model):
    """The content of `verification_awaited`: another number of the location waits for this one."""

    number: Annotated[int, Field(ge=1, le=999)]


class VerificationShared(Model):
    """The content of `verification_shared`: what became of the verification that is waited for."""

    verification: ApprovedVerification | None = None
    """TENIOS has taken an order with it. `None`: none is coming any more."""
    place: VerifiedPlace | None = None
    """For what it was approved, if somebody has corrected that meanwhile."""
    started_for: VerifiedPlace | None = None
    """What it was before."""
    reason: LongText | None = None
    """Why none is coming."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.verification is None) == (self.reason is None):
            raise PydanticCustomError(
                "one_of_verification_and_reason", "expected one of verification and reason"
            )
        return self


# The commands of an operator, which come in by update.


class AddressCorrection(Model):
    """The parts of an address that change; what is left out stays."""

    country: Country | None = None
    """Another country takes its `numbering` along, and its area code or `remove_area_code`."""
    city: Text | None = None
    zip: Text | None = None
    street: Text | None = None
    house_number: Text | None = None


class Correction(Model):
    """The argument of `resubmit`: what changes in the next verification."""

    corrected_by: Text
    """Who says so, for people who look at the order."""
    reason: LongText | None = None
    address: AddressCorrection = AddressCorrection()
    numbering: Numbering | None = None
    """Of another country than the order's; `starters` compute it."""
    area_code: TypedAreaCode | None = None
    remove_area_code: bool = False
    """The country has none."""
    document: DocumentReference | None = None
    """Another document, in the order's own store."""
    store_id: Text | None = None
    """The identity of the evidence store that the document was put into."""
    verification: ApprovedVerification | None = None
    """One that TENIOS has approved: the order is placed with it at once."""
    link_to_number: PhoneNumber | None = None
    """Another number whose routing the new one shares."""
    remove_link: bool = False
    """The new number shares no other one's routing any longer."""
    unchanged: bool = False
    """Submit the same again, with a reason: how a mistaken rejection is undone."""


class Placed(Model):
    """The order was found at TENIOS: it exists."""

    kind: Literal["placed"] = "placed"
    order_id: OrderId
    """As TENIOS names it."""


class NotPlaced(Model):
    """TENIOS has no such order: it is placed again, in a further attempt."""

    kind: Literal["not_placed"] = "not_placed"


class Completed(Model):
    """The number was found at TENIOS: the order is completed without its push."""

    kind: Literal["completed"] = "completed"
    phone_number: PhoneNumber


class Abandon(Model):
    """Nobody waits for this order any longer, whether it exists at TENIOS or not."""

    kind: Literal["abandon"] = "abandon"


Finding = Annotated[Placed | NotPlaced | Completed | Abandon, Field(discriminator="kind")]


class Resolution(Model):
    """The argument of `resolve_order`: what a person found out, and who says so."""

    finding: Finding
    resolved_by: Text
    """Who says so, for people who look at the order."""
    reason: LongText | None = None


class Cancellation(Model):
    """The argument of `cancel`: the number is not wanted any longer."""

    requested_by: Text
    """Who says so, for people who look at the order."""
    reason: LongText | None = None
