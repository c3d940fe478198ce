"""The ready lists, as Temporal's visibility answers them."""

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from number_orders.starters.executions import listed
from number_orders.starters.ready_lists import ready_lists
from number_orders.workflows.contract import (
    BATCH_ID,
    NEEDS_PERSON,
    ORDER_STATUS,
    WORKFLOW_TYPE,
    workflow_id,
)
from number_orders.workflows.models import OrderStatus
from tests.support.odd_orders import Odd
from tests.support.until import until

FINAL = {OrderStatus.COMPLETED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED}
NEEDS_ONE = {OrderStatus.REJECTED, OrderStatus.OUTCOME_UNKNOWN, OrderStatus.OVERDUE}
WITHOUT_A_NUMBER = {OrderStatus.REJECTED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED}


def _attributes(status: str, batch_id: str) -> TypedSearchAttributes:
    attributes = [
        SearchAttributePair(ORDER_STATUS, str(status)),
        SearchAttributePair(BATCH_ID, batch_id),
    ]
    if status in NEEDS_ONE:
        attributes.append(SearchAttributePair(NEEDS_PERSON, True))
    return TypedSearchAttributes(attributes)


async def _orders(client: Client, batch_id: str) -> None:
    """An order in each status that runs, and one that has ended in each that can be the last."""
    for state, statuses in (("runs", set(OrderStatus) - FINAL), ("ended", {*FINAL, "rejected"})):
        for status in statuses:
            handle = await client.start_workflow(
                WORKFLOW_TYPE,
                id=workflow_id(f"{batch_id}.{state}.{status}"),
                task_queue="nobody",
                search_attributes=_attributes(status, batch_id),
            )
            if state == "ended":
                await handle.terminate()


async def test_each_order_is_where_it_belongs(
    temporal: WorkflowEnvironment, location_id: str
) -> None:
    """A running order waits for a person or for TENIOS; one that ended without a number is told."""
    await _orders(temporal.client, location_id)
    queries = ready_lists(location_id)

    async def found(name: str) -> set[str]:
        ids = {one.id async for one in listed(temporal.client, queries[name])}
        return {one.removeprefix(workflow_id(f"{location_id}.")) for one in ids}

    async def are_listed() -> None:
        """All of them, as they are."""
        assert len(await found("all orders")) == len(OrderStatus) + 1
        assert await found("ended without a number") == {
            f"ended.{status}" for status in WITHOUT_A_NUMBER
        }

    await until(are_listed)
    at_people, at_tenios = await found("needs a person"), await found("waits for TENIOS")
    assert at_people == {f"runs.{status}" for status in NEEDS_ONE}
    assert at_tenios == {f"runs.{status}" for status in set(OrderStatus) - FINAL - NEEDS_ONE}


async def test_an_order_that_moved_on(temporal: WorkflowEnvironment, location_id: str) -> None:
    """An order that goes on in a new run is in a list by that alone."""
    client, queries = temporal.client, ready_lists(location_id)
    async with Worker(
        client,
        task_queue=location_id,
        workflows=[Odd],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        handle = await client.start_workflow(
            WORKFLOW_TYPE,
            "again",
            id=workflow_id(location_id),
            task_queue=location_id,
            search_attributes=_attributes(OrderStatus.REJECTED, location_id),
        )

        async def has_moved_on() -> None:
            """Both its runs are known."""
            of_both = f"WorkflowId = '{handle.id}'"
            assert [one.state async for one in listed(client, of_both)] == [
                "running",
                "continued_as_new",
            ]

        await until(has_moved_on)
    found = {
        name: [one.state async for one in listed(client, query)] for name, query in queries.items()
    }
    assert found == {
        "needs a person": ["running"],
        "waits for TENIOS": [],
        "ended without a number": [],
        "all orders": ["running"],
    }


@pytest.mark.parametrize("name", ready_lists())
def test_a_batch_narrows_each_list(name: str) -> None:
    """A batch is said in each list, and nothing of it without one."""
    assert f"{BATCH_ID.name} = 'spring'" in ready_lists("spring")[name]
    assert BATCH_ID.name not in ready_lists()[name]
