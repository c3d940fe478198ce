"""Another program's order: the messages of docs/messages.md by a client that knows no model."""

import json
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from number_orders.workflows import contract
from number_orders.workflows.messages import Cancellation, Correction, Decision, Resolution
from number_orders.workflows.models import DocumentType, NumberOrderInput, OrderStatus
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
from tests.support.messages_page import EXAMPLES, VALIDATORS
from tests.support.order_driver import PDF, OrderDriver


async def start(driver: OrderDriver, **changes: Any) -> WorkflowHandle[Any, Any]:
    """Start the page's order, with a document that is in the store."""
    client = await Client.connect(driver.temporal.client.service_client.config.target_host)
    example = {**EXAMPLES[NumberOrderInput], **await kept(driver, PDF)}
    return await client.start_workflow(
        contract.WORKFLOW_TYPE,
        {**example, "location_id": driver.location_id, **changes},
        id=contract.workflow_id(driver.location_id),
        task_queue=contract.TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    )


async def started(driver: OrderDriver) -> WorkflowHandle[Any, Any]:
    """The page's order, once it waits for its approval."""
    order = await start(driver)
    driver.handle = driver.typed_handle()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    return order


async def kept(driver: OrderDriver, pdf: bytes) -> dict[str, Any]:
    """What an order says of a document that is put into the store."""
    reference = await driver.store.keep_document(pdf, DocumentType.IDENTITY_CARD)
    return {"document": reference.model_dump(), "store_id": await driver.store.identity()}


def check(message: type[BaseModel], payload: Payload) -> None:
    """What the order says is as the message's schema has it."""
    VALIDATORS[message].validate(json.loads(payload.data))


async def test_rejected_corrected_and_resolved(driver: OrderDriver) -> None:
    """The page's examples reject, correct and complete an order; what it says fits its schema."""
    order = await started(driver)
    correction = {**EXAMPLES[Correction], **await kept(driver, PDF + b"% better")}
    with pytest.raises(WorkflowUpdateFailedError):
        await order.execute_update(contract.RESUBMIT, correction)
    await order.signal(contract.VERIFICATION_DECIDED, EXAMPLES[Decision])
    rejected = await driver.until(OrderStatus.REJECTED)
    assert rejected.reason == "rejected by ann: unreadable"
    await order.execute_update(contract.RESUBMIT, correction)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await order.execute_update(contract.RESOLVE_ORDER, EXAMPLES[Resolution])

    result: RawValue = await driver.temporal.client.get_workflow_handle(
        order.id, result_type=RawValue
    ).result()
    check(NumberOrderResult, result.payload)
    snapshot: RawValue = await order.query(contract.STATUS, result_type=RawValue)
    check(OrderSnapshot, snapshot.payload)
    assert (await driver.result()).phone_number == "+49221123456"
    corrected = (await driver.verification_post((await driver.status()).verification_id))["body"]
    assert corrected["street"] == "Hohe Straße"


async def test_started_again_as_an_order(driver: OrderDriver) -> None:
    """An input that is no order fails by field, and then the id is free for the right one."""
    wrong = await start(driver, area_code="x")
    with pytest.raises(WorkflowFailureError) as failure:
        await wrong.result()
    assert "area_code: an area code has 1 to 6 digits" in str(failure.value.cause)
    await started(driver)
    with pytest.raises(WorkflowAlreadyStartedError):
        await start(driver)


ADDRESS = EXAMPLES[NumberOrderInput]["address"]
ABROAD = {"address": {**ADDRESS, "country": "AT"}}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"area_code": None}, "area_code: is missing; a German area code has 2 to 5 digits"),
        ({"area_code": "1"}, "area_code: a German area code has 2 to 5 digits"),
        ({"numbering": {"calling_code": "43"}}, "numbering: Germany has calling code 49"),
        (ABROAD, "numbering: is missing: another country than Germany has its own"),
        (
            {**ABROAD, "numbering": {"calling_code": "+43"}},
            "numbering.calling_code: expected one to three digits, such as 49",
        ),
        (
            {"address": {**ADDRESS, "country": "Germany"}},
            "address.country: expected the code of ISO 3166-1 in two capital letters",
        ),
    ],
)
async def test_country_without_what_comes_with_it(
    driver: OrderDriver, changes: dict[str, Any], says: str
) -> None:
    """What does not fit its country is no order, which names the field."""
    wrong = await start(driver, **changes)
    driver.handle = driver.typed_handle()
    with pytest.raises(WorkflowFailureError) as failure:
        await wrong.result()
    assert says in str(failure.value.cause)


async def test_country_that_is_none(driver: OrderDriver) -> None:
    """A code that no country has goes to TENIOS, and what that refuses can be corrected."""
    address = {**ADDRESS, "country": "XX"}
    await start(driver, address=address, numbering={"calling_code": "99"}, area_code="1")
    driver.handle = driver.typed_handle()
    rejected = await driver.until(OrderStatus.REJECTED)
    assert "country" in str(rejected.reason)


async def test_cancelled(driver: OrderDriver) -> None:
    """The page's example cancels an order."""
    order = await started(driver)
    await order.execute_update(contract.CANCEL, EXAMPLES[Cancellation])
    assert (await driver.result()).reason == "cancelled by ann: the shop closes"
