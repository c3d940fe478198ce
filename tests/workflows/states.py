"""Any state that an order may have, with messages of all forms in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from number_orders.workflows import activity_interface as calls
from number_orders.workflows import messages, models
from number_orders.workflows.activity_interface import Approval, ApprovalSource
from number_orders.workflows.decisions import ReceivedDecision
from number_orders.workflows.inbox import Inbox, UnreadPush, UnusableMessage
from number_orders.workflows.models import Deadlines, DocumentReference, DocumentType, OrderStatus
from number_orders.workflows.push_judgement import Push, PushReading
from number_orders.workflows.state import OrderState, Standing, place_of
from tests.support.order_driver import order_input

NUMBER = "+49221123456"
# Whatever JSON can carry: lone surrogates never get so far.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).map(
    lambda text: f"x{text}x"
)
MAYBE = st.none() | TEXT
IDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=100)
COUNT = st.integers(0, 2**31)
MOMENT = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 -- Hypothesis adds the zone
    datetime(2099, 12, 31),  # noqa: DTZ001 -- likewise
    timezones=st.just(UTC),
)


def few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=2)


DOCUMENT = st.builds(
    DocumentReference,
    type=st.sampled_from(DocumentType),
    sha256=st.just("0" * 64),
)
DEADLINES = st.builds(
    Deadlines,
    completion=st.timedeltas(timedelta(seconds=1), timedelta(days=365)),
    late_push_grace=st.timedeltas(timedelta(0), timedelta(days=365)),
)
ORDER = st.builds(
    order_input,
    st.just("koeln-01"),
    link_to_number=st.none() | st.just(NUMBER),
    batch_id=st.none() | st.just("spring"),
    deadlines=DEADLINES,
    rounds=st.integers(1, 20),
)
DECISION = st.builds(
    messages.Decision,
    approved=st.booleans(),
    decided_by=TEXT,
    reason=MAYBE,
    verification_id=st.none() | IDS,
)
READING = st.builds(
    PushReading,
    excerpt=TEXT,
    order_ids=few(TEXT).map(tuple),
    phone_numbers=few(TEXT).map(tuple),
    success=st.booleans(),
    objection=MAYBE,
)
DELIVERY = st.builds(
    messages.PushDelivery,
    delivery_id=TEXT,
    received_at=MOMENT,
    body=TEXT,
    authenticated_by=TEXT,
    reading=st.none() | READING,
)
PUSH = st.builds(
    Push,
    delivery_id=TEXT,
    received_at=MOMENT,
    authenticated_by=TEXT,
    placement=COUNT,
    reading=READING,
)
APPROVED = st.builds(
    models.ApprovedVerification, verification_id=IDS, approved_by=TEXT, approved_at=MOMENT
)
SHARED = st.builds(messages.VerificationShared, verification=APPROVED) | st.builds(
    messages.VerificationShared, reason=TEXT
)
INBOX = st.builds(
    Inbox,
    decisions=few(st.builds(ReceivedDecision, COUNT, MOMENT, COUNT, DECISION)),
    decisions_received=COUNT,
    pushes=few(PUSH),
    pushes_received=COUNT,
    unread=few(st.builds(UnreadPush, DELIVERY, MOMENT, COUNT)),
    awaited_by=few(st.integers(1, 999)),
    shared=st.none() | SHARED,
    unusable=few(st.builds(UnusableMessage, TEXT, MOMENT, TEXT, COUNT)),
    dropped=COUNT,
)
FINDING = st.sampled_from(
    [
        messages.Placed(order_id="7"),
        messages.NotPlaced(),
        messages.Completed(phone_number=NUMBER),
        messages.Abandon(),
    ]
)
REFUSED = st.builds(
    calls.Refused,
    error_code=TEXT,
    message=TEXT,
    fields=few(TEXT).map(tuple),
    is_about_verification=st.booleans(),
)
ANSWER = (
    REFUSED
    | st.builds(calls.OrderPlaced, order_id=TEXT)
    | st.builds(calls.OrderWithdrawn)
    | st.builds(calls.VerificationUnusable, reason=TEXT)
    | st.builds(calls.OutcomeUnknown, reason=TEXT, names=MAYBE)
    | st.builds(calls.Found, finding=FINDING, resolved_by=TEXT)
)
ATTEMPT = st.builds(
    calls.OrderAttempt,
    number=COUNT,
    answer=ANSWER,
    second_order=MAYBE,
    given_back=few(
        st.builds(
            calls.GivenBack,
            phone_number=st.just(NUMBER),
            cancellation_date=st.dates(date(2020, 1, 1)),
        )
    ).map(tuple),
)
CORRECTION = st.builds(
    messages.Correction,
    corrected_by=TEXT,
    reason=MAYBE,
    address=st.builds(messages.AddressCorrection, city=MAYBE, street=MAYBE),
    area_code=st.none() | st.just("30"),
    document=st.none() | DOCUMENT,
    remove_link=st.booleans(),
    unchanged=st.booleans(),
    verification=st.none() | APPROVED,
)
RESOLUTION = st.builds(messages.Resolution, finding=FINDING, resolved_by=TEXT, reason=MAYBE)
CANCELLATION = st.builds(messages.Cancellation, requested_by=TEXT, reason=MAYBE)

APPROVAL = st.builds(
    Approval, approved_by=TEXT, approved_at=MOMENT, source=st.sampled_from(ApprovalSource)
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "order": ORDER,
    "since": MOMENT,
    "started_for": st.none() | ORDER.map(place_of),
    "status": st.sampled_from(OrderStatus),
    "ended": st.booleans(),
    "due_at": st.none() | MOMENT,
    "inbox": INBOX,
    "correction": st.none() | CORRECTION,
    "resolution": st.none() | RESOLUTION,
    "cancellation": st.none() | CANCELLATION,
    "abandoned": st.booleans(),
    "round": COUNT,
    "submissions": COUNT,
    "is_repeated": st.booleans(),
    "earlier_verifications": few(MAYBE).map(tuple),
    "standing": st.sampled_from(Standing),
    "verification_id": MAYBE,
    "approval": st.none() | APPROVAL,
    "has_asked_leader": st.booleans(),
    "applied_decisions": few(COUNT).map(tuple),
    "decisions_used_up": COUNT,
    "correction_time_is_over": st.booleans(),
    "placement": COUNT,
    "is_placing": st.booleans(),
    "settled_attempt": COUNT,
    "unknown_attempt": st.none() | ATTEMPT,
    "ledger_readings": COUNT,
    "order_id": MAYBE,
    "placed_at": st.none() | MOMENT,
    "pushes_told": COUNT,
    "completing_push": st.none() | PUSH,
    "push": st.none() | PUSH,
    "phone_number": st.none() | st.just(NUMBER),
    "completed_at": st.none() | MOMENT,
    "not_given_back": MAYBE,
    "replaced_verification_id": MAYBE,
    "cancellation_date": st.none() | st.dates(date(2020, 1, 1)),
    "reason": MAYBE,
    "unanswered_since": st.none() | MOMENT,
    "remarks": few(TEXT).map(tuple),
}


def _ended_if_final(state: OrderState) -> OrderState:
    """An order enters these statuses only when it ends."""
    final = {OrderStatus.COMPLETED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED}
    return replace(state, ended=state.ended or state.status in final)


STATES = st.builds(OrderState, **FIELDS).map(_ended_if_final)
