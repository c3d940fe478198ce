"""What goes out: the answer to the query `status`, and how an order ended."""

from datetime import date, datetime

from number_orders.workflows.activity_interface import Approval
from number_orders.workflows.messages import Cancellation
from number_orders.workflows.models import DocumentType, Model, Numbering, OrderStatus


class ReceivedMessage(Model):
    """A signal that arrived, and what became of it."""

    signal: str
    """Its name, whatever that was."""
    received_at: datetime
    summary: str
    effect: str
    """`applied`, or why it changed nothing."""


class OrderSnapshot(Model):
    """The answer to the query `status`."""

    location_id: str
    number: int
    """Which of the location's numbers."""
    city: str
    country: str
    """As ISO 3166-1 codes it."""
    numbering: Numbering
    """In which national numbers are read."""
    area_code: str | None = None
    """`None` where the country has none."""
    address_fingerprint: str
    """What tells the address from another one in the city, without showing it."""
    document_sha256: str | None = None
    """`None` if the order submits no document, since it uses a verification of before."""
    document_type: DocumentType | None = None
    link_to_number: str | None = None
    batch_id: str | None = None
    status: OrderStatus
    since: datetime
    """When the order got its status, in UTC."""
    waits_for: str
    """What happens next and who must act, in one or more sentences; of an order that has ended, the
    result's `summary`."""
    due_at: datetime | None = None
    """When the time for this status is over, in UTC; an approval has all the time it takes."""
    verification_id: str | None = None
    verification_from: int | None = None
    """The location's number whose verification the order waits for, or uses."""
    approval: Approval | None = None
    """By whose word the verification counts as approved."""
    earlier_verification_ids: tuple[str, ...]
    """Those of the rounds before, oldest first."""
    rounds_left: int
    """How many verifications can still be submitted."""
    order_id: str | None = None
    """TENIOS' own, once it took the order."""
    phone_number: str | None = None
    """In E.164, once it is known."""
    reason: str | None = None
    """Why the order has its status: a refusal or cancellation, why nobody knows whether it was
    placed, or why a person has to give its number back. `None` if there is nothing to explain."""
    cancellation: Cancellation | None = None
    """Who wants the order cancelled."""
    attention: tuple[str, ...]
    """What a person should look at."""
    messages: tuple[ReceivedMessage, ...]
    messages_dropped: int
    """How many messages are no longer among `messages`: an order keeps 20 of each kind."""


class NumberOrderResult(Model):
    """How an order ended.

    It is the workflow's result if the order is completed, and otherwise the first detail of the
    failure with which the workflow ends (`contract.FAILURE_TYPES`).
    """

    summary: str
    """The end in a sentence or some, with what still costs money or needs a person."""
    outcome: OrderStatus
    """`completed`, `rejected`, `timed_out` or `cancelled`."""
    reason: str | None = None
    """Why it has no number, or what else there is to explain."""
    verification_id: str | None = None
    earlier_verification_ids: tuple[str, ...]
    order_id: str | None = None
    """TENIOS' own, if it took the order."""
    phone_number: str | None = None
    """In E.164, if the order was completed."""
    link_to_number: str | None = None
    completed_at: datetime | None = None
    active_by: datetime | None = None
    """When the number must be live: 24 hours after completion."""
    cancellation_date: date | None = None
    """When TENIOS takes the number back, if it was cancelled after it had been ordered."""
    abandoned: bool = False
    """Nobody waits for it any longer, although TENIOS may have the order."""
    attention: tuple[str, ...]
    """What a person should look at."""
