"""The half of the lifecycle's model that receives: signals of any content, at any time."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from number_orders.workflows import contract, messages
from number_orders.workflows.push_judgement import PushReading
from number_orders.workflows.state import OrderState
from tests.support.order_driver import order_input
from tests.workflows.known import KEPT, Known, KnownPush, Said

NUMBER, SECOND_NUMBER = "+49221123456", "+49221123457"
OURS, FOREIGN = "7", "8"
DELIVERY = {"delivery_id": "d", "received_at": "2025-01-01T00:00:00Z", "authenticated_by": "url"}
BROKEN = [
    b'{"approved": 1, "decided_by": "ann"}',
    b'{"approved": true, "decided_by": " "}',
    json.dumps({**DELIVERY, "body": "", "received_at": "2025-01-01T00:00:00"}).encode(),
    b'{"body": "\\ud800"}',
    b"[" * 5000,
    b"null",
]
NAMED = st.sampled_from([None, None, None, "v1", "v1", "v2", "v3", "other", "another"])
DECISIONS = st.lists(st.tuples(st.booleans(), NAMED), min_size=1, max_size=2)
SAID = st.builds(
    Said,
    ids=st.sampled_from([(), (), (OURS,), (OURS,), (FOREIGN,), (OURS, FOREIGN)]).map(frozenset),
    numbers=st.sampled_from([(), (), (NUMBER,), (NUMBER, SECOND_NUMBER)]),
    success=st.booleans(),
    against=st.sampled_from([False, False, False, True]),
)
# Deliveries repeat: the same one may come before the order and after it, or be read anew.
PUSHES = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), SAID, st.sampled_from([True, True, False])),
    min_size=1,
    max_size=2,
)
FEW = st.sampled_from([1, 1, 1, 1, 1, 1, 25])
"""Now and then more than are kept."""

Decided = tuple[bool, str | None]
Pushed = tuple[int, bool, Said, bool]


def reading(said: Said) -> PushReading:
    return PushReading(
        excerpt="as told",
        order_ids=tuple(sorted(said.ids)),
        phone_numbers=said.numbers,
        success=said.success,
        objection="it reports a failure" if said.against else None,
    )


class Receiving(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2025, 1, 1, tzinfo=UTC)
        self.state = OrderState(order=order_input("a"), since=self.now)
        self.known = Known()

    def react(self) -> None:
        """To whatever has come in; the stages say how."""

    @rule(several=DECISIONS, times=FEW)
    def decisions_come(self, several: list[Decided], times: int) -> None:
        for approved, named in several * times:
            content = {"approved": approved, "decided_by": "ann", "verification_id": named}
            self.receive(contract.VERIFICATION_DECIDED, json.dumps(content).encode())
            self.known.decided(at=self.now, round_=self.state.round, approved=approved, named=named)
        self.react()

    @rule(several=PUSHES, times=FEW)
    def pushes_come(self, several: list[Pushed], times: int) -> None:
        for place, (delivery, with_secret, said, is_read) in enumerate(several * times):
            delivery_id = f"{delivery}-{place}"
            content = messages.PushDelivery(
                delivery_id=delivery_id,
                # The bridge's clock may be wrong.
                received_at=self.now + timedelta(days=2 * delivery - 1),
                body="e30=",
                authenticated_by="secret" if with_secret else "url",
                reading=reading(said) if is_read else None,
            )
            self.receive(contract.ORDER_COMPLETED, content.model_dump_json().encode())
            push = KnownPush(delivery_id, with_secret, self.known.placement, said)
            if is_read:
                self.known.pushed(push)
            else:
                self.known.keep(self.known.unread, push)
        self.react()

    @precondition(lambda self: self.state.inbox.unread)
    @rule(said=SAID)
    def push_is_read(self, said: Said) -> None:
        self.state.inbox.record_reading(self.state.inbox.unread[0], reading(said))
        self.known.read(said)
        self.react()

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
            self.known.keep(self.known.unusable, signal)

    def receive(self, signal: str, *contents: bytes) -> None:
        self.state.inbox.record(
            signal,
            [RawValue(Payload(data=content)) for content in contents],
            now=self.now,
            current_round=self.state.round,
            placement=self.state.placement,
        )

    @invariant()
    def messages_are_bounded_and_counted(self) -> None:
        inbox, known = self.state.inbox, self.known
        of_each_kind = [inbox.decisions, inbox.pushes, inbox.unread, inbox.unusable]
        assert max(map(len, of_each_kind)) <= KEPT
        assert inbox.dropped == known.dropped
        assert inbox.decisions_received == known.decisions_received
        assert inbox.pushes_received == known.pushes_received
        assert [decision.number for decision in inbox.decisions] == [
            decision.number for decision in known.decisions
        ]
        assert [push.delivery_id for push in inbox.pushes] == [
            push.delivery_id for push in known.pushes
        ]
        assert len(inbox.unread) == len(known.unread)
