"""Waiting for an order's end through whatever happens meanwhile."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.devstack.stack import temporal_command
from number_orders.starters import find_order, result_of
from number_orders.starters.errors import NoSuchOrder, OrderEndedByForce
from number_orders.workflows.contract import TASK_QUEUE, workflow_id
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.support.ports import free_ports
from tests.support.processes import Processes, until_connected
from tests.support.until import LONG_ENOUGH_SECONDS


async def test_result_of_a_reset_order(driver: OrderDriver) -> None:
    """Whoever waits for an order goes on waiting when it is reset, and is told its end."""
    await driver.placed()
    waiting = asyncio.create_task(result_of(driver.temporal.client, driver.location_id))
    await driver.reset(before="place_order")
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert not waiting.done()
    await driver.complete()
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        assert (await waiting).outcome is OrderStatus.COMPLETED


async def test_result_of_an_order_without_a_number(driver: OrderDriver) -> None:
    """Whoever waits gets a result as well if there is no number, and so does who comes later."""
    await driver.start()
    waiting = asyncio.create_task(result_of(driver.temporal.client, driver.location_id))
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        result = await waiting
        assert result.outcome is OrderStatus.CANCELLED
        assert await result_of(driver.temporal.client, driver.location_id) == result


async def test_result_of_an_order_that_is_ended_by_force(driver: OrderDriver) -> None:
    """Whoever waits for an order is told that it was ended by force, or that there is none."""
    with pytest.raises(NoSuchOrder):
        await result_of(driver.temporal.client, driver.location_id)
    await driver.start()
    waiting = asyncio.create_task(result_of(driver.temporal.client, driver.location_id))
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.handle.terminate()
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        with pytest.raises(OrderEndedByForce):
            await waiting


@workflow.defn(name="NumberOrder", sandboxed=False)
class Completes:
    """An order that is completed as soon as somebody works on it."""

    @workflow.run
    async def run(self, _order: dict[str, Any]) -> dict[str, Any]:
        nothing = (
            "reason", "verification_id", "order_id", "phone_number", "link_to_number",
            "completed_at", "active_by", "cancellation_date",
        )  # fmt: skip
        empty: dict[str, list[str]] = {"earlier_verification_ids": [], "attention": []}
        return {"summary": "a has one.", "outcome": "completed", **dict.fromkeys(nothing), **empty}


OwnTemporal = tuple[Processes, list[str]]


@pytest.fixture
async def own_temporal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OwnTemporal]:
    """A Temporal server that can be ended and started again on what it kept."""
    # None of the usual ones, which another server may take while ours is away.
    ports = free_ports()
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{ports.temporal}")
    processes = Processes(tmp_path)
    command = temporal_command(ports)
    processes.start("temporal", command, os.environ)
    try:
        yield processes, command
    finally:
        processes.stop_all()


async def test_temporal_is_restarted(own_temporal: OwnTemporal) -> None:
    """Whoever waits goes on waiting while Temporal is away, longer than the SDK tries again."""
    processes, command = own_temporal
    client = await until_connected()
    await client.start_workflow("NumberOrder", {}, id=workflow_id("a"), task_queue=TASK_QUEUE)
    by_the_sdk = asyncio.create_task((await find_order(client, "a")).result())
    waiting = asyncio.create_task(result_of(client, "a"))
    await asyncio.sleep(0)
    processes.end("temporal", signal.SIGKILL)
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        # This is what a program without `result_of` is told.
        with pytest.raises(Exception, match=r"(?i)connect|transport|unavailable"):
            await by_the_sdk
    assert not waiting.done()
    processes.start("temporal", command, os.environ)
    await until_connected()
    async with _working(client), asyncio.timeout(LONG_ENOUGH_SECONDS):
        assert (await waiting).outcome is OrderStatus.COMPLETED


def _working(client: Client) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[Completes],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
