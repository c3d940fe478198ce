"""What happens to each order, and when something is killed: all of it drawn from one seed."""

from dataclasses import dataclass
from random import Random
from typing import Any, Literal

Decision = Literal["approve", "early", "premature", "reject_then_correct", "reject"]
Finding = Literal["by_operator", "by_push"]
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
    reset: bool
    disturbed_after: float
    """Seconds from the start to the cancellation or reset."""

    @property
    def location_id(self) -> str:
        return f"chaos-{self.index:04}"


@dataclass(frozen=True)
class Disturbance:
    """A service that ends, and how long it stays away."""

    kill: Kill
    after: float
    """Seconds since the one before."""
    away: float


def plan_orders(seed: int, count: int, *, with_hangs: bool) -> list[OrderPlan]:
    """The fates of all orders. A hang lasts as long as a whole call to TENIOS may: a minute."""
    random = Random(f"{seed} orders")
    return [_order(random, index, with_hangs=with_hangs) for index in range(count)]


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


def _order(random: Random, index: int, *, with_hangs: bool) -> OrderPlan:
    decision: Decision = random.choices(
        ["approve", "early", "premature", "reject_then_correct", "reject"], [78, 4, 4, 10, 4]
    )[0]
    trouble = random.choices(
        ["none", "fail", "close", "garbage", "hang", "slow", "throttled", "credentials"],
        [68, 7, 7, 4, 3 if with_hangs else 0, 5, 3, 3],
    )[0]
    behaviour: dict[str, Any] = {
        "fail": {"after_accepting": "fail"},
        "close": {"after_accepting": "close"},
        "garbage": {"after_accepting": "garbage"},
        "hang": {"after_accepting": "hang"},
        "slow": {"latency_seconds": round(random.uniform(0.5, 4), 2)},
        "throttled": {"refuse_status": 429},
        "credentials": {"refuse_status": 403, "refuse_code": "BAD_CREDENTIALS"},
    }.get(trouble, {})
    push = random.choices(
        ["once", "twice", "early", "late", "never", "no_number", "failed"],
        [58, 13, 10, 6, 6, 4, 3],
    )[0]
    behaviour["push"] = {
        "twice": {"times": 2},
        "early": {"before_answer": True},
        "late": {"delay_seconds": round(random.uniform(15, 25), 1)},
        "never": {"times": 0},
        "no_number": {"override": {"phone_number": None}},
        "failed": {"override": {"status": "FAILED"}},
    }.get(push, {})
    return OrderPlan(
        index=index,
        decision=decision,
        behaviour=behaviour,
        completes_after=random.uniform(*random.choices([(0.2, 3), (3, 18)], [2, 1])[0]),
        finding=random.choices(["by_operator", "by_push"], [3, 1])[0],
        forged=random.choices(["none", "token", "secret"], [90, 6, 4])[0],
        cancel=random.choices(["none", "update", "temporal"], [92, 4, 4])[0],
        reset=random.random() < 0.05,
        disturbed_after=random.uniform(0, 12),
    )
