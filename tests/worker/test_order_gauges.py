"""Orders counted by a real Temporal. No worker runs: orders stay as they were started."""

import asyncio
import logging
import shutil
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio import workflow
from temporalio.api.workflowservice.v1 import PauseWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.runtime.telemetry import start_runtime
from number_orders.worker.order_gauges import OrderGauges
from number_orders.workflows.contract import (
    ORDER_STATUS,
    SEARCH_ATTRIBUTES,
    STATUS_SINCE,
    TASK_QUEUE,
    WORKFLOW_TYPE,
    workflow_id,
)
from tests.support.observed_system import free_address
from tests.support.until import LONG_ENOUGH_SECONDS, until


class Counted:
    """A Temporal of the test's own, and gauges of what is in it."""

    def __init__(self, client: Client, address: str) -> None:
        self.client = client
        self.gauges = OrderGauges(client, pause_seconds=0)
        self._address = address

    async def order(self, location_id: str, status: str, *, age: timedelta | None) -> None:
        """Start an order that has been in a status for some time, or does not say how long."""
        attributes = [SearchAttributePair(ORDER_STATUS, status)]
        if age is not None:
            attributes.append(SearchAttributePair(STATUS_SINCE, datetime.now(UTC) - age))
        await self.client.start_workflow(
            WORKFLOW_TYPE,
            id=workflow_id(location_id),
            task_queue=TASK_QUEUE,
            search_attributes=TypedSearchAttributes(attributes),
        )

    async def until_counted(self, number: int) -> None:
        """Visibility comes a little later."""

        async def are_counted() -> None:
            assert (await self.client.count_workflows()).count >= number

        await until(are_counted)

    async def measure(self) -> dict[tuple[str, ...], float]:
        """What is scraped afterwards, by metric and labels."""
        await self.gauges.measure()
        async with httpx.AsyncClient(trust_env=False, timeout=LONG_ENOUGH_SECONDS) as http:
            scrape = (await http.get(f"http://{self._address}/metrics")).text
        return {
            (family.name.removeprefix("number_orders_"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(scrape)
            for sample in family.samples
            if family.name.startswith("number_orders_")
        }


@pytest.fixture
async def counted() -> AsyncIterator[Counted]:
    address = free_address()
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=str(Path(sys.executable).parent)),
        dev_server_extra_args=[
            "--dynamic-config-value",
            "frontend.WorkflowPauseEnabled=true",
        ],
        search_attributes=SEARCH_ATTRIBUTES,
        runtime=start_runtime(address),
    ) as temporal:
        yield Counted(temporal.client, address)


async def test_counts_and_ages(counted: Counted) -> None:
    """Counts are exact; the oldest order's age is at most 5 % too low, and never too high."""
    ages = {"approval": timedelta(days=9, hours=5), "seconds": timedelta(seconds=40)}
    began = time.time()
    await counted.order("a", "awaiting_approval", age=timedelta(hours=2))
    await counted.order("b", "awaiting_approval", age=ages["approval"])
    await counted.order("c", "awaiting_approval", age=timedelta(seconds=1))
    await counted.order("d", "cancelling", age=ages["seconds"])
    await counted.order("e", "awaiting_approval", age=timedelta(days=300))
    await counted.client.get_workflow_handle(workflow_id("e")).terminate()
    await counted.until_counted(5)
    measured = await counted.measure()
    elapsed = time.time() - began
    # In the order of the labels' names: state, status.
    assert {key: value for key, value in measured.items() if key[0] == "orders" and value} == {
        ("orders", "running", "awaiting_approval"): 3,
        ("orders", "ended", "awaiting_approval"): 1,
        ("orders", "running", "cancelling"): 1,
    }
    for age, status in [(ages["approval"], "awaiting_approval"), (ages["seconds"], "cancelling")]:
        value = measured["oldest_order_age_seconds", status]
        assert age.total_seconds() / 1.05 <= value <= age.total_seconds() + elapsed
    assert measured["oldest_order_age_seconds", "overdue"] == 0
    assert began <= measured["orders_counted_timestamp_seconds",] <= time.time()


@workflow.defn(name=WORKFLOW_TYPE)
class GoesOn:
    """An order's stand-in that goes on in a new run at once."""

    @workflow.run
    async def run(self, again: bool = False) -> None:
        if not again:
            workflow.continue_as_new(True)
        await workflow.wait_condition(lambda: False)


async def test_one_order_each(counted: Counted) -> None:
    """An order that goes on in a new run counts once, and a paused one still runs."""
    await counted.order("goes-on", "awaiting_approval", age=timedelta(hours=2))
    async with Worker(
        counted.client,
        task_queue=TASK_QUEUE,
        workflows=[GoesOn],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        await counted.until_counted(2)
    await counted.order("paused", "overdue", age=timedelta(hours=5))
    await counted.client.workflow_service.pause_workflow_execution(
        PauseWorkflowExecutionRequest(
            namespace=counted.client.namespace,
            workflow_id=workflow_id("paused"),
            request_id="a-test",
        )
    )

    async def is_paused() -> None:
        assert (await counted.client.count_workflows("ExecutionStatus = 'Paused'")).count

    await until(is_paused)
    measured = await counted.measure()
    assert {key: value for key, value in measured.items() if key[0] == "orders" and value} == {
        ("orders", "running", "awaiting_approval"): 1,
        ("orders", "running", "overdue"): 1,
    }
    assert measured["oldest_order_age_seconds", "overdue"] > 17_000


async def test_order_of_before(counted: Counted) -> None:
    """An order that does not say since when it is in its status counts from its start."""
    began = time.time()
    await counted.order("old", "overdue", age=None)
    await counted.until_counted(1)
    # With what each is at most: a second is the least that is told apart.
    ages: list[tuple[float, float]] = []

    async def grows() -> None:
        age = (await counted.measure())["oldest_order_age_seconds", "overdue"]
        ages.append((age, max(1, time.time() - began)))
        assert age > 1.5

    await until(grows, every_seconds=0.1)
    assert [one for one in ages if one[0] > one[1]] == []


async def test_nothing_is_old_once_it_has_gone_on(counted: Counted) -> None:
    """The age falls back to nothing when the last order has left a status."""
    await counted.order("a", "overdue", age=timedelta(days=1))
    await counted.until_counted(1)
    assert (await counted.measure())["oldest_order_age_seconds", "overdue"] > 80_000
    await counted.client.get_workflow_handle(workflow_id("a")).terminate()

    async def has_ended() -> dict[tuple[str, ...], float]:
        measured = await counted.measure()
        assert measured["orders", "ended", "overdue"]
        return measured

    assert (await until(has_ended))["oldest_order_age_seconds", "overdue"] == 0


async def test_temporal_away(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Temporal is away the gauges go on trying, and say so in a line each time."""
    monkeypatch.setattr("number_orders.worker.order_gauges._MEASURE_EVERY_SECONDS", 0)
    client = await Client.connect("127.0.0.1:1", lazy=True)
    working = asyncio.create_task(OrderGauges(client, pause_seconds=0).work())

    async def has_said_it_twice() -> None:
        assert len(caplog.messages) >= 2

    with caplog.at_level(logging.WARNING):
        await until(has_said_it_twice)
    assert not working.done()
    working.cancel()
    assert set(caplog.messages) == {"Orders cannot be counted (RuntimeError)"}
