"""The write-ahead attempt ledger: at most one order POST per attempt, whatever dies.

    attempts/<workflow id>/<number>.intent  created with create-if-absent before the POST
    attempts/<workflow id>/<number>.outcome added after it

Whoever runs an attempt again finds the outcome and returns it, or finds a bare intent and knows
that it must not send. An attempt that provably did nothing is over, and the next one has the next
number. Those that are over are cleared away, but never the latest: who takes a number that only
looked free then sees a later one, and sends nothing.

Numbers up to the one that the workflow calls settled are decided: refused by TENIOS, or found not
placed by a person. Of all others the latest that may have done something tells.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from runtime.evidence_store import EvidenceStore
from workflows.activity_interface import (
    Found,
    NumberCancelled,
    OrderAnswer,
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
    Refused,
)
from workflows.models import Model


class Intent(Model):
    """Somebody is about to send the order, or to make sure that it is not sent."""

    lineage: str
    verification_id: str
    execution: str
    """Tells one execution of the activity from every other."""
    began_at: AwareDatetime
    sends: bool
    """`False` where the order was cancelled: it takes the number so that nothing is sent."""


class NotSent(Model):
    """TENIOS provably did nothing: the order may be sent by another attempt."""

    kind: Literal["not_sent"] = "not_sent"


Outcome = Annotated[OrderPlaced | Refused | NotSent | Found, Field(discriminator="kind")]
_INTENT: TypeAdapter[Intent] = TypeAdapter(Intent)
_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
_DAMAGED = Intent(
    lineage="",
    verification_id="",
    execution="",
    began_at=datetime.fromtimestamp(0, UTC),
    sends=True,
)
"""In the place of an intent that a power cut left without its content."""

_Content = TypeVar("_Content")


class OwnAttempt:
    """An attempt that this execution, and no other, may send."""

    def __init__(self, store: EvidenceStore, key: str, number: int, began_at: datetime) -> None:
        self._store = store
        self._key = key
        self.number = number
        self.began_at = began_at

    async def record(self, outcome: OrderPlaced | Refused | NotSent) -> None:
        """Add how it went."""
        await self._store.create(f"{self._key}.outcome", outcome.model_dump_json().encode())


class AttemptLedger:
    """All attempts to place one order."""

    def __init__(self, store: EvidenceStore, workflow_id: str) -> None:
        self._store = store
        self._folder = f"attempts/{workflow_id}"

    async def find(self, request: PlaceOrder) -> OrderAttempt | None:
        """What became of the latest attempt that is not settled; `None` if nothing was sent."""
        return await self._find(request, await self._numbers())

    async def begin(self, request: PlaceOrder) -> OwnAttempt | OrderAttempt:
        """An attempt of one's own to send the order; or what became of the one there is."""
        return await self._begin(request, sends=True)

    async def withdraw(self, request: PlaceOrder) -> OrderAttempt:
        """Make sure that nothing is sent from now on; or what became of what was."""
        begun = await self._begin(request, sends=False)
        if isinstance(begun, OrderAttempt):
            return begun
        return OrderAttempt(number=begun.number, answer=OrderWithdrawn())

    async def record_finding(self, request: RecordFinding) -> OrderAttempt:
        """Write a person's finding as the attempt's outcome; the outcome that counts."""
        found = Found(finding=request.finding, resolved_by=request.resolved_by)
        key = f"{self._key(request.number)}.outcome"
        await self._store.create(key, found.model_dump_json().encode())
        _, outcome = await self._read(request.number)
        if outcome is None or isinstance(outcome, NotSent):
            outcome = found
        return OrderAttempt(number=request.number, answer=outcome)

    async def given_back(self, phone_number: str) -> NumberCancelled | None:
        """When TENIOS takes this number back, if the order has given it back already."""
        return None

    async def record_given_back(self, phone_number: str, cancelled: NumberCancelled) -> None:
        """Remember that the number was given back, whatever a reset makes of the workflow."""
        raise NotImplementedError

    async def _begin(self, request: PlaceOrder, *, sends: bool) -> OwnAttempt | OrderAttempt:
        while True:
            # One listing for both: what was not there when we looked must not be stepped over.
            numbers = await self._numbers()
            found = await self._find(request, numbers)
            if found is not None:
                return found
            number = max([request.settled_attempt, *numbers]) + 1
            own = await self._claim(number, request, sends=sends)
            if own is None:
                continue
            try:
                if await self._is_latest(own, numbers, request.settled_attempt):
                    return own
            except Exception:
                if sends:
                    await own.record(NotSent())
                raise
            # A withdrawal stands, here as above: somebody may have read it already.
            if sends:
                await own.record(NotSent())

    async def _is_latest(self, own: OwnAttempt, earlier: Sequence[int], settled: int) -> bool:
        """Whether nobody is ahead of us; then what did nothing before us is cleared away.

        Numbers only grow, and the latest is always kept. If somebody ahead of us cleared away the
        number that we then took, a later one is there to be seen.
        """
        if max(await self._numbers()) > own.number:
            return False
        for number in earlier:
            if number > settled:
                await self._clear_away(number)
        return True

    async def _find(self, request: PlaceOrder, numbers: Sequence[int]) -> OrderAttempt | None:
        for number in reversed(numbers):
            if number <= request.settled_attempt:
                return None
            answer = _answer(*await self._read(number), request.lineage)
            if answer is not None:
                return OrderAttempt(number=number, answer=answer)
        return None

    async def _claim(self, number: int, request: PlaceOrder, *, sends: bool) -> OwnAttempt | None:
        """Create the intent; `None` if somebody else has the number."""
        intent = Intent(
            lineage=request.lineage,
            verification_id=request.verification_id,
            execution=str(uuid.uuid4()),
            began_at=datetime.now(UTC),
            sends=sends,
        )
        own = OwnAttempt(self._store, self._key(number), number, intent.began_at)
        content = intent.model_dump_json().encode()
        try:
            created = await self._store.create(f"{self._key(number)}.intent", content)
        except Exception:
            # It may have been written all the same. Nothing was sent: say so, if it is ours. A
            # withdrawal stands: somebody may have read it already.
            if sends and await self._is_ours(number, intent):
                await own.record(NotSent())
            raise
        # A store that repeats a request by itself finds what it has just written.
        return own if created or await self._is_ours(number, intent) else None

    async def _is_ours(self, number: int, intent: Intent) -> bool:
        written, _ = await self._read(number)
        return written == intent

    def _key(self, number: int) -> str:
        return f"{self._folder}/{number:06}"

    async def _numbers(self) -> list[int]:
        keys = await self._store.list(self._folder)
        return sorted({int(PurePosixPath(key).stem) for key in keys})

    async def _read(self, number: int) -> tuple[Intent | None, Outcome | None]:
        # The outcome first: what is cleared away loses its intent before its outcome, and so never
        # looks like a bare intent.
        outcome = await self._store.read(f"{self._key(number)}.outcome")
        intent = await self._store.read(f"{self._key(number)}.intent")
        return (
            None if intent is None else _readable(_INTENT, intent) or _DAMAGED,
            None if outcome is None else _readable(_OUTCOME, outcome),
        )

    async def _clear_away(self, number: int) -> None:
        """Forget an attempt that did nothing: while a key is wrong, each retry makes one."""
        _, outcome = await self._read(number)
        if isinstance(outcome, NotSent):
            await self._store.delete(f"{self._key(number)}.intent")
            await self._store.delete(f"{self._key(number)}.outcome")


def _answer(intent: Intent | None, outcome: Outcome | None, lineage: str) -> OrderAnswer | None:
    """What an attempt means for an order of this lineage; `None` if it did nothing."""
    if intent is None or isinstance(outcome, NotSent):
        return None
    if intent is _DAMAGED:
        return outcome or OutcomeUnknown(
            reason=(
                "The attempt ledger holds an entry without content, left by a power cut or by"
                " number-orders fence: whether the order was sent, only TENIOS can tell."
            )
        )
    if intent.lineage == lineage:
        if not intent.sends:
            return OrderWithdrawn()
        return outcome or OutcomeUnknown(
            reason="The order was being sent when its worker was stopped."
        )
    # An earlier workflow of the same id, which Temporal may have forgotten: whether its order is
    # the one that is wanted now, only a person can tell.
    if isinstance(outcome, Refused) or not intent.sends:
        return None
    order = (
        f"order {outcome.order_id}" if isinstance(outcome, OrderPlaced) else "an order, or tried to"
    )
    return OutcomeUnknown(
        reason=(
            f"An earlier workflow for this location placed {order}, at"
            f" {intent.began_at:%Y-%m-%d %H:%M} UTC for verification {intent.verification_id}."
            " If its number is the one that is wanted, resolve with it; if another one is wanted,"
            " resolve with not-placed."
        )
    )


def _readable(adapter: TypeAdapter[_Content], content: bytes) -> _Content | None:
    try:
        return adapter.validate_json(content)
    except ValidationError:
        return None
