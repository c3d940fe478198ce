"""Orders that failed: by themselves, by force, or since they were none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.runtime.errors import UserError
from number_orders.starters import result_of
from number_orders.starters.ends import End, end_of
from number_orders.starters.errors import NoSuchOrder, OrderEndedByForce
from number_orders.starters.executions import Execution, list_orders
from number_orders.workflows.contract import (
    DUE_AT,
    LOCATION_ID,
    NOT_AN_ORDER,
    ORDER_STATUS,
    TASK_QUEUE,
    workflow_id,
)
from tests.support.until import until


@workflow.defn(name="NumberOrder", sandboxed=False)
class Fails:
    """Fails with whatever type it is told."""

    @workflow.run
    async def run(self, kind: str) -> None:
        raise ApplicationError("a sentence", type=kind, non_retryable=True)


@pytest.fixture
async def elsewhere(temporal: WorkflowEnvironment) -> AsyncIterator[Client]:
    """A namespace in which every order fails."""
    address = temporal.client.service_client.config.target_host
    client = await Client.connect(
        address, namespace="elsewhere", data_converter=pydantic_data_converter
    )
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[Fails],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield client


async def failed(
    client: Client, location_id: str, kind: str, status: str | None, *, waits: bool = False
) -> Execution:
    """An order that failed in this status, as lists have it."""
    attributes = [SearchAttributePair(LOCATION_ID, location_id)]
    if status is not None:
        attributes.append(SearchAttributePair(ORDER_STATUS, status))
    known = TypedSearchAttributes(attributes)
    if waits:
        due = SearchAttributePair(DUE_AT, datetime(2026, 12, 24, tzinfo=UTC))
        known = TypedSearchAttributes([*attributes, due])
    handle = await client.start_workflow(
        "NumberOrder",
        kind,
        id=workflow_id(location_id),
        task_queue=TASK_QUEUE,
        search_attributes=known,
    )
    with pytest.raises(WorkflowFailureError):
        await handle.result()

    async def is_listed() -> Execution:
        [order] = await list_orders(client, having=(LOCATION_ID.name, location_id))
        assert order.has_ended
        return order

    return await until(is_listed)


async def test_by_itself(elsewhere: Client, location_id: str) -> None:
    """A failure of the order's own is none by force, even if its result cannot be read."""
    order = await failed(elsewhere, location_id, "OrderRejected", "rejected")
    assert order.ended_by_force is None
    assert await end_of(elsewhere, order) == End()
    with pytest.raises(UserError, match="a result of another form"):
        await result_of(elsewhere, location_id)


@pytest.mark.parametrize("status", ["rejected", "awaiting_approval"])
async def test_by_force(elsewhere: Client, location_id: str, status: str) -> None:
    """Every other failure is, also of an order that waited for its correction."""
    order = await failed(elsewhere, location_id, "Bug", status, waits=True)
    assert order.ended_by_force == "failed"
    assert await end_of(elsewhere, order) == End(by_force="failed")
    with pytest.raises(OrderEndedByForce, match=f"was failed in Temporal when it was {status}"):
        await result_of(elsewhere, location_id)


async def test_no_order(elsewhere: Client, location_id: str) -> None:
    """What was no order was not ended by force, and there is nothing to wait for."""
    order = await failed(elsewhere, location_id, NOT_AN_ORDER, None)
    assert (order.is_no_order, order.ended_by_force) == (True, None)
    assert await end_of(elsewhere, order) == End(no_order="a sentence")
    with pytest.raises(NoSuchOrder):
        await result_of(elsewhere, location_id)
