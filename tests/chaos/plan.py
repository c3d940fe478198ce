"""What happens to each order, and when something is killed: all of it drawn from one seed."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, Literal, get_args

from number_orders.workflows import contract

Decision = Literal["approve", "early", "premature", "reject_then_correct", "reject"]
Finding = Literal["by_operator", "by_push"]
Mistake = Literal[
    "none",
    "not_placed_too_soon",
    "corrects_twice",
    "corrects_nothing",
    "cancels_and_resolves",
    "decides_about_another",
    "starts_again",
    "starts_copy",
    "sends_oddities",
    "does_not_look",
]
"""What people do wrong. Who does not look says that an order was not placed as soon as that is
taken, whatever TENIOS has."""
Tool = Literal["none", "fail", "try_again", "complete", "null"]
"""How somebody ends a running activity with Temporal's own tools."""
Reset = Literal["none", "whole", "without_signals", "without_updates"]
Hostile = Literal[
    "none", "worst", "nested", "failure", "foreign", "empty", "secret", "unread", "flood"
]
"""What is sent to an order's own address by somebody who knows it, but not its secret."""
Fate = Literal["as_drawn", "terminated", "rejected", "corrected", "cancelled", "reset"]
"""What becomes of the order whose verification the location's further numbers wait for."""
Kill = Literal["worker", "worker_stop", "bridge", "sandbox", "temporal", "temporal_long"]


@dataclass(frozen=True)
class OrderPlan:
    """One order's fate."""

    index: int
    decision: Decision
    behaviour: dict[str, Any]
    """How the sandbox takes the order and pushes."""
    completes_after: float
    """Seconds from the order to its completion at TENIOS."""
    finding: Finding
    """Who clears up an unknown outcome."""
    forged: Literal["none", "token", "secret"]
    cancel: Literal["none", "update", "temporal"]
    reset: Reset
    mistake: Mistake
    tool: Tool
    hostile: Hostile
    disturbed_after: float
    """Seconds from the start to whatever comes from outside."""
    number: int = 1
    """Which of the location's numbers; a further one uses another one's verification."""
    is_terminated: bool = False
    """Somebody terminates its workflow, before TENIOS approves anything."""
    gives_up: bool = False
    """A further number that is rejected is cancelled, and does not get a document of its own."""

    @property
    def location_id(self) -> str:
        return f"chaos-{self.index:04}"

    @property
    def workflow_id(self) -> str:
        return contract.workflow_id(self.location_id, self.number)


@dataclass(frozen=True)
class Disturbance:
    """A service that ends, and how long it stays away."""

    kill: Kill
    after: float
    """Seconds since the one before."""
    away: float


def plan_orders(seed: int, locations: int, *, with_hangs: bool) -> list[OrderPlan]:
    """The fates of all orders. A hang lasts as long as a whole call to TENIOS may: a minute."""
    random = Random(f"{seed} orders")
    plans = [_order(random, index, with_hangs=with_hangs) for index in range(locations)]
    return _with_further_numbers(Random(f"{seed} further numbers"), plans)


def plan_disturbances(seed: int, count: int, *, spacing: float, outages: int) -> list[Disturbance]:
    """Ends of services, and besides so many absences of Temporal that outlast its clients."""
    random = Random(f"{seed} disturbances")
    kinds: list[Kill] = random.choices(
        ["worker", "worker_stop", "bridge", "sandbox", "temporal"], [10, 2, 7, 6, 4], k=count
    )
    plan = [
        Disturbance(kind, after=random.uniform(0.3, 1.7) * spacing, away=random.uniform(0.2, 3))
        for kind in kinds
    ]
    for outage in range(1, outages + 1):
        # While Temporal is away, the bridge is all that holds the pushes: it dies as well, twice.
        plan[len(plan) * outage // (outages + 1) : 0] = [
            Disturbance("temporal_long", after=spacing, away=random.uniform(26, 32)),
            Disturbance("bridge", after=random.uniform(4, 6), away=random.uniform(0.2, 1)),
            Disturbance("bridge", after=random.uniform(4, 6), away=random.uniform(0.2, 1)),
        ]
    return plan


_SHARES_EVERY = 12
"""One location of so many has three numbers and one verification."""
_STARTS_LATER = 40
"""So many locations later, the third number is started: mostly the verification is recorded."""


def _with_further_numbers(random: Random, plans: list[OrderPlan]) -> list[OrderPlan]:
    """In the order in which they are started."""
    starts: list[tuple[float, OrderPlan]] = []
    for position, plan in enumerate(plans):
        if position % _SHARES_EVERY:
            starts.append((position, plan))
            continue
        fates = get_args(Fate)
        first = _with_fate(random, plan, fates[position // _SHARES_EVERY % len(fates)])
        starts += [
            (position, first),
            (position + 0.5, _further(random, first, 2)),
            (position + 0.5 + _STARTS_LATER, _further(random, first, 3)),
        ]
    return [plan for _, plan in sorted(starts, key=lambda start: start[0])]


def _with_fate(random: Random, plan: OrderPlan, fate: Fate) -> OrderPlan:
    match fate:
        case "terminated":
            # Nothing else may end it, or get it approved.
            return replace(
                plan,
                is_terminated=True,
                decision="approve",
                mistake="none",
                cancel="none",
                reset="none",
            )
        case "rejected":
            return replace(plan, decision="reject", mistake="none")
        case "corrected":
            # Its verification is then about another address than the further numbers' one.
            return replace(plan, decision="reject_then_correct", mistake="none")
        case "cancelled":
            return replace(plan, cancel=random.choice(["update", "temporal"]))
        case "reset":
            return replace(plan, reset=random.choice(get_args(Reset)[1:]))
    return plan


def _further(random: Random, first: OrderPlan, number: int) -> OrderPlan:
    # Who does not look needs an answer that is late for that order, and which order of a
    # verification gets which behaviour is open: such a person is drawn with hangs alone.
    drawn = _order(random, first.index, with_hangs=False)
    return replace(
        drawn,
        number=number,
        decision="approve",
        # For the same reason all of them are pushed alike.
        behaviour={**drawn.behaviour, "push": first.behaviour["push"]},
        gives_up=random.random() < 1 / 3,
    )


_UNCLEAR: Final[dict[str, dict[str, Any]]] = {
    "fail": {"after_accepting": "fail"},
    "close": {"after_accepting": "close"},
    "garbage": {"after_accepting": "garbage"},
    # Not taken, and nobody can tell: only a person who looks.
    "vanish": {"refuse_status": 500},
}
_MADE_FOR_UNKNOWN = frozenset({"not_placed_too_soon", "cancels_and_resolves"})


def _order(random: Random, index: int, *, with_hangs: bool) -> OrderPlan:
    mistakes = get_args(Mistake)[1 : None if with_hangs else -1]
    mistake: Mistake = random.choices(["none", *mistakes], [70, *[4] * len(mistakes)])[0]
    tool: Tool = random.choices(get_args(Tool), [92, 2, 2, 2, 2])[0]
    decision: Decision = random.choices(
        ["approve", "early", "premature", "reject_then_correct", "reject"], [76, 5, 5, 10, 4]
    )[0]
    if mistake in {"corrects_twice", "corrects_nothing"}:
        decision = "reject_then_correct"
    return OrderPlan(
        index=index,
        decision=decision,
        behaviour=_behaviour(random, mistake, tool, with_hangs=with_hangs),
        completes_after=random.uniform(*random.choices([(0.2, 3), (3, 18)], [2, 1])[0]),
        finding=random.choices(["by_operator", "by_push"], [3, 1])[0],
        forged=random.choices(["none", "token", "secret"], [90, 6, 4])[0],
        cancel=random.choices(["none", "update", "temporal"], [92, 4, 4])[0],
        reset=random.choices(get_args(Reset), [94, 4, 1, 1])[0],
        mistake=mistake,
        # Who does not look meets a call that somebody ended, and that goes on all the same.
        tool="fail" if mistake == "does_not_look" else tool,
        hostile=random.choices(get_args(Hostile), [84, *[2] * 8])[0],
        disturbed_after=random.uniform(0, 12),
    )


def _behaviour(random: Random, mistake: Mistake, tool: Tool, *, with_hangs: bool) -> dict[str, Any]:
    trouble = random.choices(
        ["none", *_UNCLEAR, "hang", "slow", "throttled", "credentials"],
        [66, 7, 7, 4, 2, 3 if with_hangs else 0, 5, 3, 3],
    )[0]
    if mistake in _MADE_FOR_UNKNOWN:
        trouble = random.choice([*_UNCLEAR])
    behaviour: dict[str, Any] = {
        **_UNCLEAR,
        "hang": {"after_accepting": "hang"},
        "slow": {"latency_seconds": round(random.uniform(0.5, 4), 2)},
        "throttled": {"refuse_status": 429},
        "credentials": {"refuse_status": 403, "refuse_code": "BAD_CREDENTIALS"},
    }.get(trouble, {})
    if mistake == "does_not_look":
        # The answer comes after the first reading of the ledger, and before anybody is believed.
        behaviour = {"answer_latency_seconds": 45}
    elif tool != "none":
        behaviour = {random.choice(["latency_seconds", "answer_latency_seconds"]): 8}
    push = random.choices(
        ["once", "twice", "early", "late", "never", "no_number", "failed"],
        [58, 13, 10, 6, 6, 4, 3],
    )[0]
    return {
        **behaviour,
        "push": {
            "twice": {"times": 2},
            "early": {"before_answer": True},
            "late": {"delay_seconds": round(random.uniform(15, 25), 1)},
            "never": {"times": 0},
            "no_number": {"override": {"phone_number": None}},
            "failed": {"override": {"status": "FAILED"}},
        }.get(push, {}),
    }
