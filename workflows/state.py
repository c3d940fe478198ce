"""All that is known of one order, and how it is shown to people."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from workflows import push_judgement, wording
from workflows.decisions import ReceivedDecision
from workflows.inbox import Inbox
from workflows.messages import Cancellation, Correction, Finding, Resolution
from workflows.models import NumberOrderInput, OrderStatus
from workflows.push_judgement import Push
from workflows.results import NumberOrderResult, OrderSnapshot

# TENIOS' promise: a completed number is live within a day.
_LIVE_WITHIN = timedelta(hours=24)


@dataclass
class OrderState:
    """What the handlers recorded and what `run` made of it."""

    order: NumberOrderInput
    since: datetime
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
    round: int = 1
    earlier_verification_ids: tuple[str, ...] = ()
    verification_id: str | None = None
    applied_decisions: tuple[ReceivedDecision, ...] = ()
    """One a round."""
    order_began: bool = False
    settled_attempt: int = 0
    order_id: str | None = None
    push: Push | None = None
    phone_number: str | None = None
    completed_at: datetime | None = None
    cancellation_date: date | None = None
    reason: str | None = None
    remarks: tuple[str, ...] = ()
    """What people did that has to be seen in the end."""

    @property
    def rounds_left(self) -> int:
        """How often the order can still be corrected."""
        return self.order.rounds - self.round

    @property
    def is_given_up(self) -> bool:
        """Nobody wants the number any longer."""
        return self.abandoned or self.cancellation is not None

    def take_finding(self) -> Finding | None:
        """What a person found out, if that has not been acted upon."""
        resolution, self.resolution = self.resolution, None
        return resolution.finding if resolution else None

    def waits_for(self) -> str:
        """What happens next and who must act."""
        return wording.waits_for(self.status, ended=self.ended)

    def begin_round(self, correction: Correction) -> None:
        """Forget the rejected verification but for its id, and take over what was corrected."""
        if self.verification_id is not None:
            self.earlier_verification_ids += (self.verification_id,)
        self.order = _corrected(self.order, correction)
        self.round += 1
        self.verification_id = self.reason = self.correction = None
        self.order_began = False

    def complete(self, push: Push) -> None:
        """TENIOS completed the order."""
        self.push = push
        self.phone_number = push_judgement.phone_number_of(push)
        self.completed_at = push.received_at

    def complete_by_hand(self, phone_number: str, at: datetime) -> None:
        """A person found the number at TENIOS."""
        self.phone_number = phone_number
        self.completed_at = at

    def end(self, outcome: OrderStatus) -> None:
        """Nothing changes the outcome any more."""
        if outcome is OrderStatus.CANCELLED and self.cancellation is not None:
            self.remarks += (self.reason,) if self.reason else ()
            self.reason = wording.cancellation(self.cancellation)
        self.status = outcome
        self.ended = True

    def needs_a_person(self) -> bool:
        """Whether somebody should look at the order now that it has ended."""
        return self.status in {OrderStatus.TIMED_OUT, OrderStatus.REJECTED} or (
            self.status is OrderStatus.COMPLETED and self._number_concern() is not None
        )

    def attention(self) -> tuple[str, ...]:
        """What a person should look at."""
        notes = list(self.remarks)
        if self.cancellation is not None:
            notes += wording.pending_cancellation(self.cancellation, self.status)
        notes += [
            f"A push was not applied, because {objection}. It says: {push.reading.excerpt}"
            for push in self.inbox.pushes
            if (objection := push_judgement.objection(push, self.order_id))
        ]
        if self.inbox.unusable:
            notes.append(f"{len(self.inbox.unusable)} message(s) could not be read.")
        if self.inbox.dropped:
            notes.append(f"{self.inbox.dropped} older message(s) are no longer shown.")
        if self.ended and self.completed_at is None:
            notes += [
                f"A push came when the order had ended: {push.reading.excerpt}"
                for push in self.inbox.pushes
                if push_judgement.objection(push, self.order_id) is None
            ]
        concern = self._number_concern()
        if concern and self.status in {OrderStatus.COMPLETED, OrderStatus.CANCELLING}:
            notes.append(concern)
        return tuple(notes)

    def _number_concern(self) -> str | None:
        return push_judgement.number_concern(self.phone_number, self.order.area_code)

    def details(self) -> str:
        """What the Web UI shows, in Markdown."""
        return wording.details(
            self.order, self.status, self.attention(), self.reason, ended=self.ended
        )

    def snapshot(self) -> OrderSnapshot:
        """The answer to the query `status`."""
        return OrderSnapshot(
            location_id=self.order.location_id,
            number=self.order.number,
            city=self.order.address.city,
            area_code=self.order.area_code,
            batch_id=self.order.batch_id,
            status=self.status,
            since=self.since,
            waits_for=self.waits_for(),
            due_at=self.due_at,
            verification_id=self.verification_id,
            earlier_verification_ids=self.earlier_verification_ids,
            rounds_left=self.rounds_left,
            order_id=self.order_id,
            phone_number=self.phone_number,
            reason=self.reason,
            cancellation=self.cancellation,
            attention=self.attention(),
            messages=self.inbox.shown(
                verification_id=self.verification_id,
                current_round=self.round,
                order_id=self.order_id,
                applied_decisions=self.applied_decisions,
                push=self.push,
            ),
            messages_dropped=self.inbox.dropped,
        )

    def result(self) -> NumberOrderResult:
        """How the order ended."""
        return NumberOrderResult(
            outcome=self.status,
            reason=self.reason,
            verification_id=self.verification_id,
            earlier_verification_ids=self.earlier_verification_ids,
            order_id=self.order_id,
            phone_number=self.phone_number,
            link_to_number=self.order.link_to_number,
            completed_at=self.completed_at,
            active_by=self.completed_at + _LIVE_WITHIN if self.completed_at else None,
            cancellation_date=self.cancellation_date,
            attention=self.attention(),
        )


def _corrected(order: NumberOrderInput, correction: Correction) -> NumberOrderInput:
    """The order as its next verification is submitted."""
    address = {name: value for name, value in correction.address if value is not None}
    changes = {
        "address": order.address.model_copy(update=address),
        "area_code": correction.area_code,
        "document": correction.document,
        "link_to_number": correction.link_to_number,
    }
    return order.model_copy(
        update={name: value for name, value in changes.items() if value is not None}
    )
