"""How people are told of a location's further number: its name, and commands with its number."""

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from number_orders.workflows import attention, naming, report, wording
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.state import OrderState
from tests.support.order_driver import order_input
from tests.support.printed import parse
from tests.workflows.states import STATES

_COMMAND = re.compile(r"number-orders (?:approve|reject|resubmit|resolve|cancel|status)\b.{0,22}")


@pytest.mark.parametrize(
    ("workflow_id", "options", "typed"),
    [
        ("number-order:koeln-01", "", "number-orders approve koeln-01"),
        ("number-order:koeln-01:2", "", "number-orders approve koeln-01 --number 2"),
        ("number-order:a:10", "--by ann", "number-orders approve a --number 10 --by ann"),
    ],
)
def test_command(workflow_id: str, options: str, typed: str) -> None:
    """A command names the location, and which of its numbers if that is not the first."""
    assert naming.command("approve", workflow_id, options) == typed


@given(STATES)
def test_every_command_names_the_number(state: OrderState) -> None:
    """Whatever is said of a number, the commands in it are about that number."""
    second = replace(state, order=state.order.model_copy(update={"number": 2}))
    said = "\n".join(
        [report.told(second), *attention.notes(second), report.details(second)]
    ).replace("\\", "")
    for command in _COMMAND.findall(said):
        assert "koeln-01 --number 2" in command


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("has_verification_id", [True, False])
def test_what_brings_an_order_on(status: OrderStatus, has_verification_id: bool) -> None:
    """What is said to bring an order on can be typed as it stands there."""
    said = wording.by_command(
        status, "number-order:koeln-01:2", has_verification_id=has_verification_id
    )
    for command in re.findall(r"number-orders [^,]+?(?= or |,|$)", said or ""):
        typed = command.replace("NUMBER", "+49221123456").replace("TYPE", "CONTRACT")
        parse(shlex.split(typed)[1:])


def test_which_number_is_waited_for() -> None:
    """A number that waits for another one's verification says for which."""
    order = order_input("koeln-01", number=3).model_copy(
        update={"document": None, "verification_from": 2}
    )
    state = OrderState.at_start(order, datetime.now(UTC))
    assert "waits for number 2 (koeln-01:2)" in report.told(state)
    assert "waits for number 2 (koeln-01:2)" in report.details(state)
