"""Every command that README, docs and the orders themselves print works as typed."""

import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from number_orders.starters.orders import order_handle
from number_orders.workflows import actions
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.state import OrderState
from tests.support.command import EXAMPLES, run
from tests.support.order_driver import order_input
from tests.support.printed import Printed, find, parse, printed_commands
from tests.support.until import until

PRINTED = printed_commands()
OURS = [one for one in PRINTED if one.program == "number-orders"]
TEMPORAL = shutil.which("temporal", path=str(Path(sys.executable).parent)) or "temporal"


def test_all_are_found() -> None:
    """Blocks, sentences and containers are read: a change of the pages' form would hide them."""
    assert len([one for one in OURS if one.whole]) > 20
    assert len([one for one in OURS if not one.whole]) > 10
    assert any(one.arguments[:1] == ("start",) and "/orders/" in one.arguments[1] for one in OURS)


@pytest.mark.parametrize("printed", [one for one in OURS if one.whole], ids=str)
def test_ours(printed: Printed) -> None:
    """It exists, with its options, and none of its arguments is missing."""
    if "--help" in printed.arguments:
        find(printed.arguments)
    else:
        parse(printed.arguments)


@pytest.mark.parametrize("printed", [one for one in OURS if not one.whole], ids=str)
def test_ours_in_a_sentence(printed: Printed) -> None:
    """A mention that leaves something out names a command and options that exist."""
    command, rest = find(printed.arguments)
    known = {"--help", *(flag for option in command.params for flag in option.opts)}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known


@pytest.mark.parametrize("status", OrderStatus)
def test_what_an_order_prints(status: OrderStatus) -> None:
    """What the Web UI shows of an order to be typed can be typed."""
    order = order_input("koeln-01", number=2)
    state = OrderState(order=order, since=datetime.now(UTC), status=status)
    for action in actions.possible(state):
        line = action.typed(order).replace("NUMBER", "+49221123456")
        parse(shlex.split(line)[1:])


@pytest.mark.parametrize(
    "wrong", ["lits", "status", "status koeln-01 --jsn", "resolve koeln-01 --placed", "callbacks x"]
)
def test_a_wrong_one_is_noticed(wrong: str) -> None:
    """A mistyped command or option, and a missing argument, is an error here."""
    with pytest.raises(Exception, match=r"No such|Missing|requires an argument"):
        parse(wrong.split())


@pytest.mark.parametrize("printed", [one for one in PRINTED if one.program == "temporal"], ids=str)
def test_temporals(printed: Printed) -> None:
    """Temporal's own commands exist, with their options."""
    words = printed.arguments
    name = words[: next((n for n, word in enumerate(words) if word.startswith("-")), len(words))]
    shown = subprocess.run([TEMPORAL, *name, "--help"], check=True, capture_output=True, text=True)
    assert f"temporal {' '.join(name)} [" in shown.stdout
    for flag in (word.partition("=")[0] for word in words if word.startswith("--")):
        assert f" {flag} " in shown.stdout, flag


async def test_readme(tmp_path: Path, development: dict[str, str]) -> None:
    """What the README lets people type about an order is taken, or refused in a line."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    shutil.copy(EXAMPLES / "proof-of-address.pdf", tmp_path / "better.pdf")
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    about_orders = [
        one
        for one in OURS
        if one.page == "README.md"
        and one.whole
        and ("koeln-01" in one.arguments or one.arguments[0] in {"start", "callbacks", "setup"})
        and "/orders/" not in one.arguments[-1]
    ]
    assert about_orders[0].arguments == ("start", "examples/cologne.json")
    for one in about_orders:
        ended = await run(tmp_path, *one.arguments, **settings)
        assert ended.code in {0, 1}, (str(one), ended.errors)
        assert ended.errors.count("\n") == ended.code, (str(one), ended.errors)
        if one.arguments[0] in {"start", "status", "setup", "callbacks"}:
            assert ended.code == 0, ended.errors
        if one.arguments[0] == "start":
            await _submitted(settings["TEMPORAL_ADDRESS"])
        if one.arguments[0] == "approve":
            assert ended.code == 0 or "--verification-id" in one.arguments, ended.errors


async def _submitted(address: str) -> None:
    """Wait until the order has its verification, which an approval needs."""
    handle = order_handle(await Client.connect(address), "koeln-01")

    async def is_submitted() -> None:
        assert (await handle.query("status"))["status"] == "awaiting_approval"

    await until(is_submitted)
