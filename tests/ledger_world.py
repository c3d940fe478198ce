"""The attempt ledger's world: a workflow, an operator, and executions of the real activity.

Each execution is a coroutine that a test drives by hand, and that may die wherever it stops. What
has to hold always is checked with each step.
"""

import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, cast

from temporalio.testing import ActivityEnvironment

from activities.attempts import AttemptLedger
from activities.tenios import TeniosCalls, WorkerWasFrozenError
from runtime.callback_keys import CallbackKeys
from tenios import errors
from tenios.client import TeniosClient
from tests.conftest import BRIDGE_KEYS
from tests.stopping import Clock, Store, Tenios
from workflows.activity_interface import (
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
)

FOLDER = f"attempts/{ActivityEnvironment.default_info().workflow_id}"
"""Of the workflow in whose context a test has to run."""
TO_THE_END = 500
"""Far more steps than an execution can need: one that is not over then never ends."""


@dataclass(eq=False)
class Execution:
    """One execution of `place_order` or `withdraw_order`."""

    request: PlaceOrder
    work: Coroutine[Any, Any, OrderAttempt]
    began_after: int | None = None
    """How much had been created in the store by then."""
    stands: str = ""
    """Where it stopped."""
    number: int | None = None
    """The latest number that it claimed."""
    sent: str | None = None
    """How TENIOS took what it sent."""
    losses: list[str] = field(default_factory=list)
    """Where its store failed it."""
    met_repeats: bool = False


class LedgerWorld:
    """A workflow with its executions, and an operator, as in `workflows/placement.py`."""

    def __init__(self) -> None:
        self.store = Store()
        self.tenios = Tenios()
        keys = CallbackKeys.parse(BRIDGE_KEYS)
        client = cast("TeniosClient", self.tenios)
        self._calls = TeniosCalls(client, self.store, keys, "https://bridge.example")
        self.alive: list[Execution] = []
        self.current: Execution | None = None
        """The one whose result Temporal takes; those that it gave up may still be alive."""
        self.lineage = "run-1"
        self.settled = 0
        self.told: OrderAttempt | None = None
        """What the workflow was told, until it acts upon that."""
        self._may_exist: set[int] = set()
        """Attempts that may have taken effect, and that no operator has settled."""
        self._order_ids: dict[int, str] = {}
        self._withdrawn: set[tuple[str, int]] = set()

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
        if execution in self.alive and fate == "dies":
            self.alive.remove(execution)
            execution.work.close()
        elif execution in self.alive and fate == "loses its store" and not _is_at_tenios(execution):
            # Whether what it asked of the store took effect or not.
            execution.losses.append(execution.stands)
            self._step(execution, OSError("the store is away"))

    def is_doubtful(self) -> bool:
        """Whether the workflow waits for an operator, who can know what became of the order.

        That it was not placed nobody can say while it is on its way to TENIOS.
        """
        is_on_its_way = any(_is_at_tenios(execution) for execution in self.alive)
        return bool(self.told) and self.told.answer.kind == "unknown" and not is_on_its_way

    def run_again(self, behaviour: str) -> None:
        """Whatever died before, a further run ends; it says what is known, or sends once."""
        known, sends = self._known(), self.tenios.sends
        attempt = self.run(self._execution(withdraws=False), "end", behaviour)
        assert self.tenios.sends == sends + (known is None)
        assert known is None or (attempt and (attempt.number, attempt.answer.kind)) == known

    def act_upon(self) -> None:
        """The workflow acts upon what it was told: the order is wanted once more.

        Corrected after a refusal, or reset to before a cancellation. Where the outcome is unknown,
        an operator has found that there is no order, or wants another one. That takes longer than a
        worker may stand still between intent and sending.
        """
        assert self.told
        if isinstance(self.told.answer, OutcomeUnknown):
            Clock.time += timedelta(minutes=2)
            self._may_exist = {n for n in self._may_exist if n > self.told.number}
        self.settled, self.told = self.told.number, None

    def reset(self, settled: int) -> None:
        """The workflow is reset to an earlier point, and remembers less."""
        self.settled, self.told, self.current = min(settled, self.settled), None, None

    def start_anew(self) -> None:
        """Another workflow of the same id begins."""
        self.lineage = f"run-{int(self.lineage[4:]) + 1}"
        self.reset(0)

    def _execution(self, *, withdraws: bool) -> Execution:
        request = PlaceOrder(
            verification_id="v",
            link_to_number=None,
            store_id="a-store",
            lineage=self.lineage,
            settled_attempt=self.settled,
        )
        work = (
            AttemptLedger(self.store, PurePosixPath(FOLDER).name).withdraw(request)
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
            self._check_answer(execution, end.value)
            return end.value
        except (OSError, errors.NotSent, WorkerWasFrozenError):
            self.alive.remove(execution)
            self._check_failure(execution)
        for key, _ in self.store.created[created:]:
            execution.number = _number(key)
        if self.tenios.sends > sends:
            execution.sent = self.tenios.behaviour
            self._check_sending(execution)
        return None

    def _check_sending(self, execution: Execution) -> None:
        assert execution.number, "it was sent without an intent"
        intent, outcome = self._read(execution.number)
        assert intent, "it was sent without an intent"
        assert (intent["sends"], outcome) == (True, None)
        assert not self._may_exist, "it was sent while an order may exist"
        assert not any(
            lineage == execution.request.lineage and execution.request.settled_attempt < withdrawn
            for lineage, withdrawn in self._withdrawn
        ), "it was sent after it had been withdrawn"
        if execution.sent not in {"refuses", "is away"}:
            self._may_exist.add(execution.number)
        if execution.sent == "places":
            self._order_ids[execution.number] = f"order-{self.tenios.orders}"

    def _check_answer(self, execution: Execution, attempt: OrderAttempt) -> None:
        if execution is self.current:
            self.told = attempt
        if execution.sent in {"places", "refuses"} and not execution.losses:
            assert self._read(attempt.number)[1] == attempt.answer.kind, "it is not on record"
        match attempt.answer:
            case OrderPlaced(order_id=order_id):
                assert self._order_ids[attempt.number] == order_id
            case OrderWithdrawn():
                self._withdrawn.add((execution.request.lineage, attempt.number))
            case OutcomeUnknown():
                known = dict(self.store.created[: execution.began_after])
                outcome = known.get(f"{FOLDER}/{attempt.number:06}.outcome", b"")
                assert b"not_sent" not in outcome or self._was_claimed_anew(attempt.number), (
                    "nothing is unknown"
                )

    def _check_failure(self, execution: Execution) -> None:
        """That nothing was sent is on record, unless just that, or two things, went wrong."""
        assert execution.sent not in {"places", "refuses"}, "TENIOS' answer was lost"
        troubles = len(execution.losses) + execution.met_repeats
        could_record = troubles <= 1 and "outcome" not in "".join(execution.losses)
        if execution.number and could_record:
            intent, outcome = self._read(execution.number)
            is_bare = intent and intent["sends"] and outcome is None
            assert not is_bare or self._was_claimed_anew(execution.number), "nothing is unknown"

    def _was_claimed_anew(self, number: int) -> bool:
        """Whether somebody claimed it who was overtaken by others that cleared it away."""
        intent = f"{FOLDER}/{number:06}.intent"
        return [key for key, _ in self.store.created].count(intent) > 1

    def _known(self) -> tuple[int, str] | None:
        """The latest attempt that may have done something, and what a further run says of it."""
        for number in sorted({_number(key) for key in self.store.objects}, reverse=True):
            intent, outcome = self._read(number)
            if number <= self.settled:
                return None
            if intent is None or outcome == "not_sent":
                continue
            if intent["lineage"] == self.lineage:
                return number, (outcome or "unknown") if intent["sends"] else "withdrawn"
            if intent["sends"] and outcome != "refused":
                return number, "unknown"
        return None

    def _read(self, number: int) -> tuple[dict[str, Any] | None, str | None]:
        intent = self.store.objects.get(f"{FOLDER}/{number:06}.intent")
        outcome = self.store.objects.get(f"{FOLDER}/{number:06}.outcome")
        return intent and json.loads(intent), outcome and json.loads(outcome)["kind"]


def _is_at_tenios(execution: Execution) -> bool:
    return "order" in execution.stands


def _number(key: str) -> int:
    return int(PurePosixPath(key).stem)
