"""Temporal's own tools are in operators' hands: whatever they do, no order gets lost by it."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.tenios.client import TeniosClient
from number_orders.workflows.calls import LONGEST_PAUSE
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.support.until import until

TEMPORAL = shutil.which("temporal", path=str(Path(sys.executable).parent)) or "temporal"


async def tool(driver: OrderDriver, *arguments: str) -> None:
    """Run Temporal's command line about the order."""
    address = driver.temporal.client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        TEMPORAL, *arguments, "--workflow-id", driver.handle.id, "--address", address,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def pending(driver: OrderDriver, activity: str) -> str:
    """Wait until this activity has been started; its id."""

    async def has_started() -> str:
        description = (await driver.handle.describe()).raw_description
        started = [
            one.activity_id
            for one in description.pending_activities
            if one.activity_type.name == activity
            and one.attempt >= 1
            and one.HasField("last_started_time")
        ]
        assert started
        return started[0]

    return await until(has_started)


@dataclass
class Gate:
    """Holds back TENIOS' answers to one method, after TENIOS has acted."""

    answered: asyncio.Event
    """TENIOS has acted."""
    released: asyncio.Event
    """Set by the test: the answer arrives."""


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Gate]:
    """Hold back the answers to the method that the test names."""
    gate = Gate(asyncio.Event(), asyncio.Event())
    original = getattr(TeniosClient, request.param)

    async def held(self: TeniosClient, *arguments: Any, **keywords: Any) -> Any:
        answer = await original(self, *arguments, **keywords)
        gate.answered.set()
        await gate.released.wait()
        return answer

    monkeypatch.setattr(TeniosClient, request.param, held)
    yield gate
    gate.released.set()


ENDED_WITHOUT_ANSWER = [
    ("activity", "fail", "--reason", "tried"),
    ("activity", "complete", "--result", '"nonsense"'),
    ("activity", "complete", "--result", "null"),
    ("activity", "complete", "--result", '{"number": -1}'),
]


@pytest.mark.parametrize("gate", ["order_number"], indirect=True)
@pytest.mark.parametrize("command", ENDED_WITHOUT_ANSWER)
async def test_order_call_ended_by_hand(
    driver: OrderDriver, gate: Gate, command: tuple[str, ...]
) -> None:
    """An order call that somebody ended is an unknown outcome, and the ledger tells its answer."""
    await driver.start()
    await driver.approve()
    await gate.answered.wait()
    await tool(driver, *command, "--activity-id", await pending(driver, "place_order"))
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    gate.released.set()
    await driver.until_ledger_has_answer()
    await driver.forward(timedelta(seconds=31))
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED
    assert len(await driver.order_posts()) == 1


@pytest.mark.parametrize("gate", ["create_verification"], indirect=True)
@pytest.mark.parametrize("command", ENDED_WITHOUT_ANSWER)
async def test_verification_call_ended_by_hand(
    driver: OrderDriver, gate: Gate, command: tuple[str, ...]
) -> None:
    """A verification call that somebody ended is made again, and people are told."""
    await driver.start()
    await gate.answered.wait()
    await tool(driver, *command, "--activity-id", await pending(driver, "submit_verification"))
    gate.released.set()
    await driver.until_attention("ended a call in Temporal")
    await driver.forward(timedelta(minutes=1))

    assert (await driver.until(OrderStatus.AWAITING_APPROVAL)).verification_id is not None


@pytest.mark.parametrize("gate", ["cancel_number"], indirect=True)
@pytest.mark.parametrize("command", ENDED_WITHOUT_ANSWER)
async def test_giving_back_ended_by_hand(
    driver: OrderDriver, gate: Gate, command: tuple[str, ...]
) -> None:
    """A call to give the number back that somebody ended is made again, and its answer counts."""
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    await gate.answered.wait()
    await tool(driver, *command, "--activity-id", await pending(driver, "cancel_number"))
    gate.released.set()
    await driver.until_attention("ended a call in Temporal")
    await driver.until_number_given_back()
    await driver.forward(timedelta(minutes=1))
    result = await driver.result()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.cancellation_date is not None


@pytest.mark.parametrize(
    "options", [("--retry-maximum-attempts", "1"), ("--schedule-to-close-timeout", "1s")]
)
@pytest.mark.parametrize(
    ("path", "activity"),
    [("/verification/create", "submit_verification"), ("/number/order", "place_order")],
)
async def test_call_limited_by_hand(
    driver: OrderDriver, options: tuple[str, str], path: str, activity: str
) -> None:
    """A call whose tries somebody limited is made again until TENIOS takes it."""
    await driver.behave(path, refuse_status=403, times=1000)
    await driver.start()
    if activity == "place_order":
        await driver.approve()
    activity_id = await pending(driver, activity)
    await tool(driver, "activity", "update-options", *options, "--activity-id", activity_id)
    await driver.forward(LONGEST_PAUSE)
    await driver.until_ended(activity, activity_id)
    await driver.behave_well()
    await driver.forward(LONGEST_PAUSE)
    if activity == "submit_verification":
        await driver.until(OrderStatus.AWAITING_APPROVAL)
    else:
        await driver.until(OrderStatus.AWAITING_COMPLETION)
        assert [post["status"] for post in await driver.order_posts()].count(200) == 1


@pytest.mark.parametrize("command", [("pause", "unpause"), ("reset",)])
async def test_call_paused_by_hand(driver: OrderDriver, command: tuple[str, ...]) -> None:
    """A call that somebody paused, or begins anew, goes on."""
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.start()
    await driver.approve()
    activity_id = await pending(driver, "place_order")
    for part in command:
        await tool(driver, "activity", part, "--activity-id", activity_id)
    await driver.behave_well()

    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert [post["status"] for post in await driver.order_posts()].count(200) == 1


async def test_wrong_task_heals_by_a_reset(
    driver: OrderDriver, temporal: WorkflowEnvironment
) -> None:
    """An order that was reset to its last workflow task goes on where it was."""
    before = await driver.placed()
    await tool(driver, "workflow", "reset", "--type", "LastWorkflowTask", "--reason", "tried")
    driver.handle = driver.typed_handle()
    after = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert after.order_id == before.order_id
    assert (await driver.result()).outcome is OrderStatus.COMPLETED
    assert len(await driver.order_posts()) == 1
