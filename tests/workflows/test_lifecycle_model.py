"""The pure parts of the lifecycle against a small model: any message and command at any time.

The machine takes the part of `run`: it goes from stage to stage as the stages' modules do, and
asks the pure functions what counts. The model (`known`) says it in its own words.
"""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from number_orders.workflows import commands, decisions, messages, push_judgement, report
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.state import Standing
from tests.support.fuzzing import examples
from tests.workflows.receiving import DECISIONS, NUMBER, OURS, PUSHES, Decided, Pushed, Receiving

PLACED = messages.Placed(order_id=OURS)
FINDINGS = [
    PLACED,
    messages.NotPlaced(),
    messages.Completed(phone_number=NUMBER),
    messages.Abandon(),
]
WAITS_FOR_NUMBER = {
    OrderStatus.AWAITING_COMPLETION,
    OrderStatus.AWAITING_NUMBER,
    OrderStatus.OVERDUE,
}


class LifecycleMachine(Receiving):
    def __init__(self) -> None:
        super().__init__()
        self.ids_given: list[str] = []

    @initialize(
        early_decisions=st.just([]) | DECISIONS,
        early_pushes=st.just([]) | PUSHES,
        stage=st.sampled_from(
            ["submitting", "rejected", "placing", "placed", "overdue", "unknown", "unknown"]
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
        self.submitted("new")
        self.decisions_come([(stage != "rejected", "v1")], 1)
        if stage in {"placed", "overdue", "unknown"} and self.stands(OrderStatus.PLACING_ORDER):
            self.answered("unknown" if stage == "unknown" else "placed")
        if stage == "overdue" and self.stands(OrderStatus.AWAITING_COMPLETION):
            self.time_is_over()

    # The stages, as `run` goes through them.

    @precondition(lambda self: self.stands(OrderStatus.SUBMITTING_VERIFICATION))
    @rule(answer=st.sampled_from(["new", "new", "again", "none", "refused"]))
    def submitted(self, answer: str) -> None:
        """TENIOS takes the verification: with an id, with one that it gave before, or without."""
        if answer == "refused":
            self.known.verifications.append(None)
            self.rejected()
            return
        self.ids_given += [f"v{self.state.round}"] if answer == "new" else self.ids_given[-1:]
        given = None if answer == "none" or not self.ids_given else self.ids_given[-1]
        self.state.verification_id = given
        self.known.verifications.append(given)
        self.state.standing = Standing.SUBMITTED
        self.enter(OrderStatus.AWAITING_APPROVAL)

    @precondition(lambda self: self.stands(OrderStatus.PLACING_ORDER))
    @rule(answer=st.sampled_from(["placed", "unknown", "refused", "too early"]))
    def answered(self, answer: str) -> None:
        """TENIOS answers to the order."""
        match answer:
            case "placed":
                self.act_upon(PLACED)
            case "unknown":
                self.enter(OrderStatus.OUTCOME_UNKNOWN)
            case "refused":
                self.rejected()
            case "too early":
                self.state.decisions_used_up = self.state.inbox.decisions_received
                self.known.used_up = self.known.decisions_received
                self.state.standing = Standing.SUBMITTED
                self.enter(OrderStatus.AWAITING_APPROVAL)

    @precondition(lambda self: not self.state.ended)
    @rule(minutes=st.sampled_from([1, 5, 10]))
    def time_passes(self, minutes: int) -> None:
        """An order that does not come through takes another verification's approval, in time."""
        self.now += timedelta(minutes=minutes)
        self.react()

    @precondition(lambda self: not self.state.ended)
    @rule()
    def time_is_over(self) -> None:
        match self.state.status:
            case OrderStatus.AWAITING_COMPLETION:
                self.enter(OrderStatus.OVERDUE)
            case OrderStatus.OVERDUE:
                self.end(OrderStatus.TIMED_OUT)
            case OrderStatus.AWAITING_NUMBER:
                self.take_tenios_word()
            case OrderStatus.REJECTED:
                self.end(OrderStatus.REJECTED)
            case OrderStatus.CANCELLING:
                self.end(OrderStatus.CANCELLED)

    def react(self) -> None:
        """To whatever has come in, as soon as it can be used."""
        if self.stands(OrderStatus.AWAITING_APPROVAL):
            self.look_for_decision()
        elif self.stands(OrderStatus.PLACING_ORDER):
            self.look_for_another_verification()
        elif self.stands(OrderStatus.OUTCOME_UNKNOWN):
            self.look_for_proof()
        elif self.stands(*WAITS_FOR_NUMBER):
            self.look_for_number()

    def look_for_decision(self) -> None:
        state = self.state
        counting = self.known.decision()
        found = decisions.deciding(state.inbox.decisions, state.question)
        assert (found and found.number) == (counting and counting.number)
        if found and counting:
            state.apply(found)
            if self.known.verifications[-1] is None:
                self.known.verifications[-1] = counting.named
            if counting.approved:
                self.place()
            else:
                self.rejected()

    def look_for_another_verification(self) -> None:
        state = self.state
        expected = self.known.other_approval(state.since + timedelta(minutes=10))
        in_time = state.since + commands.CORRECTABLE_AFTER
        found = decisions.replacing(state.inbox.decisions, state.question, in_time)
        assert (found and found.number) == (expected and expected.number)
        if found and expected:
            state.replace_verification(found)
            self.known.used_up = expected.number
            self.known.verifications[-1] = expected.named
            assert state.verification_id == expected.named
            self.place()

    def place(self) -> None:
        assert self.state.verification_id is not None
        self.state.placement += 1
        self.known.placement += 1
        self.enter(OrderStatus.PLACING_ORDER)

    def look_for_proof(self) -> None:
        found = push_judgement.proving(self.state.inbox.pushes, self.state.expected)
        assert (found and found.delivery_id) == next(iter(self.known.proving()), None)
        if found:
            self.state.order_id = push_judgement.order_id_of(found)
            self.known.order_id = next(iter(found.reading.order_ids), None)
            self.enter(OrderStatus.AWAITING_COMPLETION)

    def look_for_number(self) -> None:
        state, known = self.state, self.known
        found = push_judgement.delivering(state.inbox.pushes, state.expected)
        assert (found and found.delivery_id) == next(iter(known.delivering()), None)
        word = push_judgement.completing(state.inbox.pushes, state.expected)
        assert (word and word.delivery_id) == next(iter(known.completing()), None)
        if found:
            assert found.received_at <= self.now
            state.complete(found)
            assert state.phone_number == NUMBER
            self.has_number()
        elif word:
            state.completing_push = word
            if not self.stands(OrderStatus.AWAITING_NUMBER):
                self.enter(OrderStatus.AWAITING_NUMBER)

    def take_tenios_word(self) -> None:
        word = self.state.completing_push
        assert word
        known = next((one for one in self.known.pushes if one.identity == word.identity), None)
        contradicted = any(
            push_judgement.contradicts(push, self.state.expected)
            for push in self.state.inbox.pushes
        )
        assert contradicted == self.known.contradicted()
        if known:
            vouched = push_judgement.vouches(word, self.state.expected)
            assert vouched == self.known.is_credible(known)
        self.end(OrderStatus.TIMED_OUT)

    def has_number(self) -> None:
        if self.state.cancellation:
            self.enter(OrderStatus.CANCELLING)
        else:
            self.end(OrderStatus.COMPLETED)

    # The commands of an operator.

    @rule()
    def correct(self) -> None:
        area_code = "30" if self.state.order.area_code == "221" else "221"
        correction = messages.Correction(corrected_by="ann", area_code=area_code)
        if commands.objection_to_correction(self.state, correction, self.now) is not None:
            return
        if self.stands(OrderStatus.PLACING_ORDER):
            assert self.now - self.state.since >= timedelta(minutes=10)
        else:
            assert self.stands(OrderStatus.REJECTED)
        if self.state.rounds_left:
            self.state.correction = correction
            self.state.begin_round(correction)
            assert (self.state.correction, self.state.order.area_code) == (None, area_code)
            self.enter(OrderStatus.SUBMITTING_VERIFICATION)

    @rule(finding=st.sampled_from(FINDINGS), minutes=st.integers(1, 2))
    def resolve(self, finding: messages.Finding, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        found = messages.Resolution(finding=finding, resolved_by="ann")
        if commands.objection_to_resolution(self.state, found, self.now) is None:
            assert self.stands(
                OrderStatus.OUTCOME_UNKNOWN, OrderStatus.CANCELLING, *WAITS_FOR_NUMBER
            )
            self.state.resolution = found
            taken = self.state.take_resolution()
            assert (taken, self.state.take_resolution()) == (found, None)
            self.act_upon(finding)

    def act_upon(self, finding: messages.Finding) -> None:
        match finding:
            case messages.Placed():
                self.state.order_id = self.known.order_id = OURS
                self.enter(OrderStatus.AWAITING_COMPLETION)
            case messages.NotPlaced():
                self.place()
            case messages.Completed():
                self.state.complete_by_hand(NUMBER, self.now)
                self.has_number()
            case messages.Abandon():
                self.end(OrderStatus.CANCELLED)

    @rule()
    def cancel(self) -> None:
        cancellation = messages.Cancellation(requested_by="ann")
        if commands.objection_to_cancellation(self.state) is None:
            assert not self.state.ended
            self.state.cancellation = self.state.cancellation or cancellation

    def stands(self, *statuses: OrderStatus) -> bool:
        return self.state.status in statuses and not self.state.ended

    def rejected(self) -> None:
        self.state.standing = Standing.REFUSED
        self.enter(OrderStatus.REJECTED)

    def enter(self, status: OrderStatus) -> None:
        self.state.status, self.state.since, self.state.resolution = status, self.now, None
        self.react()

    def end(self, outcome: OrderStatus) -> None:
        self.state.ended = True
        self.enter(outcome)

    # What holds at any time.

    @invariant()
    def order_can_be_shown(self) -> None:
        snapshot, result = report.snapshot(self.state), report.result(self.state)
        assert snapshot.model_dump_json()
        assert result.model_dump_json()
        assert report.details(self.state)
        current = [self.state.verification_id] if self.state.verification_id else []
        given = [one for one in self.known.verifications if one is not None]
        assert [*snapshot.earlier_verification_ids, *current] == given
        settled = {p.identity for p in (self.state.push, self.state.completing_push) if p}
        applied = len(self.state.applied_decisions) + len(settled)
        assert sum(message.effect == "applied" for message in snapshot.messages) <= applied
        assert all(
            message.signal.isprintable() and len(message.signal) <= 500
            for message in snapshot.messages
        )


@pytest.mark.hypothesis
def test_lifecycle() -> None:
    """In any order of messages, answers and commands, only what counts changes the order."""
    run_state_machine_as_test(LifecycleMachine, settings=examples(400, steps=30))
