"""The attempt ledger's world: a workflow, people, and executions of the real activities.

Each execution is a coroutine that a test drives by hand, and that may die wherever it stops. What
has to hold always is checked with each step, against `tests.support.ledger_reference`.
"""

from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import cast

from pydantic import SecretStr

from number_orders.activities.tenios import TeniosCalls, WorkerWasFrozenError
from number_orders.evidence.attempts import AttemptLedger
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.tenios import errors
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.activity_interface import (
    CancelNumber,
    Found,
    NumberCancelled,
    OrderAttempt,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
)
from number_orders.workflows.messages import Finding, NotPlaced
from tests.conftest import BRIDGE_KEYS
from tests.support.ledger_execution import Execution
from tests.support.ledger_promises import Promises
from tests.support.ledger_reference import FOLDER, Ledger
from tests.support.order_driver import VERIFIED
from tests.support.stopping import Clock, Store, StoreIsSlowError, Tenios

TO_THE_END = 1000
"""Far more steps than an execution can need: one that is not over then never ends."""
_LEDGER = PurePosixPath(FOLDER).name


class LedgerWorld:
    """A workflow with its executions, and people, as in `workflows/placement.py`."""

    def __init__(self) -> None:
        self.store = Store()
        self.tenios = Tenios()
        keys = CallbackKeys.parse(BRIDGE_KEYS)
        client = cast("TeniosClient", self.tenios)
        self._calls = TeniosCalls(
            client, self.store, keys, "https://bridge.example", Messenger(SecretStr(""))
        )
        self.alive: list[Execution] = []
        self.current: Execution | None = None
        """The one whose result Temporal takes; those that it gave up may still be alive."""
        self.lineage = "run-1"
        self.settled = 0
        self.told: OrderAttempt | None = None
        """What the workflow was told, until it acts upon that."""
        self.finding: RecordFinding | None = None
        """What a person found, until it is written down."""
        self._forgotten = 0
        self._promises = Promises(self.store)

    def start(self, *, withdraws: bool = False) -> Execution:
        """Temporal starts an execution, and forgets the one before."""
        self.current = self._execution(withdraws=withdraws)
        return self.current

    def run(self, execution: Execution, until: str | int, behaviour: str) -> OrderAttempt | None:
        """Let an execution go on to its end, or stop at a place or after some steps before."""
        self.tenios.behaviour = behaviour
        for step in range(TO_THE_END):
            if step == until or execution not in self.alive:
                return None
            attempt = self._step(execution)
            if attempt or execution.stands == until:
                return attempt
        raise AssertionError("an execution does not end")

    def suffer(self, execution: Execution, fate: str) -> None:
        """What may happen to an execution where it stands, if it is alive."""
        if execution not in self.alive:
            return
        if fate == "dies":
            self.alive.remove(execution)
            execution.work.close()
        elif fate in {"loses its store", "gives up a slow store"} and not execution.is_at_tenios:
            # Whether what it asked of the store took effect or not, or will.
            execution.losses.append(execution.stands)
            failure = StoreIsSlowError if fate == "gives up a slow store" else OSError
            self._step(execution, failure("the store is away"))

    def is_doubtful(self) -> bool:
        """Whether the workflow waits for a person, who says what became of the order."""
        return bool(self.told) and isinstance(self.told.answer, OutcomeUnknown)

    def find(self, finding: Finding, *, waits: bool = True) -> None:
        """A person says what became of the order: the truth, or not, and at once, or not."""
        assert self.told
        assert isinstance(self.told.answer, OutcomeUnknown)
        if waits:
            Clock.time += timedelta(minutes=2)
        self.finding = RecordFinding(
            request=self._request(),
            number=self.told.number,
            asked_about=self.told.answer.names,
            finding=finding,
            resolved_by="ann",
        )

    def write_finding(self) -> Execution:
        """Temporal starts an execution that writes it down, and forgets the one before."""
        assert self.finding
        ledger = AttemptLedger(self.store, _LEDGER)
        work = ledger.record_finding(self.finding)
        self.current = Execution(self._request(), work, writes=self.finding)
        self.alive.append(self.current)
        return self.current

    def run_again(self, behaviour: str) -> None:
        """Whatever died before, a further run ends; it says what is known, or sends once."""
        known, sends = (
            Ledger(self.store.objects).known(self.lineage, self.settled),
            self.tenios.sends,
        )
        attempt = self.run(self._execution(withdraws=False), "end", behaviour)
        assert self.tenios.sends == sends + (known is None)
        assert known is None or (attempt and (attempt.number, attempt.answer.kind)) == known

    def may_act(self) -> bool:
        """Whether the order is wanted once more, after what the workflow was told."""
        if self.told is None:
            return False
        answer = self.told.answer
        found_none = isinstance(answer, Found) and isinstance(answer.finding, NotPlaced)
        return found_none or answer.kind in {"refused", "withdrawn"}

    def act(self) -> None:
        """Corrected after a refusal, not placed, or reset to before a cancellation: once more."""
        assert self.told
        self.settled, self.told = self.told.number, None

    def reset(self, settled: int) -> None:
        """The workflow is reset to an earlier point, and remembers less."""
        self.settled, self.told = max(min(settled, self.settled), self._forgotten), None
        self.current = self.finding = None

    def start_anew(self) -> None:
        """Another workflow of the same id begins."""
        self._forgotten = 0
        self.lineage = f"run-{int(self.lineage[4:]) + 1}"
        self.reset(0)

    def fence(self) -> None:
        """An operator fences the order, after the store was restored."""
        highest = max(Ledger(self.store.objects).numbers(), default=0)
        number = max(1_764_000_000, highest + 1)
        self.store.objects[f"{FOLDER}/{number}.intent"] = b""

    def may_forget(self) -> bool:
        """Whether what is settled may be lost: TENIOS' late answers may not, but for a fence."""
        late = Ledger(self.store.objects).answered_late() or self._promises.order_may_exist
        return bool(self.settled) and not (self.alive or late)

    def forget_settled(self) -> None:
        """The store was restored from a copy that lacks what the workflow calls settled.

        Nobody may reset it to before that, but for a fence.
        """
        self._forgotten = self.settled
        gone = {
            f"{FOLDER}/{number:06}.{what}"
            for number in Ledger(self.store.objects).numbers()
            for what in ("intent", "outcome", "late")
            if number <= self.settled
        }
        for key in gone:
            self.store.objects.pop(key, None)
        # As many as before, since what happened is told by their count.
        self.store.created = [("" if key in gone else key, c) for key, c in self.store.created]

    def give_back(self) -> None:
        """The order's number is given back, and that is written down."""
        request = CancelNumber(phone_number="+49221", store_id="a-store", lineage=self.lineage)
        cancelled = NumberCancelled(cancellation_date=date(2025, 1, 1))
        work = AttemptLedger(self.store, _LEDGER).record_given_back(request, cancelled)
        for _ in work.__await__():
            pass

    def _request(self) -> PlaceOrder:
        return PlaceOrder(
            verification_id="v",
            data=VERIFIED,
            link_to_number=None,
            store_id="a-store",
            lineage=self.lineage,
            settled_attempt=self.settled,
        )

    def _execution(self, *, withdraws: bool) -> Execution:
        request = self._request()
        work = (
            AttemptLedger(self.store, _LEDGER).withdraw(request)
            if withdraws
            else self._calls._place(request)  # noqa: SLF001 -- what is around it needs an event loop
        )
        self.alive.append(Execution(request, work))
        return self.alive[-1]

    def _step(self, execution: Execution, failure: OSError | None = None) -> OrderAttempt | None:
        sends, created, work = self.tenios.sends, len(self.store.created), execution.work
        if execution.began_after is None:
            execution.began_after = created
        execution.met_repeats |= self.store.repeats
        try:
            execution.stands = work.throw(failure) if failure else work.send(None)
        except StopIteration as end:
            self.alive.remove(execution)
            if execution is self.current:
                self.told, self.finding = end.value, None
            self._promises.check_answer(execution, end.value)
            return end.value
        except (OSError, errors.NotSent, WorkerWasFrozenError):
            self.alive.remove(execution)
            self._promises.check_failure(execution)
        execution.trail.append(len(self.store.created))
        for key, _ in self.store.created[created:]:
            if key.endswith(".intent"):
                execution.number = int(PurePosixPath(key).stem)
        if execution.stands == "before order" and execution in self.alive:
            self._promises.check_sending(execution)
        if self.tenios.sends > sends:
            self._promises.note(execution, self.tenios)
        return None
