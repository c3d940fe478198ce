"""Every command about an order, against every state that an order can have in Temporal."""

import asyncio
import json
import re
import shlex
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.administration import namespace
from number_orders.administration.doctor.finding import Finding, Level
from number_orders.administration.doctor.orders import orders
from number_orders.starters.executions import list_orders
from number_orders.workflows.contract import (
    ORDER_STATUS,
    SEARCH_ATTRIBUTES,
    TASK_QUEUE,
    WORKFLOW_TYPE,
    workflow_id,
)
from tests.support.odd_orders import SECRET, Odd, Odds
from tests.support.until import until

_FAILURES_UNTIL_MARKED = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute"


@pytest.fixture(scope="module")
async def odds() -> AsyncIterator[Odds]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=str(Path(sys.executable).parent)),
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowPauseEnabled=true"),
            # By default an order is marked after the fifth failure, a minute later.
            *("--dynamic-config-value", f"{_FAILURES_UNTIL_MARKED}=2"),
            *("--namespace", "still"),
        ],
        search_attributes=SEARCH_ATTRIBUTES,
    ) as environment:
        address = environment.client.service_client.config.target_host
        still = await Client.connect(address, namespace="still")
        await namespace.register(still, namespace.WANTED)
        odds = Odds(address, environment.client, still)
        async with Worker(
            environment.client,
            task_queue=TASK_QUEUE,
            workflows=[Odd],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            yield odds


async def _begun(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until the order's first workflow task is done."""

    async def is_done() -> None:
        info = (await handle.describe()).raw_description.workflow_execution_info
        assert info.auto_reset_points.points

    await until(is_done)


async def _nowhere(odds: Odds, location_id: str) -> Client:
    return odds.still


async def _no_worker(odds: Odds, location_id: str) -> Client:
    await odds.start(odds.still, location_id, "wait")
    return odds.still


async def _paused(odds: Odds, location_id: str) -> Client:
    await odds.start(odds.client, location_id, "wait")
    await odds.tool(odds.client, "workflow", "pause", "--workflow-id", workflow_id(location_id))
    return odds.client


async def _terminated(odds: Odds, location_id: str) -> Client:
    await odds.start(odds.still, location_id, "wait")
    await odds.still.get_workflow_handle(workflow_id(location_id)).terminate()
    return odds.still


async def _ended(odds: Odds, location_id: str) -> Client:
    await odds.start(odds.client, location_id, "wait")
    handle = odds.client.get_workflow_handle(workflow_id(location_id))
    await handle.signal("poke")
    await handle.result()
    return odds.client


async def _failing(odds: Odds, location_id: str) -> Client:
    await odds.start(odds.client, location_id, "fail")
    handle = odds.client.get_workflow_handle(workflow_id(location_id))
    await _begun(handle)
    await handle.signal("poke")

    async def fails() -> None:
        assert (await handle.describe()).raw_description.pending_workflow_task.attempt >= 2

    await until(fails)
    return odds.client


async def _no_order(odds: Odds, location_id: str) -> Client:
    await odds.still.start_workflow(
        "SomethingElse", id=workflow_id(location_id), task_queue=TASK_QUEUE
    )
    return odds.still


async def _missing_namespace(odds: Odds, location_id: str) -> Client:
    return await Client.connect(odds.address, namespace="missing")


State = Callable[[Odds, str], Awaitable[Client]]
State = Callable[[Odds, str], Awaitable[Client]]
NOT_SENT, NOT_CHANGED = "nothing was sent", "nothing was changed"
SENT = "Approved verification v-1"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (_nowhere, ("There is no order", "There is no order", "There is no order")),
        (_no_worker, ("No worker answers", SENT, "No worker answers")),
        (_paused, ("temporal workflow unpause --workflow-id", SENT, NOT_CHANGED)),
        (_terminated, ("the workflow was terminated in Temporal", NOT_SENT, NOT_CHANGED)),
        (_ended, ("number-order:", NOT_SENT, "the order has ended as awaiting_approval")),
        (_failing, ("--type LastWorkflowTask", SENT, "Its workflow task fails again and again")),
        (_no_order, ("is no number order", "is no number order", "is no number order")),
        (_missing_namespace, ("no namespace missing", "no namespace missing", "no namespace")),
    ],
)
async def test_every_command(
    tmp_path: Path, odds: Odds, location_id: str, state: State, words: tuple[str, str, str]
) -> None:
    """Whatever state an order has, each command says so in a line and never gives wrong advice."""
    client = await state(odds, location_id)
    status, approve, cancel = words
    says = {
        ("status", location_id): status,
        ("status", location_id, "--json"): "",
        ("approve", location_id, "--by", "ann"): approve,
        ("cancel", location_id, "--by", "ann"): cancel,
        ("resolve", location_id, "--abandon", "--by", "ann"): cancel,
        ("resubmit", location_id, "--by", "ann", "--unchanged", "--reason", "r"): cancel,
        ("list",): "",
        ("list", "--status", "awaiting_approval", "--json"): "",
    }

    async def check(arguments: tuple[str, ...], said: str) -> None:
        one = await odds.run(tmp_path, client, *arguments)
        assert said in one.output + one.errors, (arguments, one.output, one.errors)
        assert one.code in {0, 1}, arguments
        assert one.errors.count("\n") <= 1, one.errors
        for wrong in ("Traceback", "This is a bug", SECRET, "--number 2"):
            assert wrong not in one.output + one.errors, arguments

    if client is odds.still:
        # Where no worker answers, they only wait.
        await asyncio.gather(*(check(*one) for one in says.items()))
    else:
        # Each has a limit within which it must be answered, and a busy machine has none to spare.
        for one in says.items():
            await check(*one)


async def test_no_verification_id(tmp_path: Path, odds: Odds, location_id: str) -> None:
    """Where TENIOS gave no verification id, an approval has to bring it, a rejection not."""
    await odds.start(odds.still, location_id, "wait", verification_id=None)
    approve = ("approve", location_id, "--by", "ann")
    refused = await odds.run(tmp_path, odds.still, *approve)
    assert (refused.code, "name it with --verification-id" in refused.errors) == (1, True)
    approved = await odds.run(tmp_path, odds.still, *approve, "--verification-id", "v-2")
    assert "Approved verification v-2 of" in approved.output
    rejected = await odds.run(tmp_path, odds.still, "reject", location_id, "--by", "ann")
    assert "Rejected the order of" in rejected.output


async def test_paused_is_shown(tmp_path: Path, odds: Odds, location_id: str) -> None:
    """A paused order is one row of the list and shows what Temporal knows of it."""
    await _paused(odds, location_id)
    shown = json.loads(
        (await odds.run(tmp_path, odds.client, "status", location_id, "--json")).output
    )
    assert (shown["status"], shown["state"]) == ("awaiting_approval", "paused")
    assert shown["verification_id"] == "v-1"
    listed = await odds.run(tmp_path, odds.client, "list")
    [row] = [line for line in listed.output.splitlines() if re.search(rf"\b{location_id}\b", line)]
    assert "awaiting_approval (paused)" in row
    [finding] = [one for one in await orders(odds.client) if workflow_id(location_id) in one.found]
    assert finding.level is Level.WARN
    command = re.search(r"temporal (workflow unpause [^;]+)$", finding.found)
    assert command
    await odds.tool(odds.client, *shlex.split(command[1]))
    shown = json.loads((await odds.run(tmp_path, odds.client, "list", "--json")).output)
    [row] = [row for row in shown if row["WorkflowId"] == workflow_id(location_id)]
    assert row["State"] == "running"


async def test_failing_task_is_found(odds: Odds, location_id: str) -> None:
    """The doctor fails for an order whose workflow task fails, without a word of the failure."""
    await _failing(odds, location_id)

    async def is_found() -> Finding:
        """Temporal marks it after some failures."""
        order = f"{workflow_id(location_id)}:"
        found = [one for one in await orders(odds.client) if order in one.found]
        assert found
        return found[0]

    found = await until(is_found, every_seconds=0.5)
    assert found.level is Level.FAIL
    assert "RuntimeError" in found.found
    assert SECRET not in found.found


async def test_one_row_an_order(odds: Odds, location_id: str) -> None:
    """Of an order that was reset, or goes on in a new run, only the current run is listed."""
    await odds.start(odds.client, location_id, "wait")
    handle = odds.client.get_workflow_handle(workflow_id(location_id))
    await _begun(handle)
    await odds.tool(
        odds.client, "workflow", "reset", "--workflow-id", workflow_id(location_id),
        "--type", "LastWorkflowTask", "--reason", "a test",
    )  # fmt: skip
    await odds.start(odds.client, f"{location_id}-again", "again")
    wanted = {workflow_id(location_id), workflow_id(f"{location_id}-again")}
    of_both = f"WorkflowId IN ({', '.join(repr(one) for one in sorted(wanted))})"

    async def are_listed() -> None:
        """Each order has two runs."""
        assert (await odds.client.count_workflows(of_both)).count >= 4

    await until(are_listed)
    for status in (None, "awaiting_approval"):
        found = [one for one in await list_orders(odds.client, status=status) if one.id in wanted]
        assert sorted(one.id for one in found) == sorted(wanted)
        assert {one.state for one in found} == {"running"}


async def test_ended_run_before_another_status(odds: Odds, location_id: str) -> None:
    """An earlier run's status finds no order whose current run has another one."""
    await _terminated(odds, location_id)
    attributes = TypedSearchAttributes([SearchAttributePair(ORDER_STATUS, "overdue")])
    await odds.still.start_workflow(
        WORKFLOW_TYPE, id=workflow_id(location_id), task_queue=TASK_QUEUE,
        search_attributes=attributes,
    )  # fmt: skip

    async def is_listed() -> None:
        overdue = await list_orders(odds.still, status="overdue")
        assert workflow_id(location_id) in [one.id for one in overdue]

    await until(is_listed)
    awaiting = await list_orders(odds.still, status="awaiting_approval")
    assert workflow_id(location_id) not in [one.id for one in awaiting]
