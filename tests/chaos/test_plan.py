"""What a chaos run is made of."""

from collections.abc import Callable

import pytest

from tests.chaos.plan import OrderPlan, plan_orders

_PLANS = plan_orders(1, 1000, with_hangs=True)
_FIRST = {plan.location_id: plan for plan in _PLANS if plan.number == 1}
_FURTHER = [plan for plan in _PLANS if plan.number > 1]


def test_first_number_is_started_first() -> None:
    """A further number is started after the one whose verification it waits for."""
    positions = {plan.workflow_id: position for position, plan in enumerate(_PLANS)}
    assert len(positions) == len(_PLANS)
    for plan in _FURTHER:
        assert positions[_FIRST[plan.location_id].workflow_id] < positions[plan.workflow_id]


@pytest.mark.parametrize(
    "happens",
    [
        lambda first: first.is_terminated,
        lambda first: first.cancel != "none",
        lambda first: first.decision == "reject",
        lambda first: first.decision == "reject_then_correct",
        lambda first: first.reset != "none",
        lambda first: first.decision == "approve" and first.cancel == first.reset == "none",
    ],
    ids=["terminated", "cancelled", "rejected", "corrected", "reset", "approved"],
)
def test_whatever_happens_to_a_first_number(happens: Callable[[OrderPlan], bool]) -> None:
    """Further numbers wait for first ones of every fate; some people then give up, some do not."""
    waiting = [plan for plan in _FURTHER if happens(_FIRST[plan.location_id])]
    assert {plan.number for plan in waiting} == {2, 3}
    assert {plan.gives_up for plan in waiting} == {True, False}


def test_nothing_else_ends_what_is_terminated() -> None:
    """An order that is to be terminated is still there, without an approval, when that happens."""
    for plan in filter(lambda plan: plan.is_terminated, _PLANS):
        assert (plan.decision, plan.cancel, plan.reset) == ("approve", "none", "none")
