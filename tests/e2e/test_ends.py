"""How Temporal shows the end of an order: only one that has its number is a completed workflow."""

from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import RetryState
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from number_orders.starters.executions import describe, list_orders
from number_orders.workflows.contract import LOCATION_ID, TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from number_orders.workflows.models import OrderStatus
from tests.histories import ended, waiting
from tests.histories.scenario import Way
from tests.support.order_driver import STREET, OrderDriver
from tests.support.until import until

FAILED = {
    ended.no_round_left: "OrderRejected",
    ended.time_for_a_correction_is_over: "OrderRejected",
    ended.no_grace: "OrderTimedOut",
    ended.before_the_order: "OrderCancelled",
    ended.number_given_back: "OrderCancelled",
    ended.abandoned: "OrderCancelled",
}


async def _failure(driver: OrderDriver, client: Client) -> ApplicationError:
    with pytest.raises(WorkflowFailureError) as failed:
        await client.get_workflow_handle(driver.handle.id).result()
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause


async def test_with_its_number(driver: OrderDriver) -> None:
    """An order that has its number is completed, and its result says the number first."""
    await ended.by_the_push(driver)
    result = await driver.handle.result()
    assert (await driver.handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    live_by = f"{result.active_by:%Y-%m-%d %H:%M} UTC"
    assert result.summary == (
        f"{driver.location_id} has the number {result.phone_number}, live by {live_by}."
    )
    assert (await driver.status()).waits_for == result.summary


@pytest.mark.parametrize("way", FAILED, ids=lambda way: way.__name__)
async def test_without_a_number(driver: OrderDriver, way: Way) -> None:
    """An order without a number has failed, says why, and any client can read its result."""
    await way(driver)
    result = await driver.result()
    assert (await driver.handle.describe()).status is WorkflowExecutionStatus.FAILED
    address = driver.temporal.client.service_client.config.target_host
    failure = await _failure(driver, await Client.connect(address))
    assert (failure.type, failure.message) == (FAILED[way], result.summary)
    assert (failure.non_retryable, failure.category) == (True, ApplicationErrorCategory.BENIGN)
    [told] = failure.details
    assert told == result.model_dump(mode="json", exclude_none=True)
    assert next(iter(told)) == "summary"
    assert STREET not in str(failure)


@pytest.mark.parametrize(
    ("way", "says"),
    [
        (ended.no_round_left, "has no number: rejected by ann: unreadable."),
        (ended.no_grace, "has no number: TENIOS named none in time. Ask TENIOS about order {id}: "),
        (ended.before_the_order, "has no number: cancelled by ann."),
        (ended.number_given_back, "has no number: cancelled by ann. TENIOS takes +49221"),
        (ended.number_given_back_by_a_person, "was not given back: cancel it in the TENIOS portal"),
        (ended.abandoned, "the order was abandoned. Nobody waits any longer for its order: "),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_summary(driver: OrderDriver, way: Way, says: str) -> None:
    """Its sentence says what still costs money or needs a person."""
    await way(driver)
    result = await driver.result()
    assert result.summary.startswith(driver.location_id)
    assert says.format(id=result.order_id) in result.summary


@pytest.mark.parametrize("way", FAILED, ids=lambda way: way.__name__)
async def test_is_not_by_force(driver: OrderDriver, way: Way) -> None:
    """Such an end is an order's own, also in lists, which do not hold why a run failed."""
    await way(driver)
    await driver.result()
    client = driver.temporal.client

    async def is_listed() -> None:
        [order] = await list_orders(client, having=(LOCATION_ID.name, driver.location_id))
        assert (order.state, order.ended_by_force, order.has_ended) == ("failed", None, True)

    await until(is_listed)


async def test_that_waits_for_a_correction(driver: OrderDriver) -> None:
    """A rejected order that waits runs, and is dead if it is terminated."""
    await waiting.rejected(driver)
    client = driver.temporal.client
    assert not (await describe(client, driver.handle.id)).execution.has_ended
    await driver.handle.terminate()
    assert (await describe(client, driver.handle.id)).execution.ended_by_force == "terminated"


async def _rejected(driver: OrderDriver) -> None:
    await driver.decide(approved=False)


@pytest.mark.parametrize("end", [_rejected, OrderDriver.cancel])
async def test_retry_policy(driver: OrderDriver, end: Way) -> None:
    """An order without a number is not started anew by Temporal, whatever another client wants."""
    client = driver.temporal.client
    with driver.temporal.with_time_skipping_disabled():
        started = await client.start_workflow(
            WORKFLOW_TYPE,
            await driver.order(rounds=1),
            id=workflow_id(driver.location_id),
            task_queue=TASK_QUEUE,
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100)),
        )
    driver.handle = driver.typed_handle()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await end(driver)
    run_id = started.first_execution_run_id
    first = client.get_workflow_handle(started.id, run_id=run_id)
    with pytest.raises(WorkflowFailureError):
        await first.result(follow_runs=False)
    last = (await first.fetch_history()).events[-1]
    failed = last.workflow_execution_failed_event_attributes
    assert failed.retry_state == RetryState.RETRY_STATE_NON_RETRYABLE_FAILURE
    assert failed.new_execution_run_id == ""
    assert (await driver.handle.describe()).run_id == run_id
