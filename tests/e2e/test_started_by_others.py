"""What other clients than ours start under the order's type: an order, or what is none."""

import asyncio
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowFailureError
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ApplicationError

from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import NumberOrderResult
from tests.support.order_driver import OrderDriver, order_input
from tests.support.until import LONG_ENOUGH_SECONDS


async def _started_by_hand(
    driver: OrderDriver, workflow_id: str, *inputs: object, **options: Any
) -> NumberOrderResult:
    client = driver.temporal.client
    with driver.temporal.with_time_skipping_disabled():
        driver.handle = await client.start_workflow(
            contract.WORKFLOW_TYPE,
            args=inputs,
            id=workflow_id,
            task_queue=contract.TASK_QUEUE,
            result_type=NumberOrderResult,
            **options,
        )
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        return await driver.handle.result()


FLAT = {"location_id": "koeln-01", "city": "Köln", "zip": "50667", "area_code": "221"}


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ((), "without an input"),
        ((None,), "it is no JSON but binary/null"),
        ((FLAT,), "address: is missing"),
        (("koeln-01",), "the input: "),
        ((b"\xff",), "it is no JSON but binary/plain"),
        (({**FLAT, "address": {"city": "a\0b"}},), "address.zip: is missing"),
        ((FLAT, FLAT, FLAT), "address: is missing"),
    ],
)
async def test_input_that_is_no_order(
    driver: OrderDriver, inputs: tuple[object, ...], problem: str
) -> None:
    """A run whose input is no order ends at once, says which field, and blocks nothing."""
    own = contract.workflow_id(driver.location_id)
    with pytest.raises(WorkflowFailureError) as failure:
        await _started_by_hand(driver, own, *inputs)

    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == contract.NOT_AN_ORDER
    assert problem in cause.message


async def test_another_locations_id(driver: OrderDriver) -> None:
    """An order under another id than its location's is refused before anything is sent."""
    copied = TypedSearchAttributes([SearchAttributePair(contract.ORDER_STATUS, "completed")])
    with pytest.raises(WorkflowFailureError) as failure:
        await _started_by_hand(
            driver,
            f"{contract.workflow_id(driver.location_id)}-copy",
            order_input(driver.location_id),
            search_attributes=copied,
        )

    assert f"is {contract.workflow_id(driver.location_id)}, not" in str(failure.value.cause)
    attributes = (await driver.handle.describe()).typed_search_attributes
    assert contract.ORDER_STATUS not in attributes


async def test_cron_schedule(driver: OrderDriver) -> None:
    """A number is ordered once: each run of a schedule ends before anything is sent."""
    client = driver.temporal.client
    driver.handle = await client.start_workflow(
        contract.WORKFLOW_TYPE,
        args=[order_input(driver.location_id), "no state"],
        id=contract.workflow_id(driver.location_id),
        task_queue=contract.TASK_QUEUE,
        cron_schedule="@every 1s",
    )
    # `result` takes a run of a schedule for one that goes on in the next; its last event does not.
    run = client.get_workflow_handle(driver.handle.id, run_id=driver.handle.first_execution_run_id)
    async for event in run.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
            break
    await driver.handle.terminate()

    problem = event.workflow_execution_failed_event_attributes.failure.message
    assert "cron schedule" in problem


async def test_started_by_another_client(driver: OrderDriver) -> None:
    """An order that another client started is in every list as if ours had."""
    order = await driver.order(batch_id="spring")
    copied = TypedSearchAttributes(
        [
            SearchAttributePair(contract.ORDER_STATUS, "completed"),
            SearchAttributePair(contract.VERIFICATION_ID, "another order's"),
            SearchAttributePair(contract.PHONE_NUMBER, "+49221123456"),
        ]
    )
    with driver.temporal.with_time_skipping_disabled():
        driver.handle = await driver.temporal.client.start_workflow(
            "NumberOrder",
            order,
            id=contract.workflow_id(driver.location_id),
            task_queue=contract.TASK_QUEUE,
            search_attributes=copied,
        )
    driver.handle = driver.typed_handle()
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)
    attributes = (await driver.handle.describe()).typed_search_attributes

    assert attributes[contract.ORDER_STATUS] == "awaiting_approval"
    assert attributes[contract.VERIFICATION_ID] == snapshot.verification_id
    assert attributes[contract.LOCATION_ID] == driver.location_id
    assert attributes[contract.CITY] == "Köln"
    assert attributes[contract.AREA_CODE] == "221"
    assert attributes[contract.BATCH_ID] == "spring"
    assert contract.PHONE_NUMBER not in attributes


async def test_unprintable_city(driver: OrderDriver) -> None:
    """A search attribute has nothing that PostgreSQL refuses, nor more than the server takes."""
    order = await driver.order()
    city = "Kö\0ln" + "\N{OLD PERSIAN SIGN A}" * 190
    odd = order.model_copy(update={"address": order.address.model_copy(update={"city": city})})
    with driver.temporal.with_time_skipping_disabled():
        await driver.temporal.client.start_workflow(
            "NumberOrder",
            odd,
            id=contract.workflow_id(driver.location_id),
            task_queue=contract.TASK_QUEUE,
        )
    driver.handle = driver.typed_handle()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    attributes = (await driver.handle.describe()).typed_search_attributes

    shown = attributes[contract.CITY]
    assert shown.startswith("Kö ln\N{OLD PERSIAN SIGN A}")
    assert city.replace("\0", " ").startswith(shown)
