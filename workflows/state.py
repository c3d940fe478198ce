"""All that is known of one order. It moves on as it is to the next run of the workflow."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from number_orders.workflows.activity_interface import (
    Approval,
    ApprovalSource,
    OrderAttempt,
    VerifiedData,
)
from number_orders.workflows.corrections import corrected
from number_orders.workflows.decisions import Question, ReceivedDecision
from number_orders.workflows.inbox import Inbox
from number_orders.workflows.messages import (
    Cancellation,
    Correction,
    Resolution,
    VerificationShared,
)
from number_orders.workflows.models import (
    ApprovedVerification,
    NumberOrderInput,
    OrderStatus,
    VerifiedPlace,
)
from number_orders.workflows.push_judgement import Expected, Push, order_id_of, phone_number_of

_REMARKS_AT_MOST = 50


class Standing(StrEnum):
    """Where the verification of the current round stands."""

    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    """Refused by TENIOS, rejected by a person there, not to be had from another number, or to be
    replaced by a correction."""


@dataclass
class OrderState:
    """What the handlers recorded and what `run` made of it."""

    order: NumberOrderInput
    """As last corrected."""
    since: datetime
    started_for: VerifiedPlace | None = None
    """Before all corrections."""
    status: OrderStatus = OrderStatus.SUBMITTING_VERIFICATION
    ended: bool = False
    """Nothing that comes in from now on can change the outcome."""
    due_at: datetime | None = None
    inbox: Inbox = field(default_factory=Inbox)

    # Recorded by update, taken by run.
    correction: Correction | None = None
    resolution: Resolution | None = None
    cancellation: Cancellation | None = None
    abandoned: bool = False

    # The round.
    round: int = 1
    is_repeated: bool = False
    """It began although nothing was corrected."""
    submissions: int = 0
    """How many verifications were submitted."""
    earlier_verifications: tuple[str | None, ...] = ()
    """Those of the rounds before; `None` where TENIOS gave no id."""
    standing: Standing = Standing.NOT_SUBMITTED
    verification_id: str | None = None
    approval: Approval | None = None
    """`None` until the verification is approved."""
    replaced_verification_id: str | None = None
    """Which an approval of another verification replaced; one of the two is the right one."""
    applied_decisions: tuple[int, ...] = ()
    decisions_used_up: int = 0
    """Decisions up to this number no longer count: TENIOS refused the order although one of them
    had approved its verification."""
    correction_time_is_over: bool = False
    has_asked_leader: bool = False
    """The number whose verification is waited for knows that this one waits."""

    # The placement.
    placement: int = 0
    """Counts how often the order was about to be placed."""
    is_placing: bool = False
    """The current placement has no conclusion yet."""
    settled_attempt: int = 0
    unknown_attempt: OrderAttempt | None = None
    """The attempt of which nobody knows whether it placed the order."""
    ledger_readings: int = 0
    """How often the ledger was read again for it."""
    order_id: str | None = None

    # The completion.
    placed_at: datetime | None = None
    pushes_told: int = 0
    """How many of the received pushes the wait for the completion has acted upon."""
    completing_push: Push | None = None
    """The push by which TENIOS says that the order is completed, but not which number it has."""
    push: Push | None = None
    """The push that completed the order, with its number or, at the end of all waiting, without it.
    `None` before the completion, and if a person found the number."""
    phone_number: str | None = None
    completed_at: datetime | None = None
    unanswered_since: datetime | None = None
    """Since when the current call has been repeated, once that has become long."""
    cancellation_date: date | None = None
    not_given_back: str | None = None
    """The number that TENIOS was asked to take back, and did not say that it has."""
    reason: str | None = None
    remarks: tuple[str, ...] = ()
    """What happened that has to be seen in the end."""

    @classmethod
    def at_start(cls, order: NumberOrderInput, now: datetime) -> Self:
        """Before anything has happened."""
        place = place_of(order)
        return cls(order=order, since=now, started_for=place, status=first_status(order))

    @property
    def rounds_left(self) -> int:
        """How many verifications can still be submitted."""
        return self.order.rounds - self.submissions

    @property
    def is_given_up(self) -> bool:
        """Nobody wants the number any longer."""
        return self.abandoned or self.cancellation is not None

    @property
    def verified_data(self) -> VerifiedData:
        """What the verification is about."""
        order = self.order
        return VerifiedData(
            location_id=order.location_id,
            address=order.address,
            area_code=order.area_code,
            document_sha256=order.document.sha256 if order.document else None,
        )

    @property
    def question(self) -> Question:
        """The verification that a decision is wanted about."""
        return Question(
            verification_id=self.verification_id,
            round=self.round,
            earlier_ids=self.earlier_verifications,
            after=self.decisions_used_up,
        )

    @property
    def expected(self) -> Expected:
        """The order that a push is wanted about."""
        return Expected(
            order_id=self.order_id,
            placement=self.placement,
            numbering=self.order.numbering,
            area_code=self.order.area_code,
        )

    @property
    def earlier_verification_ids(self) -> tuple[str, ...]:
        """The ids of the rounds before, oldest first."""
        return tuple(one for one in self.earlier_verifications if one is not None)

    def remark(self, remark: str) -> None:
        """Keep something for people to see; so many that no history is filled by it."""
        self.remarks = (*self.remarks, remark)[-_REMARKS_AT_MOST:]

    def take_resolution(self) -> Resolution | None:
        """What a person found out, if that has not been acted upon."""
        resolution, self.resolution = self.resolution, None
        return resolution

    def begin_round(self, correction: Correction) -> None:
        """Forget the rejected verification but for its id, and take over what was corrected."""
        self.earlier_verifications += (self.verification_id,)
        self.order = corrected(self.order, correction)
        self.round += 1
        self.standing = Standing.NOT_SUBMITTED
        self.verification_id = self.replaced_verification_id = self.approval = None
        self.reason = self.correction = None
        self.has_asked_leader = False
        self.is_repeated = correction.unchanged

    def apply(self, decided: ReceivedDecision) -> None:
        """A decision counts."""
        self.applied_decisions += (decided.number,)
        is_named = self.verification_id is None
        self.verification_id = self.verification_id or decided.decision.verification_id
        self.standing = Standing.APPROVED if decided.decision.approved else Standing.REFUSED
        if decided.decision.approved:
            source = ApprovalSource.NAMED if is_named else ApprovalSource.DECISION
            self.approval = _approval(decided, source)

    def reuse(self, verification: ApprovedVerification, source: ApprovalSource) -> None:
        """The order is placed with a verification that was approved for another one."""
        self.verification_id = verification.verification_id
        self.approval = Approval(
            approved_by=verification.approved_by,
            approved_at=verification.approved_at,
            source=source,
        )
        self.standing = Standing.APPROVED

    def take_over(self, place: VerifiedPlace) -> None:
        """What another number was corrected to, from the same place, holds for this one."""
        self.order = self.order.model_copy(update=dict(place))
        self.remark("Its address and area code are now those of the number that it waited for.")

    def replace_verification(self, approved: ReceivedDecision) -> None:
        """An approval of another verification counts; those that came before it no longer do."""
        self.applied_decisions += (approved.number,)
        self.decisions_used_up = approved.number
        self.replaced_verification_id = self.verification_id
        self.verification_id = approved.decision.verification_id
        self.approval = _approval(approved, ApprovalSource.NAMED)

    @property
    def shared_verification(self) -> VerificationShared | None:
        """What the numbers that wait for this one's verification are told; `None`: not yet.

        TENIOS has to have taken an order with it: a person may report an approval too early, and
        that would spoil it for all of them.
        """
        if self.placed_at is not None and self.approval is not None and self.verification_id:
            place = place_of(self.order)
            is_elsewhere = place != self.started_for
            return VerificationShared(
                verification=ApprovedVerification(
                    verification_id=self.verification_id,
                    approved_by=self.approval.approved_by,
                    approved_at=self.approval.approved_at,
                ),
                place=place if is_elsewhere else None,
                started_for=self.started_for if is_elsewhere else None,
            )
        if self.ended:
            return VerificationShared(reason=f"has ended as {self.status}")
        return None

    def complete(self, push: Push) -> None:
        """TENIOS completed the order, and says the number if the push names one."""
        self.push = push
        self.order_id = self.order_id or order_id_of(push)
        self.phone_number = phone_number_of(push, self.expected)
        self.completed_at = push.received_at

    def complete_by_hand(self, phone_number: str, at: datetime) -> None:
        """A person found the number at TENIOS."""
        self.push = None
        self.phone_number = phone_number
        self.completed_at = self.completed_at or at


def place_of(order: NumberOrderInput) -> VerifiedPlace:
    """Of an order, which is one, only the place."""
    return VerifiedPlace(
        address=order.address, numbering=order.numbering, area_code=order.area_code
    )


def first_status(order: NumberOrderInput) -> OrderStatus:
    """In which status a round of the order begins."""
    if order.verification_from is not None:
        return OrderStatus.AWAITING_VERIFICATION
    if order.verification is not None:
        return OrderStatus.PLACING_ORDER
    return OrderStatus.SUBMITTING_VERIFICATION


def _approval(decided: ReceivedDecision, source: ApprovalSource) -> Approval:
    return Approval(
        approved_by=decided.decision.decided_by, approved_at=decided.received_at, source=source
    )
