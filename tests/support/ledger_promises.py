"""What has to hold always of the attempt ledger, whatever happens in its world."""

from number_orders.workflows.activity_interface import (
    Found,
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
)
from number_orders.workflows.messages import Finding, NotPlaced
from tests.support.ledger_execution import Execution, orders_told
from tests.support.ledger_reference import FOLDER, Ledger
from tests.support.stopping import Store, Tenios

_LISTED, _LOOKED = -5, -4
"""So many stops before it sends, an execution has listed the attempts for the last time, and so
many stops before, read whether there is an outcome."""


class Promises:
    """Notes what happens, and checks it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._may_exist: dict[int, int] = {}
        """Attempts whose order may exist, and that nobody has found not placed; and after how many
        objects in the store anybody could know that."""
        self._came_late: dict[int, int] = {}
        """Attempts that TENIOS answered although they had been found not placed; and after how
        many objects."""
        self._found_none: list[tuple[int, int]] = []
        """Up to which attempt a person found none placed; and after how many objects."""
        self._not_placed: set[int] = set()
        """Attempts that a person has found not placed."""
        self._order_ids: dict[int, str] = {}
        self._withdrawn: set[tuple[str, int]] = set()

    @property
    def order_may_exist(self) -> bool:
        """Whether the ledger must not be lost, whatever the workflow calls settled."""
        return bool(self._may_exist or self._came_late)

    def check_sending(self, execution: Execution) -> None:
        """It is about to send, and nothing can hold it any more."""
        assert execution.number, "it is sent without an intent"
        entry = self._ledger().entry(execution.number)
        assert entry["intent"], "it is sent without an intent"
        assert entry["intent"]["sends"], "it is sent by a withdrawal"
        assert entry["outcome"] in {None, "found"}, "it is sent although its outcome is known"
        seen = dict(self._store.created[: execution.trail[_LOOKED]])
        assert Ledger(seen).entry(execution.number)["outcome"] is None, "a finding is passed over"
        assert execution.began_after is not None
        self._take_written_findings()
        assert not any(known <= execution.trail[_LISTED] for known in self._may_exist.values()), (
            "it is sent while an order may exist"
        )
        assert not any(known <= execution.began_after for known in self._came_late.values()), (
            "it is sent although TENIOS has answered after all"
        )
        # A person who does not wait overtakes a worker that has looked and is about to send. The
        # workflow makes them wait, and the worker then finds by its clock that it was frozen.
        is_overtaken = any(
            number >= execution.number and known > execution.trail[_LISTED]
            for number, known in self._found_none
        )
        assert is_overtaken or not any(
            lineage == execution.request.lineage and execution.request.settled_attempt < withdrawn
            for lineage, withdrawn in self._withdrawn
        ), "it is sent after it had been withdrawn"
        # From now on it may; who has found that it does not could not yet know.
        self._not_placed.discard(execution.number)
        if is_overtaken:
            self._not_placed.add(execution.number)
        else:
            self._may_exist[execution.number] = self._created_at(execution.number)
        self._take_written_findings()

    def note(self, execution: Execution, tenios: Tenios) -> None:
        """TENIOS has got what it sent."""
        assert execution.number
        execution.sent = tenios.behaviour
        if execution.sent in {"refuses", "is away"}:
            self._may_exist.pop(execution.number, None)
        if execution.sent == "places":
            execution.order_id = f"order-{tenios.orders}"
            self._order_ids[execution.number] = execution.order_id

    def check_answer(self, execution: Execution, attempt: OrderAttempt) -> None:
        """It has ended and says what became of the order."""
        assert execution.began_after is not None
        if execution.order_id and len(execution.losses) <= 1:
            self._check_kept(execution)
        before = Ledger(dict(self._store.created[: execution.began_after]))
        given_back = {number.phone_number for number in attempt.given_back}
        if execution.sent is None:
            assert given_back >= before.given_back(execution.request.lineage), "it is forgotten"
            untold = before.answered_late() - orders_told(attempt)
            assert not untold, "an answer of TENIOS is not told"
        match attempt.answer:
            case OrderPlaced(order_id=order_id):
                assert self._order_ids[attempt.number] == order_id
            case OrderWithdrawn():
                if attempt.number == execution.number:
                    taken_at = self._created_at(attempt.number)
                    later = [n for n in self._may_exist if n > attempt.number]
                    assert not any(self._created_at(n) < taken_at for n in later), (
                        "what may exist is taken for withdrawn"
                    )
                self._withdrawn.add((execution.request.lineage, attempt.number))
            case Found(finding=finding):
                assert execution.sent is None
                self._check_finding(execution, attempt, finding, before)
            case OutcomeUnknown():
                was_over = before.entry(attempt.number)["outcome"] == "not_sent"
                assert not was_over or self._was_claimed_anew(attempt.number), "nothing is unknown"

    def _check_kept(self, execution: Execution) -> None:
        """An answer of TENIOS is on record, as the outcome or as a late one, and counts again."""
        assert execution.number
        self._take_written_findings()
        kept = self._ledger().order_ids(execution.number)
        assert execution.order_id in kept, "an answer of TENIOS is lost"
        if execution.number in self._not_placed:
            self._came_late[execution.number] = len(self._store.created)

    def _check_finding(
        self, execution: Execution, attempt: OrderAttempt, finding: Finding, before: Ledger
    ) -> None:
        """A person's finding counts; that there is none, only of orders they did not hear of.

        An order of its own that the ledger has is told beside it, and stays one that exists: the
        next execution takes it.
        """
        if not isinstance(finding, NotPlaced):
            return
        number = attempt.number
        answered = before.answered_unsettled(
            execution.request.lineage, execution.request.settled_attempt, number
        )
        if execution.writes is not None:
            asked_about = set((execution.writes.asked_about or "").split(", "))
            assert answered <= asked_about | orders_told(attempt), "a person's error counts more"
        self._found_none.append((number, len(self._store.created)))
        stay = {n for n, order_id in self._order_ids.items() if n > number or order_id in answered}
        newly = {n for n in self._may_exist if n <= number} - self._not_placed - stay
        self._not_placed |= newly
        self._may_exist = {n: k for n, k in self._may_exist.items() if n not in newly}
        self._came_late = {n: k for n, k in self._came_late.items() if n in stay}

    def _take_written_findings(self) -> None:
        """What a person found counts once it is written, whoever died meanwhile."""
        found = {number for number in self._may_exist if self._ledger().is_not_placed(number)}
        self._not_placed |= found
        self._may_exist = {n: k for n, k in self._may_exist.items() if n not in found}

    def check_failure(self, execution: Execution) -> None:
        """That nothing was sent is on record, unless just that, or two things, went wrong."""
        assert execution.sent not in {"places", "refuses"}, "TENIOS' answer was lost"
        troubles = len(execution.losses) + execution.met_repeats
        could_record = troubles <= 1 and "outcome" not in "".join(execution.losses)
        if execution.number and execution.writes is None and could_record:
            entry = self._ledger().entry(execution.number)
            is_bare = entry["intent"] and entry["intent"]["sends"] and entry["outcome"] is None
            assert not is_bare or self._was_claimed_anew(execution.number), "nothing is unknown"

    def _was_claimed_anew(self, number: int) -> bool:
        """Whether somebody claimed it who was overtaken by others that cleared it away."""
        intent = f"{FOLDER}/{number:06}.intent"
        return [key for key, _ in self._store.created].count(intent) > 1

    def _created_at(self, number: int) -> int:
        """After how many objects its intent, the latest of them, stood in the store."""
        intent = f"{FOLDER}/{number:06}.intent"
        return max(n for n, (key, _) in enumerate(self._store.created, 1) if key == intent)

    def _ledger(self) -> Ledger:
        return Ledger(self._store.objects)
