"""The attempt ledger under any interleaving of executions that may die at any moment."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from temporalio.testing import ActivityEnvironment

from number_orders.workflows.messages import Abandon, Completed, Finding, NotPlaced, Placed
from tests.support.fuzzing import examples
from tests.support.ledger_reference import FOLDER
from tests.support.ledger_world import LedgerWorld
from tests.support.stopping import BEHAVIOURS, STOPS, Clock

ALIVE_AT_MOST = 4
FATES = ["dies", "loses its store", "gives up a slow store"]
FINDINGS = [Placed(order_id="order-1"), Completed(phone_number="+49221123456"), Abandon()]
NOT_OURS = [
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "._000009.intent",
    ".nfs0001",
    "000009.intent.bak",
    "old/000009.intent",
    "\u0669\u0669.intent",
    "-9.outcome",
]
"""The digits in the last but one are Arabic."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("number_orders.evidence.attempts.datetime", Clock)
    monkeypatch.setattr("number_orders.activities.tenios.datetime", Clock)


class LedgerMachine(RuleBasedStateMachine):
    """Executions start, go on, die and lose their store, and people act, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = LedgerWorld()
        self.has_litter = self.is_restored = self.is_fenced = False

    def teardown(self) -> None:
        while self.world.alive:
            self.world.suffer(self.world.alive[0], "dies")

    @property
    def has_room(self) -> bool:
        return len(self.world.alive) < ALIVE_AT_MOST

    @precondition(lambda self: self.has_room and not (self.world.told or self.world.finding))
    @rule(
        withdraws=st.sampled_from([False, False, False, True]),
        until=st.sampled_from([*STOPS, "end", "end", "end"]),
        behaviour=st.sampled_from([*BEHAVIOURS, "is silent", "takes it silently"]),
    )
    def start(self, withdraws: bool, until: str, behaviour: str) -> None:
        self.world.run(self.world.start(withdraws=withdraws), until, behaviour)

    @precondition(lambda self: self.world.alive)
    @rule(
        which=st.integers(0, ALIVE_AT_MOST - 1),
        until=st.sampled_from([*STOPS, "end", "end", "end"]),
        behaviour=st.sampled_from([*BEHAVIOURS, "is silent", "takes it silently"]),
        then=st.sampled_from(["goes on", "goes on", "goes on", *FATES]),
        store_repeats=st.sampled_from([False, False, True]),
    )
    def go_on(self, which: int, until: str, behaviour: str, then: str, store_repeats: bool) -> None:
        execution = self.world.alive[which % len(self.world.alive)]
        self.world.store.repeats = store_repeats
        self.world.run(execution, until, behaviour)
        self.world.suffer(execution, then)

    @precondition(lambda self: self.world.store.pending)
    @rule()
    def store_catches_up(self) -> None:
        self.world.store.catch_up()

    @precondition(lambda self: self.has_room)
    @rule(
        behaviour=st.sampled_from(BEHAVIOURS),
        store_repeats=st.booleans(),
        rarely=st.sampled_from([False, False, False, True]),
    )
    def run_again(self, behaviour: str, store_repeats: bool, rarely: bool) -> None:
        if not rarely:
            return
        self.world.store.repeats = store_repeats
        self.world.run_again(behaviour)

    @precondition(lambda self: self.has_room and self.world.is_doubtful())
    @rule(
        finding=st.sampled_from([*FINDINGS, NotPlaced(), NotPlaced(), NotPlaced(), NotPlaced()]),
        waits=st.booleans(),
        until=st.sampled_from([*STOPS, "end", "end", "end", "end", "end", "end", "end"]),
        then=st.sampled_from(["goes on", "goes on", *FATES]),
    )
    def resolve(self, finding: Finding, waits: bool, until: str, then: str) -> None:
        self.world.find(finding, waits=waits)
        self.write_finding(until, then)

    @precondition(lambda self: self.has_room and self.world.finding)
    @rule(until=st.sampled_from([*STOPS, "end"]), then=st.sampled_from(["goes on", *FATES]))
    def write_finding(self, until: str, then: str) -> None:
        execution = self.world.write_finding()
        self.world.run(execution, until, "places")
        self.world.suffer(execution, then)

    @precondition(lambda self: self.world.may_act())
    @rule()
    def act(self) -> None:
        self.world.act()

    @precondition(lambda self: self.has_room and self.world.may_act())
    @rule(until=st.sampled_from([*STOPS, "end"]), behaviour=st.sampled_from(BEHAVIOURS))
    def act_and_place(self, until: str, behaviour: str) -> None:
        self.world.act()
        self.world.run(self.world.start(), until, behaviour)

    @precondition(lambda self: not (self.world.alive or self.world.told or self.world.finding))
    @rule(
        until=st.sampled_from([*STOPS, "after order", "before outcome"]),
        finding=st.sampled_from([*FINDINGS, NotPlaced(), NotPlaced(), NotPlaced()]),
        goes_on=st.booleans(),
    )
    def err(self, until: str, finding: Finding, goes_on: bool) -> None:
        """A person says what became of an order, and only then does a slow worker end."""
        slow = self.world.start()
        self.world.run(slow, until, "places")
        self.world.run(self.world.start(), "end", "is silent")
        if self.world.is_doubtful():
            self.world.find(finding, waits=False)
            self.world.run(self.world.write_finding(), "end", "places")
        if self.world.may_act():
            self.world.act()
        if goes_on and not self.world.told:
            self.world.run(self.world.start(), "end", "places")
        self.world.run(slow, "end", "places")
        self.world.run_again("places")

    @precondition(lambda self: self.world.told)
    @rule(
        settled=st.integers(0, 2),
        what=st.sampled_from(["reset", "reset", "start", "give back", "", "", "", ""]),
    )
    def interfere(self, settled: int, what: str) -> None:
        if what == "reset":
            self.world.reset(settled)
        elif what == "start":
            self.world.start_anew()
        elif what:
            self.world.give_back()

    @precondition(lambda self: not self.has_litter)
    @rule(number=st.integers(1, 4))
    def litter(self, number: int) -> None:
        self.has_litter = True
        for name in NOT_OURS:
            self.world.store.objects[f"{FOLDER}/{name}"] = b""
        key = f"{FOLDER}/{number:06}.intent"
        if key not in self.world.store.objects:
            self.world.store.folders.add(key)

    @precondition(lambda self: self.world.may_forget() and not self.is_restored)
    @rule()
    def restore(self) -> None:
        self.is_restored = True
        self.world.forget_settled()

    @precondition(lambda self: self.world.alive and not self.is_fenced)
    @rule(rarely=st.sampled_from([False, False, True]))
    def fence(self, rarely: bool) -> None:
        if rarely:
            self.is_fenced = True
            self.world.fence()


@pytest.mark.hypothesis
def test_any_course() -> None:
    """Whatever dies, an order is sent at most once until a person finds that it was not placed."""
    many = examples(500, steps=30)
    ActivityEnvironment().run(run_state_machine_as_test, LedgerMachine, settings=many)


@dataclass(frozen=True)
class Overtaking:
    """Two executions of which one stops, the other one stops later, and then each goes on."""

    another_fails: str
    """When a third one finds TENIOS away."""
    store_repeats: bool
    slow_fate: str
    quick_fate: str
    """What happens to each where it stops."""
    slow_withdraws: bool
    to_slow: str
    to_quick: str
    """How TENIOS takes the order of each."""

    def happens(self, slow_part: int, quick_part: int) -> tuple[bool, bool]:
        """Stop after so many steps; says which of the two had ended by then."""
        world = LedgerWorld()
        world.store.repeats = self.store_repeats
        slow = world.start(withdraws=self.slow_withdraws)
        if self.another_fails == "before":
            world.run_again("is away")
        world.run(slow, slow_part, self.to_slow)
        slow_ended = slow not in world.alive
        world.suffer(slow, self.slow_fate)
        if self.another_fails == "meanwhile":
            world.run_again("is away")
        quick = world.start()
        world.run(quick, quick_part, self.to_quick)
        quick_ended = quick not in world.alive
        world.suffer(quick, self.quick_fate)
        if world.is_doubtful():
            world.find(NotPlaced(), waits=False)
            world.run(world.write_finding(), "end", "places")
        if world.may_act():
            world.act()
        world.run(slow, "after intent", self.to_slow)
        world.run(quick, "end", self.to_quick)
        world.run_again("is away")
        world.run(slow, "after outcome", self.to_slow)
        world.run_again("places")
        world.run(slow, "end", self.to_slow)
        return slow_ended, quick_ended

    def happens_everywhere(self) -> None:
        """Stop after every possible number of steps."""
        slow_part, slow_ended = 0, False
        while not slow_ended:
            quick_part, quick_ended = 0, False
            while not quick_ended:
                slow_ended, quick_ended = self.happens(slow_part, quick_part)
                quick_part += 1
            slow_part += 1


@pytest.mark.parametrize("another_fails", ["never", "before", "meanwhile"])
@pytest.mark.parametrize(
    ("store_repeats", "slow_fate", "quick_fate"),
    [
        (False, "goes on", "goes on"),
        (True, "goes on", "goes on"),
        (False, "goes on", "dies"),
        (False, "goes on", "loses its store"),
        (False, "loses its store", "goes on"),
    ],
)
def test_overtaking(
    another_fails: str, store_repeats: bool, slow_fate: str, quick_fate: str
) -> None:
    """Wherever two executions overtake each other, at most one of them sends."""
    answers = ["places", "is away"]
    for rest in product([False, True], answers, answers):
        overtaking = Overtaking(another_fails, store_repeats, slow_fate, quick_fate, *rest)
        ActivityEnvironment().run(overtaking.happens_everywhere)
