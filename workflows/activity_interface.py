"""What the workflow asks of the outside world; `activities/` does it.

Abstract here, so that workflow code names and types its activities without importing any I/O.
"""

from abc import ABC, abstractmethod
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field
from temporalio import activity

from number_orders.workflows.field_types import VerificationId
from number_orders.workflows.messages import Finding
from number_orders.workflows.models import Address, DocumentReference, Model
from number_orders.workflows.push_judgement import PushReading


class VerifiedData(Model):
    """What a verification is about."""

    location_id: str
    address: Address
    area_code: str | None = None
    document_sha256: str | None = None
    """`None` where the order submits none, since it uses a verification of before."""


class SubmitVerification(Model):
    """Ask TENIOS to check that the customer has this address in this area."""

    data: VerifiedData
    document: DocumentReference
    store_id: str
    """The evidence store that has the document."""


class VerificationSubmitted(Model):
    """TENIOS took the verification; a person there will decide."""

    kind: Literal["submitted"] = "submitted"
    verification_id: VerificationId | None = None
    """`None` if TENIOS' answer has none: then the approval brings it."""


class ApprovalSource(StrEnum):
    """How an order came to a verification that counts as approved."""

    DECISION = "decision"
    """TENIOS' decision about the order's own verification was reported to the order."""
    NAMED = "named"
    """As `decision`, and it named the verification: TENIOS had given no id, or another one. What
    the evidence store knows of it must not speak against."""
    INPUT = "input"
    """The order was started or corrected with it; the evidence store must not speak against it."""
    ANOTHER_NUMBER = "another_number"
    """Another number of the location named it; the evidence store has to know it as approved."""


class Approval(Model):
    """By whose word a verification counts as approved."""

    approved_by: str
    approved_at: datetime
    source: ApprovalSource = ApprovalSource.DECISION

    @property
    def is_reused(self) -> bool:
        """It was given for another order, or before this one."""
        return self.source in {ApprovalSource.INPUT, ApprovalSource.ANOTHER_NUMBER}


class PlaceOrder(Model):
    """Order a number for an approved verification."""

    verification_id: str
    data: VerifiedData
    approval: Approval | None = None
    """`None` only where nothing is to be placed."""
    link_to_number: str | None = None
    store_id: str
    """The evidence store whose attempt ledger guards this order."""
    lineage: str
    """The first run of the workflow: the same after a reset, another one after a new start."""
    settled_attempt: int
    """The workflow has acted upon the outcome of every attempt up to this number, so that a further
    attempt may follow; 0 before the first one."""


class OrderPlaced(Model):
    """TENIOS took the order and will call back."""

    kind: Literal["placed"] = "placed"
    order_id: str


class Refused(Model):
    """TENIOS answered that it will not do it, and did nothing."""

    kind: Literal["refused"] = "refused"
    error_code: str
    message: str
    fields: tuple[str, ...] = ()
    is_about_verification: bool = False
    """TENIOS does not take the verification: it is not approved yet, or it is another one's."""

    def __str__(self) -> str:
        """One line for a person."""
        named = f" (fields: {', '.join(self.fields)})" if self.fields else ""
        return f"TENIOS refused with {self.error_code}{named}: {self.message}"


class AnswerUnreadable(Model):
    """TENIOS took the call and answered, and nobody can read what: a person has to ask.

    The call is not repeated, since each one costs people's work at TENIOS.
    """

    kind: Literal["unreadable"] = "unreadable"
    reason: str


class VerificationUnusable(Model):
    """Nothing was sent: the evidence store says that the order must not use this verification."""

    kind: Literal["verification_unusable"] = "verification_unusable"
    reason: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"Nothing was ordered: {self.reason}"


class OrderWithdrawn(Model):
    """The order was not sent, and never will be under this attempt."""

    kind: Literal["withdrawn"] = "withdrawn"


class OutcomeUnknown(Model):
    """The order may exist at TENIOS or not; nothing that we hold can tell."""

    kind: Literal["unknown"] = "unknown"
    reason: str
    names: str | None = None
    """The order id (several, with commas) or phone number that the reason asks a person about."""


class Found(Model):
    """A person found out what no answer of TENIOS' said; the ledger has it as the outcome."""

    kind: Literal["found"] = "found"
    finding: Finding
    resolved_by: str


OrderAnswer = Annotated[
    OrderPlaced | Refused | VerificationUnusable | OrderWithdrawn | OutcomeUnknown | Found,
    Field(discriminator="kind"),
]


class GivenBack(Model):
    """A number that the order has given back to TENIOS."""

    phone_number: str
    cancellation_date: date


class OrderAttempt(Model):
    """What became of an attempt to place the order."""

    number: int = Field(ge=0, lt=10**30)
    """Its number in the attempt ledger; a longer one would make no name for an object."""
    answer: OrderAnswer
    second_order: str | None = None
    """The id of another order (of several, with commas) that TENIOS has taken for this one: its
    answer came after a person had found the outcome of an attempt."""
    given_back: tuple[GivenBack, ...] = ()
    """What the ledger remembers, although a reset workflow may not."""


class LedgerReading(Model):
    """What the attempt ledger says."""

    attempt: OrderAttempt | None = None
    """`None` if nothing was sent that is not settled."""
    given_back: tuple[GivenBack, ...] = ()
    """What the ledger remembers, although a reset workflow may not."""


class RecordFinding(Model):
    """Write what a person found out into the attempt ledger, unless TENIOS' answer is there."""

    request: PlaceOrder
    number: int
    """The attempt that it is about."""
    asked_about: str | None = None
    """`names` of the unknown outcome that the person was shown."""
    finding: Finding
    resolved_by: str


class CancelNumber(Model):
    """Give a number back, once: remembered in the attempt ledger."""

    phone_number: str
    store_id: str
    lineage: str
    """As in `PlaceOrder`."""


class NumberCancelled(Model):
    """TENIOS takes the number back."""

    kind: Literal["cancelled"] = "cancelled"
    cancellation_date: date


VerificationAnswer = Annotated[
    VerificationSubmitted | Refused | AnswerUnreadable, Field(discriminator="kind")
]
CancellationAnswer = Annotated[
    NumberCancelled | Refused | AnswerUnreadable, Field(discriminator="kind")
]


class Notification(Model):
    """Something a person should know or do; goes to the log and to `NOTIFY_URLS`."""

    title: str
    body: str


class TeniosActivities(ABC):
    """Calls to TENIOS. Outcomes of the business are results; what may be retried is raised."""

    @activity.defn
    @abstractmethod
    async def submit_verification(self, request: SubmitVerification) -> VerificationAnswer:
        """Submit the address and its document for the manual check.

        May be retried freely: a second verification costs nothing, and the order waits for a
        decision about the one whose id it got.
        """

    @activity.defn
    @abstractmethod
    async def place_order(self, request: PlaceOrder) -> OrderAttempt:
        """Place the order, once per attempt, however often this runs."""

    @activity.defn
    @abstractmethod
    async def recall_order(self, request: PlaceOrder) -> LedgerReading:
        """What the attempt ledger says, without sending anything."""

    @activity.defn
    @abstractmethod
    async def withdraw_order(self, request: PlaceOrder) -> OrderAttempt:
        """Make sure that the attempt is never sent, or say what became of it."""

    @activity.defn
    @abstractmethod
    async def record_finding(self, request: RecordFinding) -> OrderAttempt:
        """Write a person's finding as the attempt's outcome; the outcome that counts.

        The first one wins: where TENIOS' answer, or another finding, was there before, that one
        is returned.
        """

    @activity.defn
    @abstractmethod
    async def cancel_number(self, request: CancelNumber) -> CancellationAnswer:
        """Give a number back to TENIOS, unless the ledger says that it was. Irreversible."""


class PushActivities(ABC):
    """What is too costly for a workflow task, since others decide how much of it there is."""

    @activity.defn
    @abstractmethod
    async def read_push(self, body: str) -> PushReading:
        """Read a push's body, in base64, that came without a reading; never raises for it."""


class NotificationActivities(ABC):
    """Messages to people."""

    @activity.defn
    @abstractmethod
    async def notify(self, notification: Notification) -> None:
        """Tell people; raises if a channel did not take it, so that it is tried again."""
