"""Everything that an order received by signal, bounded: whatever was sent, recording it is cheap.

Handlers only record here; `run` decides which message counts. Nothing raises, and what cannot
be used is kept as such and shown to people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError
from temporalio.common import RawValue

from number_orders.workflows import contract
from number_orders.workflows.decisions import ReceivedDecision
from number_orders.workflows.decoding import described
from number_orders.workflows.messages import (
    Decision,
    PushDelivery,
    VerificationAwaited,
    VerificationShared,
)
from number_orders.workflows.push_judgement import Push, PushReading
from number_orders.workflows.text import printable

KEPT_OF_EACH_KIND = 20
"""Messages kept of each kind; a flood of one kind cannot push out another."""

SIGNAL_BYTES_AT_MOST = 128 * 1024
"""A larger signal is not decoded in a workflow task. The bridge's largest body has 86 KiB in
base64; the rest is room for its reading and the other fields."""

_LONGEST_NAME = 100
"""Of a signal that no order knows."""

_Message = TypeVar("_Message")


@dataclass(frozen=True)
class UnusableMessage:
    """A signal that could not be read."""

    signal: str
    received_at: datetime
    problem: str
    size: int
    """Of its content in bytes, which may be an address and is not kept."""


@dataclass(frozen=True)
class UnreadPush:
    """A push that came without a reading: an activity reads its body."""

    delivery: PushDelivery
    received_at: datetime
    placement: int


@dataclass
class Inbox:
    """All signals of one order, in the order they came."""

    decisions: list[ReceivedDecision] = field(default_factory=list)
    decisions_received: int = 0
    """Those that are no longer kept included."""
    pushes: list[Push] = field(default_factory=list)
    pushes_received: int = 0
    """Includes those no longer kept. A push that comes again counts again if its reading or its
    placement makes it say something new."""
    unread: list[UnreadPush] = field(default_factory=list)
    awaited_by: list[int] = field(default_factory=list)
    """The location's numbers that wait for this one's verification, and were not answered."""
    shared: VerificationShared | None = None
    """What another number last said of the verification that this one waits for."""
    unusable: list[UnusableMessage] = field(default_factory=list)
    dropped: int = 0

    def record(
        self,
        signal: str,
        arguments: Sequence[RawValue],
        *,
        now: datetime,
        current_round: int,
        placement: int,
    ) -> None:
        """Record a signal, whatever it is: any name, any number of arguments, any bytes."""
        content = arguments[0].payload.data if arguments else b""
        if len(content) > SIGNAL_BYTES_AT_MOST:
            problem = f"the message: has over {SIGNAL_BYTES_AT_MOST} bytes"
            self._record_unusable(signal, now, problem, content)
            return
        try:
            if signal == contract.VERIFICATION_DECIDED:
                # A person may have typed it, and meant another field than an unknown one.
                decision = Decision.model_validate_json(content, extra="forbid")
                self._record_decision(decision, now, current_round)
            elif signal == contract.ORDER_COMPLETED:
                self._record_delivery(PushDelivery.model_validate_json(content), now, placement)
            elif signal == contract.VERIFICATION_AWAITED:
                number = VerificationAwaited.model_validate_json(content).number
                self.awaited_by = sorted({*self.awaited_by, number})
            elif signal == contract.VERIFICATION_SHARED:
                self.shared = VerificationShared.model_validate_json(content)
            else:
                self._record_unusable(signal, now, "no such signal", content)
        except ValidationError as error:
            self._record_unusable(signal, now, described(error), content)

    def record_reading(self, unread: UnreadPush, reading: PushReading) -> None:
        """A push that came without a reading was read; others may have pushed it out meanwhile."""
        if unread in self.unread:
            self.unread.remove(unread)
        self._record_push(unread.delivery, reading, unread.received_at, unread.placement)

    def _record_decision(self, decision: Decision, now: datetime, current_round: int) -> None:
        self.decisions_received += 1
        self.decisions.append(
            ReceivedDecision(self.decisions_received, now, current_round, decision)
        )
        if len(self.decisions) > KEPT_OF_EACH_KIND:
            self._drop(self.decisions, self.decisions[0])

    def _record_delivery(self, delivery: PushDelivery, now: datetime, placement: int) -> None:
        if delivery.reading is not None:
            self._record_push(delivery, delivery.reading, now, placement)
            return
        self.unread.append(UnreadPush(delivery, now, placement))
        if len(self.unread) > KEPT_OF_EACH_KIND:
            self._drop(self.unread, self.unread[0])

    def _record_push(
        self, delivery: PushDelivery, reading: PushReading, now: datetime, placement: int
    ) -> None:
        push = Push(
            delivery_id=delivery.delivery_id,
            received_at=min(delivery.received_at, now),
            authenticated_by=delivery.authenticated_by,
            placement=placement,
            reading=reading,
        )
        same = next((p for p in self.pushes if p.identity == push.identity), None)
        if same is None:
            self.pushes_received += 1
            self.pushes.append(push)
        elif same.reading != push.reading or not same.placement or _may_be_another(same, push):
            # Read again with more words; or applied again by a reset, at a time when nothing could
            # be completed yet; or TENIOS says the same of a later placement.
            self.pushes_received += 1
            self.pushes[self.pushes.index(same)] = push
        if len(self.pushes) > KEPT_OF_EACH_KIND:
            # Whoever knows the address alone cannot push out what presented the secret.
            by_url = (p for p in self.pushes if p.authenticated_by != "secret")
            self._drop(self.pushes, next(by_url, self.pushes[0]))

    def _record_unusable(self, signal: str, now: datetime, problem: str, content: bytes) -> None:
        self.unusable.append(
            UnusableMessage(printable(signal)[:_LONGEST_NAME], now, problem, len(content))
        )
        if len(self.unusable) > KEPT_OF_EACH_KIND:
            self._drop(self.unusable, self.unusable[0])

    def _drop(self, kept: list[_Message], message: _Message) -> None:
        """Forget a kept message, and count it. An old one can hardly change the order any more."""
        kept.remove(message)
        self.dropped += 1


def _may_be_another(earlier: Push, later: Push) -> bool:
    """Whether the same words may be about the order of a later placement: they name none."""
    names_one = later.reading.phone_numbers or later.reading.order_ids
    return earlier.placement < later.placement and not names_one
