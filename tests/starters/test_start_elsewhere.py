"""What a program gets from `start_number_order` where the workers are not ours, or nobody is."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.workflowservice.v1 import PauseWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.worker_identity import worker_identity
from number_orders.starters import build_order, find_order, start_number_order
from number_orders.starters.errors import NoSuchOrder, StoreDiffers
from number_orders.starters.pollers import Work, pollers
from number_orders.workflows.contract import (
    NOT_AN_ORDER,
    SEARCH_ATTRIBUTES,
    TASK_QUEUE,
    TENIOS_TASK_QUEUE,
    workflow_id,
)
from tests.support.order_driver import PDF, order_fields
from tests.support.until import until


@workflow.defn(name="NumberOrder", sandboxed=False)
class NoOrder:
    """Ends at once, as what can be no order does."""

    @workflow.run
    async def run(self, _order: dict[str, Any]) -> None:
        raise ApplicationError("no order", type=NOT_AN_ORDER, non_retryable=True)


@pytest.fixture
async def elsewhere(temporal: WorkflowEnvironment) -> AsyncIterator[Client]:
    """A namespace with a worker to which everything is no order."""
    address = temporal.client.service_client.config.target_host
    client = await Client.connect(
        address, namespace="elsewhere", data_converter=pydantic_data_converter
    )
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[NoOrder],
        activities=[],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield client


@activity.defn
async def nothing() -> None:
    """So that a worker polls for activities."""


@pytest.fixture
async def own_server() -> AsyncIterator[Client]:
    """A Temporal server on which workflows can be paused, and whose workers have another store."""
    async with (
        await WorkflowEnvironment.start_local(
            dev_server_existing_path=str(Path(sys.executable).parent / "temporal"),
            dev_server_extra_args=[
                "--dynamic-config-value",
                "frontend.WorkflowPauseEnabled=true",
            ],
            data_converter=pydantic_data_converter,
            search_attributes=SEARCH_ATTRIBUTES,
        ) as environment,
    ):
        yield environment.client


async def test_paused_order(own_server: Client, store: EvidenceStore, location_id: str) -> None:
    """An order in a state that the SDK does not know is found, and not compared."""
    order = build_order(order_fields(location_id), PDF)
    started = await start_number_order(own_server, order, store, PDF)
    await own_server.workflow_service.pause_workflow_execution(
        PauseWorkflowExecutionRequest(
            namespace=own_server.namespace, workflow_id=started.handle.id, reason="a test"
        )
    )
    again = await start_number_order(own_server, order, store, PDF)
    assert (again.created, again.differences) == (False, None)
    assert (await find_order(own_server, location_id)).id == started.handle.id


async def test_store_of_other_workers(
    own_server: Client, store: EvidenceStore, location_id: str
) -> None:
    """A program's order is not started with a store that the workers would refuse it for."""

    async def is_polled() -> None:
        assert await pollers(own_server, Work.CALLS_TO_TENIOS)

    async with Worker(
        own_server,
        task_queue=TENIOS_TASK_QUEUE,
        activities=[nothing],
        identity=worker_identity(
            store="01234567", public_url="https://a.example", tenios_url="https://b.example"
        ),
    ):
        await until(is_polled)
        order = build_order(order_fields(location_id), PDF)
        with pytest.raises(StoreDiffers, match="01234567"):
            await start_number_order(own_server, order, store, PDF)
    with pytest.raises(NoSuchOrder):
        await find_order(own_server, location_id)


async def test_run_that_was_no_order(
    elsewhere: Client, store: EvidenceStore, location_id: str
) -> None:
    """What ended because it could be no order keeps nobody from starting a real one."""
    order = build_order(order_fields(location_id), PDF)
    handle = await elsewhere.start_workflow(
        "NumberOrder", {}, id=workflow_id(location_id), task_queue=TASK_QUEUE
    )
    with pytest.raises(Exception, match="Workflow execution failed"):
        await handle.result()
    with pytest.raises(NoSuchOrder):
        await find_order(elsewhere, location_id)
    assert (await start_number_order(elsewhere, order, store, PDF)).created
    second = build_order(order_fields(location_id, number=2), PDF)
    assert (await start_number_order(elsewhere, second, store, PDF)).created
