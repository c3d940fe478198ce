"""What came in by signal: recorded as it is, bounded, and never a reason to raise.

A handler that raises fails the workflow task again and again and blocks everything behind it, so
whatever cannot be used is kept as such and shown to people.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError
from temporalio.common import RawValue

from workflows import contract, decisions, push_judgement
from workflows.decisions import ReceivedDecision
from workflows.messages import Decision, PushDelivery
from workflows.push_judgement import Push
from workflows.push_reading import excerpt, read_push
from workflows.results import ReceivedMessage

KEPT_OF_EACH_KIND = 20
"""Messages kept of each kind; a flood of one kind cannot push out another."""

_Message = TypeVar("_Message")


@dataclass(frozen=True)
class UnusableMessage:
    """A signal that could not be read."""

    signal: str
    received_at: datetime
    problem: str
    excerpt: str


@dataclass
class Inbox:
    """All signals of one order, in the order they came."""

    decisions: list[ReceivedDecision] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    pushes_received: int = 0
    """Those that are no longer kept included."""
    unusable: list[UnusableMessage] = field(default_factory=list)
    dropped: int = 0

    def record(
        self,
        signal: str,
        arguments: Sequence[RawValue],
        *,
        now: datetime,
        current_round: int,
        order_began: bool,
    ) -> None:
        """Record a signal, whatever it is: any name, any number of arguments, any bytes."""
        content = arguments[0].payload.data if arguments else b""
        try:
            if signal == contract.VERIFICATION_DECIDED:
                decision = Decision.model_validate_json(content)
                self._keep(self.decisions, ReceivedDecision(now, current_round, decision))
            elif signal == contract.ORDER_COMPLETED:
                self._record_push(PushDelivery.model_validate_json(content), now, order_began)
            else:
                self._record_unusable(signal, now, "no such signal", content)
        except ValidationError as error:
            self._record_unusable(signal, now, _problem(error), content)
        except ValueError:
            self._record_unusable(signal, now, "body: not base64", content)

    def shown(
        self,
        *,
        verification_id: str | None,
        current_round: int,
        order_id: str | None,
        applied_decisions: Sequence[ReceivedDecision],
        push: Push | None,
    ) -> tuple[ReceivedMessage, ...]:
        """Every kept message with what became of it, oldest first.

        `applied_decisions` and `push` are the ones that the order acted on.
        """
        messages = [
            ReceivedMessage(
                signal=contract.VERIFICATION_DECIDED,
                received_at=received.received_at,
                summary=decisions.describe(received.decision),
                effect=decisions.effect(
                    received, verification_id, current_round, applied_decisions
                ),
            )
            for received in self.decisions
        ]
        messages += [
            ReceivedMessage(
                signal=contract.ORDER_COMPLETED,
                received_at=received.received_at,
                summary=push_judgement.describe(received),
                effect=push_judgement.effect(received, order_id, push),
            )
            for received in self.pushes
        ]
        messages += [
            ReceivedMessage(
                signal=unusable.signal,
                received_at=unusable.received_at,
                summary=unusable.excerpt,
                effect=f"not readable: {unusable.problem}",
            )
            for unusable in self.unusable
        ]
        return tuple(sorted(messages, key=lambda message: message.received_at))

    def _record_push(self, delivery: PushDelivery, now: datetime, order_began: bool) -> None:
        body = base64.b64decode(delivery.body, validate=True)
        push = Push(
            delivery_id=delivery.delivery_id,
            received_at=min(delivery.received_at, now),
            authenticated_by=delivery.authenticated_by,
            after_order_began=order_began,
            reading=read_push(body),
        )
        same = next((p for p in self.pushes if p.delivery_id == push.delivery_id), None)
        if same is None:
            self.pushes_received += 1
            self._keep(self.pushes, push)
        elif order_began and not same.after_order_began:
            # Applied again by a reset, at a time when nothing could be completed yet.
            self.pushes[self.pushes.index(same)] = push

    def _record_unusable(self, signal: str, now: datetime, problem: str, content: bytes) -> None:
        shown_signal = excerpt(signal.encode(errors="replace"))
        self._keep(self.unusable, UnusableMessage(shown_signal, now, problem, excerpt(content)))

    def _keep(self, kept: list[_Message], message: _Message) -> None:
        """Keep a message; the oldest gives way, since whatever could act on it has not."""
        kept.append(message)
        if len(kept) > KEPT_OF_EACH_KIND:
            kept.pop(0)
            self.dropped += 1


def _problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the message"
    return f"{place}: {first['msg']}"
