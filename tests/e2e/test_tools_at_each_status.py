"""Temporal's tools for whole workflows, at each status: no order is lost, none is bought twice."""

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from number_orders.workflows.models import OrderStatus
from tests.e2e.test_temporal_tools import tool
from tests.histories import waiting
from tests.histories.scenario import Way
from tests.support.order_driver import OrderDriver

WAYS = [pytest.param(status, ways[0], id=str(status)) for status, ways in waiting.WAYS.items()]
MAY_BE_PLACED = {
    OrderStatus.OUTCOME_UNKNOWN,
    OrderStatus.AWAITING_COMPLETION,
    OrderStatus.AWAITING_NUMBER,
    OrderStatus.OVERDUE,
    OrderStatus.CANCELLING,
}
RESETS = ["FirstWorkflowTask", "LastWorkflowTask"]


async def _accepted_posts(driver: OrderDriver) -> int:
    return [post["status"] for post in await driver.order_posts()].count(200)


async def _assert_well(driver: OrderDriver) -> None:
    """The order goes on or has ended by itself, is not wedged, and was bought once at most."""
    if (await driver.handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
        assert await driver.result()
    failed = [
        event
        async for event in driver.handle.fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        and not event.workflow_task_failed_event_attributes.new_run_id
    ]
    assert failed == []
    assert await _accepted_posts(driver) <= 1


@pytest.mark.parametrize(("status", "way"), WAYS)
@pytest.mark.parametrize("kind", RESETS)
async def test_reset(driver: OrderDriver, status: OrderStatus, way: Way, kind: str) -> None:
    """A reset order comes to where it was, or asks a person, and buys nothing again."""
    await way(driver)
    await tool(driver, "workflow", "reset", "--type", kind, "--reason", "tried")
    driver.handle = driver.typed_handle()
    await driver.behave_well()
    await driver.until_at_rest()
    if status in MAY_BE_PLACED:
        asked = {OrderStatus.AWAITING_APPROVAL, OrderStatus.CANCELLED}
        await driver.until_one_of(MAY_BE_PLACED | asked)
    await _assert_well(driver)


@pytest.mark.parametrize(("status", "way"), WAYS)
@pytest.mark.parametrize("command", [("terminate",), ("delete", "--yes")], ids="-".join)
async def test_ended_by_force(
    driver: OrderDriver, status: OrderStatus, way: Way, command: str
) -> None:
    """Started again, an order that may exist is asked about before anything is bought."""
    await way(driver)
    await driver.behave_well()
    await tool(driver, "workflow", *command)
    await driver.until_gone()
    await driver.start_again()
    await driver.approve()
    expected = (
        OrderStatus.OUTCOME_UNKNOWN if status in MAY_BE_PLACED else OrderStatus.AWAITING_COMPLETION
    )
    await driver.until(expected)
    await driver.until_at_rest()
    await _assert_well(driver)


@pytest.mark.parametrize(("status", "way"), WAYS)
async def test_cancel(driver: OrderDriver, status: OrderStatus, way: Way) -> None:
    """Temporal's own cancellation ends an order that TENIOS cannot have, and waits otherwise."""
    await way(driver)
    await driver.behave_well()
    await tool(driver, "workflow", "cancel")
    if status not in MAY_BE_PLACED:
        await driver.until_one_of({OrderStatus.CANCELLED})
    await driver.until_at_rest()
    await _assert_well(driver)
