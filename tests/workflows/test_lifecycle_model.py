"""The pure parts of the lifecycle against a small model: any message and command at any time.

The machine takes the part of `run`: it goes from stage to stage as the stages' modules do, and
asks the pure functions what counts. The model keeps plain lists, and says it in its own words.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from tests.office import order_input
from workflows import commands, contract, decisions, messages, push_judgement
from workflows.inbox import KEPT_OF_EACH_KIND
from workflows.models import OrderStatus
from workflows.state import OrderState

NUMBER = "+49221123456"
OURS, FOREIGN = "7", "8"
PLACED = messages.Placed(order_id=OURS)
FINDINGS = [
    PLACED,
    messages.NotPlaced(),
    messages.Completed(phone_number=NUMBER),
    messages.Abandon(),
]
WAITS_FOR_PUSH = {
    OrderStatus.OUTCOME_UNKNOWN,
    OrderStatus.AWAITING_COMPLETION,
    OrderStatus.OVERDUE,
}
DELIVERY = {"delivery_id": "d", "received_at": "2025-01-01T00:00:00Z", "authenticated_by": "url"}
BROKEN = [
    b'{"approved": 1, "decided_by": "ann"}',
    b'{"approved": true, "decided_by": " "}',
    json.dumps({**DELIVERY, "body": "?"}).encode(),
    json.dumps({**DELIVERY, "body": "", "received_at": "2025-01-01T00:00:00"}).encode(),
    b'{"body": "\\ud800"}',
    b"[" * 5000,
    b"null",
]
NAMED = st.sampled_from([None, None, "v1", "v1", "v2", "v3", "foreign"])
DECISIONS = st.lists(st.tuples(st.booleans(), NAMED), min_size=1, max_size=2)
# Deliveries repeat: the same one may come before the order and after it.
PUSHES = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from([set(), {OURS}, {FOREIGN}, {OURS, FOREIGN}]),
        st.sampled_from([True, True, False]),
    ),
    min_size=1,
    max_size=2,
)
FEW = st.sampled_from([1, 1, 1, 1, 1, 1, 25])
"""Now and then more than are kept."""


@dataclass
class KnownPush:
    """A push as the model keeps it."""

    delivery_id: str
    order_ids: set[str]
    reports_success: bool
    after_order_began: bool


Decided = tuple[bool, str | None]
Pushed = tuple[int, set[str], bool]


class LifecycleMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2025, 1, 1, tzinfo=UTC)
        self.state = OrderState(order=order_input("a"), since=self.now)
        self.verifications: list[str] = []
        self.decisions: list[tuple[int, bool, str | None]] = []
        self.pushes: list[KnownPush] = []
        self.unusable = 0

    @initialize(
        early_decisions=st.just([]) | DECISIONS,
        early_pushes=st.just([]) | PUSHES,
        stage=st.sampled_from(
            ["submitting", "rejected", "placed", "overdue", "unknown", "unknown"]
        ),
    )
    def begins(
        self, early_decisions: list[Decided], early_pushes: list[Pushed], stage: str
    ) -> None:
        """Half way: from the very beginning, the last stages would seldom be reached."""
        self.decisions_come(early_decisions, 1)
        self.pushes_come(early_pushes, 1)
        if stage == "submitting":
            return
        self.goes_on("")
        self.decisions_come([(stage != "rejected", "v1")], 1)
        if self.stands(OrderStatus.PLACING_ORDER):
            self.goes_on("unknown" if stage == "unknown" else "placed")
        if stage == "overdue" and self.stands(OrderStatus.AWAITING_COMPLETION):
            self.goes_on("")

    # What comes in by signal.

    @rule(several=DECISIONS, times=FEW)
    def decisions_come(self, several: list[Decided], times: int) -> None:
        for approved, named in several * times:
            content = {"approved": approved, "decided_by": "ann", "verification_id": named}
            self.receive(contract.VERIFICATION_DECIDED, json.dumps(content).encode())
            self.decisions.append((self.state.round, approved, named))
        self.react()

    @rule(several=PUSHES, times=FEW)
    def pushes_come(self, several: list[Pushed], times: int) -> None:
        for place, (delivery, order_ids, reports_success) in enumerate(several * times):
            members = [{"order_id": order_id} for order_id in sorted(order_ids)]
            status = "completed" if reports_success else "failed"
            body = json.dumps([{"status": status, "phone_number": NUMBER}, *members])
            delivery_id = f"{delivery}-{place}"
            content = {
                "delivery_id": delivery_id,
                # The bridge's clock may be wrong.
                "received_at": (self.now + timedelta(days=2 * delivery - 1)).isoformat(),
                "body": base64.b64encode(body.encode()).decode(),
                "authenticated_by": "url",
            }
            self.receive(contract.ORDER_COMPLETED, json.dumps(content).encode())
            began = self.state.order_began
            self.know(KnownPush(delivery_id, order_ids, reports_success, began))
        self.react()

    def know(self, push: KnownPush) -> None:
        kept = self.pushes[-KEPT_OF_EACH_KIND:]
        same = [one for one in kept if one.delivery_id == push.delivery_id]
        if not same:
            self.pushes.append(push)
        elif push.after_order_began and not same[0].after_order_began:
            # The later one can complete the order; it takes the place of the other one.
            self.pushes[self.pushes.index(same[0])] = push

    @rule(
        signal=st.sampled_from([contract.VERIFICATION_DECIDED, contract.ORDER_COMPLETED])
        | st.sampled_from(["unknown", "a\n" * 400, "\ud800"]),
        content=st.binary(max_size=20) | st.sampled_from(BROKEN),
        arguments=st.integers(0, 3),
        times=FEW,
    )
    def garbage(self, signal: str, content: bytes, arguments: int, times: int) -> None:
        for _ in range(times):
            self.receive(signal, *[content] * arguments)
            self.unusable += 1

    def receive(self, signal: str, *contents: bytes) -> None:
        self.state.inbox.record(
            signal,
            [RawValue(Payload(data=content)) for content in contents],
            now=self.now,
            current_round=self.state.round,
            order_began=self.state.order_began,
        )

    # The stages, as `run` goes through them.

    @precondition(lambda self: not self.state.ended)
    @rule(answer=st.sampled_from(["placed", "unknown", "refused"]))
    def goes_on(self, answer: str) -> None:
        """TENIOS answers, or a deadline passes."""
        match self.state.status:
            case OrderStatus.SUBMITTING_VERIFICATION:
                self.verifications.append(f"v{self.state.round}")
                self.state.verification_id = self.verifications[-1]
                self.enter(OrderStatus.AWAITING_APPROVAL)
            case OrderStatus.PLACING_ORDER if answer == "placed":
                self.act_upon(PLACED)
            case OrderStatus.PLACING_ORDER if answer == "unknown":
                self.enter(OrderStatus.OUTCOME_UNKNOWN)
            case OrderStatus.PLACING_ORDER:
                self.enter(OrderStatus.REJECTED)
            case OrderStatus.AWAITING_COMPLETION:
                self.enter(OrderStatus.OVERDUE)
            case OrderStatus.OVERDUE:
                self.state.end(OrderStatus.TIMED_OUT)
            case OrderStatus.REJECTED if answer == "refused":
                self.state.end(OrderStatus.REJECTED)
            case OrderStatus.CANCELLING:
                self.state.end(OrderStatus.CANCELLED)

    def react(self) -> None:
        """To whatever has come in, as soon as it can be used."""
        if self.stands(OrderStatus.AWAITING_APPROVAL):
            self.look_for_decision()
        elif self.stands(*WAITS_FOR_PUSH):
            self.look_for_push()

    def look_for_decision(self) -> None:
        """The first decision counts that names this verification, or none and came in its round."""
        state, current = self.state, self.verifications[-1]
        counting = [
            approved
            for round_, approved, named in self.decisions[-KEPT_OF_EACH_KIND:]
            if named == current or (named is None and round_ == state.round)
        ]
        found = decisions.deciding(state.inbox.decisions, current, state.round)
        assert [found.decision.approved if found else None] == (counting[:1] or [None])
        if found:
            state.applied_decisions += (found,)
            state.order_began = found.decision.approved
            self.enter(OrderStatus.PLACING_ORDER if state.order_began else OrderStatus.REJECTED)

    def look_for_push(self) -> None:
        """The first push counts that reports success, and is not about another order."""
        kept = self.pushes[-KEPT_OF_EACH_KIND:]
        completing = [push.delivery_id for push in kept if self.completes(push)]
        found = push_judgement.completing(self.state.inbox.pushes, self.state.order_id)
        assert [found.delivery_id if found else None] == (completing[:1] or [None])
        if found:
            assert found.received_at <= self.now
            self.state.order_id = self.state.order_id or push_judgement.order_id_of(found)
            self.state.complete(found)
            assert self.state.phone_number == NUMBER
            self.has_number()

    def completes(self, push: KnownPush) -> bool:
        if not push.reports_success or len(push.order_ids) > 1:
            return False
        names_ours = self.state.order_id in push.order_ids
        if self.state.order_id and push.order_ids and not names_ours:
            return False
        return push.after_order_began or names_ours

    def has_number(self) -> None:
        if self.state.cancellation:
            self.enter(OrderStatus.CANCELLING)
        else:
            self.state.end(OrderStatus.COMPLETED)

    # The commands of an operator.

    @rule()
    def correct(self) -> None:
        correction = messages.Correction(corrected_by="ann", area_code="30")
        objection = commands.objection_to_correction(self.state, correction)
        if objection is None and self.state.rounds_left:
            assert self.stands(OrderStatus.REJECTED)
            self.state.correction = correction
            self.state.begin_round(correction)
            assert (self.state.correction, self.state.order.area_code) == (None, "30")
            self.enter(OrderStatus.SUBMITTING_VERIFICATION)

    @rule(finding=st.sampled_from(FINDINGS), minutes=st.integers(1, 2))
    def resolve(self, finding: messages.Finding, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        found = messages.Resolution(finding=finding, resolved_by="ann")
        if commands.objection_to_resolution(self.state, found, self.now) is None:
            assert self.stands(*WAITS_FOR_PUSH, OrderStatus.CANCELLING)
            self.state.resolution = found
            self.act_upon(self.state.take_finding())
            assert self.state.take_finding() is None

    def act_upon(self, finding: messages.Finding | None) -> None:
        match finding:
            case messages.Placed():
                self.state.order_id = OURS
                self.enter(OrderStatus.AWAITING_COMPLETION)
            case messages.NotPlaced():
                self.enter(OrderStatus.PLACING_ORDER)
            case messages.Completed():
                self.state.complete_by_hand(NUMBER, self.now)
                self.has_number()
            case messages.Abandon():
                self.state.end(OrderStatus.CANCELLED)

    @rule()
    def cancel(self) -> None:
        cancellation = messages.Cancellation(requested_by="ann")
        if commands.objection_to_cancellation(self.state, cancellation) is None:
            assert not self.state.ended
            self.state.cancellation = self.state.cancellation or cancellation

    def stands(self, *statuses: OrderStatus) -> bool:
        return self.state.status in statuses and not self.state.ended

    def enter(self, status: OrderStatus) -> None:
        self.state.status, self.state.since, self.state.resolution = status, self.now, None
        self.react()

    # What holds at any time.

    @invariant()
    def messages_are_bounded_and_counted(self) -> None:
        inbox = self.state.inbox
        kept = [len(inbox.decisions), len(inbox.pushes), len(inbox.unusable)]
        assert max(kept) <= KEPT_OF_EACH_KIND
        received = [len(self.decisions), len(self.pushes), self.unusable]
        assert sum(kept) + inbox.dropped == sum(received)
        assert inbox.pushes_received == len(self.pushes)
        assert [push.delivery_id for push in inbox.pushes] == [
            push.delivery_id for push in self.pushes[-KEPT_OF_EACH_KIND:]
        ]

    @invariant()
    def order_can_be_shown(self) -> None:
        snapshot, result = self.state.snapshot(), self.state.result()
        assert snapshot.model_dump_json()
        assert result.model_dump_json()
        assert self.state.details()
        current = [self.state.verification_id] if self.state.verification_id else []
        assert [*snapshot.earlier_verification_ids, *current] == self.verifications
        applied = len(self.state.applied_decisions) + (self.state.push is not None)
        assert sum(message.effect == "applied" for message in snapshot.messages) <= applied
        assert all(
            message.signal.isprintable() and len(message.signal) <= 500
            for message in snapshot.messages
        )


def test_lifecycle() -> None:
    """In any order of messages, answers and commands, only what counts changes the order."""
    few = settings(max_examples=400, stateful_step_count=30, deadline=None, derandomize=True)
    run_state_machine_as_test(LifecycleMachine, settings=few)
