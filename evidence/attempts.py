"""The attempt ledger: at most one order POST for each attempt, whichever process dies.

It is a write-ahead log. An intent is created with create-if-absent before the POST, and the outcome
is added after it (`attempt_folder` has the objects' names, `attempt_entries` their meaning). An
activity that is run again finds the outcome and returns it. Or it finds an intent without outcome:
then the POST may have been sent, and is not sent again.

Attempts are numbered from 1. An attempt that provably sent nothing is over, and the next attempt
takes the next number. Entries of such attempts are deleted, except the latest one. So a worker that
took a number which only looked free sees a higher number, and sends nothing.

What a person finds out is written as the outcome as well. The first outcome that is written counts,
and a worker reads it once more right before its POST. An answer of TENIOS that comes later is kept
beside it.

The workflow says up to which number attempts are settled: it has acted upon their outcome, such as
a refusal, a withdrawal, or a person's finding that the order was not placed. Among the others, the
latest one that may have sent something says what became of the order.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from number_orders.evidence.attempt_entries import (
    Entry,
    Intent,
    NothingSent,
    RecordedFinding,
    is_not_placed,
)
from number_orders.evidence.attempt_folder import AttemptFolder, Names
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import (
    CancelNumber,
    Found,
    GivenBack,
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


class OwnAttempt:
    """An attempt that this execution, and no other, may send."""

    def __init__(self, folder: AttemptFolder, digits: str, began_at: datetime) -> None:
        self._folder = folder
        self._digits = digits
        self.number = int(digits)
        self.began_at = began_at

    async def may_be_sent(self) -> bool:
        """Whether nobody has found its outcome meanwhile, or gone on to another attempt.

        To be asked right before the POST: an execution that stood still finds out by it.
        """
        try:
            names = await self._folder.names()
            return max(names.numbers) == self.number and self._digits in names.bare
        except Exception:
            # Nothing was sent: say so, or a person would have to find that out.
            await self.record(NothingSent())
            raise

    async def record(self, outcome: OrderPlaced | Refused | NothingSent) -> Found | None:
        """Add how it went; a person's finding that was there before, and counts.

        TENIOS' answer is kept then too, as one that came late.
        """
        return await self._folder.add_outcome(self._digits, outcome)


class AttemptLedger:
    """All attempts to place one order."""

    def __init__(self, store: EvidenceStore, workflow_id: str) -> None:
        self._folder = AttemptFolder(store, workflow_id)

    async def find(self, request: PlaceOrder) -> OrderAttempt | None:
        """What became of the latest attempt that is not settled; `None` if nothing was sent.

        Of those that a person found not placed, an order counts that TENIOS answered after that.
        """
        return await self._find(request, await self._folder.names())

    async def begin(self, request: PlaceOrder) -> OwnAttempt | OrderAttempt:
        """An attempt of one's own to send the order; or what became of the one there is."""
        return await self._begin(request, sends=True)

    async def withdraw(self, request: PlaceOrder) -> OrderAttempt:
        """Make sure that nothing is sent from now on; or what became of what was."""
        return await self._take_number(request)

    async def record_finding(self, request: RecordFinding) -> OrderAttempt:
        """Write a person's finding as the attempt's outcome; the outcome that counts.

        The first one wins, and a later attempt counts more. A finding that cannot be the outcome
        takes the next number: the attempt is gone or did nothing, or it is an earlier workflow's,
        which TENIOS has answered. An unknown outcome is returned where the ledger names another
        order than the person was asked about, or a later attempt is unknown: they have to look once
        more.
        """
        order = _settled(request.request, request.number - 1)
        finding = RecordedFinding(
            finding=request.finding, resolved_by=request.resolved_by, lineage=order.lineage
        )
        known = await self.find(order)
        if _is_the_question(request, known):
            for entry in await self._folder.entries(await self._folder.names()):
                if entry.number == request.number and entry.is_open:
                    await self._folder.create(entry.digits, finding)
            known = await self.find(order)
        if known is not None and not _is_the_question(request, known):
            return known
        return await self._take_number(_settled(order, request.number), finding.as_found())

    async def given_back(self, request: CancelNumber) -> NumberCancelled | None:
        """When TENIOS takes this number back, if the order has given it back already."""
        return await self._folder.given_back(request.phone_number, request.lineage)

    async def all_given_back(self, lineage: str) -> tuple[GivenBack, ...]:
        """Every number that this order has given back."""
        return await self._folder.all_given_back(await self._folder.names(), lineage)

    async def record_given_back(self, request: CancelNumber, cancelled: NumberCancelled) -> None:
        """Remember that the number was given back, whatever a reset makes of the workflow."""
        await self._folder.add_given_back(request, cancelled)

    async def _take_number(self, request: PlaceOrder, found: Found | None = None) -> OrderAttempt:
        """Take the next number so that nothing is sent under it; or what became of the order."""
        begun = await self._begin(request, sends=False, found=found)
        if isinstance(begun, OrderAttempt):
            return begun
        names = await self._folder.names()
        entries = await self._folder.entries(names)
        answer = found or OrderWithdrawn()
        return await self._attempt(request.lineage, begun.number, answer, entries, names)

    async def _begin(
        self, request: PlaceOrder, *, sends: bool, found: Found | None = None
    ) -> OwnAttempt | OrderAttempt:
        occupied = 0
        while True:
            # One listing for both: what was not there when we looked must not be stepped over.
            names = await self._folder.names()
            known = await self._find(request, names)
            # What a person has just answered does not keep the answer from being written.
            if known is not None and not (
                found is not None
                and known.number <= request.settled_attempt
                and isinstance(known.answer, OutcomeUnknown)
            ):
                return known
            number = max([request.settled_attempt, occupied, *names.numbers]) + 1
            own = await self._claim(number, request, sends=sends, found=found)
            if own is None:
                if (await self._folder.entry(_digits(number))).intent is None:
                    # Cleared away, and then a later one is listed; or a folder has this name.
                    occupied = number
                continue
            try:
                if await self._is_latest(own, names, request.settled_attempt):
                    return own
            except Exception:
                if sends:
                    await own.record(NothingSent())
                raise
            # A withdrawal stands, here as above: somebody may have read it already.
            if sends:
                await own.record(NothingSent())

    async def _is_latest(self, own: OwnAttempt, earlier: Names, settled: int) -> bool:
        """Whether nobody is ahead of us; then what did nothing before us is cleared away.

        Numbers only grow, and the latest is always kept. If somebody ahead of us cleared away the
        number that we then took, a later one is there to be seen.
        """
        if max((await self._folder.names()).numbers) > own.number:
            return False
        for digits in earlier.attempts:
            if int(digits) > settled:
                await self._folder.clear_away(digits)
        return True

    async def _find(self, request: PlaceOrder, names: Names) -> OrderAttempt | None:
        passed_not_placed = False
        entries = await self._folder.entries(names)
        for entry in entries:
            answer = entry.answer(request.lineage)
            if answer is None:
                continue
            came_late = entry.is_refuted or (passed_not_placed and _names_an_order(answer))
            # An order that is there is not settled, whatever somebody made the workflow believe.
            has_order = isinstance(answer, OrderPlaced)
            if entry.number > request.settled_attempt or came_late or has_order:
                return await self._attempt(request.lineage, entry.number, answer, entries, names)
            if not is_not_placed(entry.outcome):
                return None
            passed_not_placed = True
        return None

    async def _attempt(
        self,
        lineage: str,
        number: int,
        answer: OrderAnswer,
        entries: Sequence[Entry],
        names: Names,
    ) -> OrderAttempt:
        """An answer, with what else an order has to know of its attempts."""
        counts = answer.finding if isinstance(answer, Found) else answer
        known = {None, getattr(counts, "order_id", None), getattr(counts, "names", None)}
        answered = (entry.order_answered(lineage) for entry in reversed(entries))
        orders = ", ".join(str(order_id) for order_id in answered if order_id not in known) or None
        if isinstance(answer, OutcomeUnknown):
            others = [f"+{digits}" for digits, whose in names.given_back if whose != lineage]
            answer = _with_all_that_is_known(answer, orders, others)
            orders = None if orders == answer.names else orders
        return OrderAttempt(
            number=number,
            answer=answer,
            second_order=orders,
            given_back=await self._folder.all_given_back(names, lineage),
        )

    async def _claim(
        self, number: int, request: PlaceOrder, *, sends: bool, found: Found | None
    ) -> OwnAttempt | None:
        """Create the intent; `None` if somebody else has the number."""
        intent = Intent(
            lineage=request.lineage,
            verification_id=request.verification_id,
            execution=str(uuid.uuid4()),
            began_at=datetime.now(UTC),
            sends=sends,
            found=found,
        )
        own = OwnAttempt(self._folder, _digits(number), intent.began_at)
        try:
            created = await self._folder.create(_digits(number), intent)
        except Exception:
            # It may have been written all the same. Nothing was sent: say so, if it is ours. A
            # withdrawal stands: somebody may have read it already.
            if sends and await self._is_ours(number, intent):
                await own.record(NothingSent())
            raise
        # A store that repeats a request by itself finds what it has just written.
        return own if created or await self._is_ours(number, intent) else None

    async def _is_ours(self, number: int, intent: Intent) -> bool:
        return (await self._folder.entry(_digits(number))).intent == intent


def _digits(number: int) -> str:
    return f"{number:06}"


def _names_an_order(answer: OrderAnswer) -> bool:
    return isinstance(answer, OrderPlaced) or (
        isinstance(answer, OutcomeUnknown) and answer.names is not None
    )


def _is_the_question(finding: RecordFinding, known: OrderAttempt | None) -> bool:
    """Whether the ledger says just what the person was asked about."""
    return (
        known is not None
        and known.number == finding.number
        and isinstance(known.answer, OutcomeUnknown)
        and known.answer.names == finding.asked_about
    )


def _with_all_that_is_known(
    unknown: OutcomeUnknown, orders: str | None, given_back: Sequence[str]
) -> OutcomeUnknown:
    """The question for a person, who has to know what else the ledger has."""
    reason = unknown.reason
    if orders is not None and unknown.names is None:
        reason += f" The attempt ledger also has order {orders}."
    if given_back:
        reason += f" Given back to TENIOS meanwhile: {', '.join(given_back)}."
    return OutcomeUnknown(reason=reason, names=unknown.names or orders)


def _settled(request: PlaceOrder, number: int) -> PlaceOrder:
    settled = max(request.settled_attempt, number)
    return request.model_copy(update={"settled_attempt": settled})
