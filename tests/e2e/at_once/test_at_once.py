"""What came in while no worker ran is handled in one workflow task, and in a fixed order."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.service import RPCError, RPCStatusCode

from number_orders.runtime.polling import NotYet
from number_orders.workflows.contract import CANCEL, ORDER_COMPLETED, RESOLVE_ORDER, RESUBMIT
from number_orders.workflows.messages import Cancellation, Completed, Correction, Resolution
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver
from tests.support.until import until

Working = Callable[[], AbstractAsyncContextManager[None]]


async def asked_for(driver: OrderDriver, update: str, argument: object) -> "asyncio.Task[object]":
    """Ask for an update that no worker answers yet, and wait until the server has it."""
    update_id = str(uuid.uuid4())
    asking = asyncio.create_task(driver.handle.execute_update(update, argument, id=update_id))
    client = driver.temporal.client
    known = PollWorkflowExecutionUpdateRequest(
        namespace=client.namespace,
        update_ref=UpdateRef(
            workflow_execution=WorkflowExecution(workflow_id=driver.handle.id), update_id=update_id
        ),
    )

    async def has_it() -> None:
        try:
            await client.workflow_service.poll_workflow_execution_update(known)
        except RPCError as error:
            if asking.done():
                return
            if error.status is RPCStatusCode.NOT_FOUND:
                raise NotYet("the server does not have the update") from None
            raise

    await until(has_it)
    return asking


async def signalled(driver: OrderDriver, signal: str) -> None:
    """Wait until the server has this signal."""

    async def has_it() -> None:
        history = await driver.handle.fetch_history()
        assert signal in {
            event.workflow_execution_signaled_event_attributes.signal_name
            for event in history.events
        }

    await until(has_it)


async def test_finding_and_push(driver: OrderDriver, working: Working, sandbox_url: str) -> None:
    """A push says more than a person who found another number; that finding settles nothing else.

    The number is given back, since the order was cancelled, and it is the number of the push.
    """
    async with working():
        await driver.placed()
        await driver.cancel()
        order = await driver.at_tenios()
        await driver.until_at_rest()
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as http:
        await http.post(f"/_sandbox/orders/{order['id']}/complete")
    await signalled(driver, ORDER_COMPLETED)
    found = Resolution(finding=Completed(phone_number="+49221000000"), resolved_by="ann")
    resolving = await asked_for(driver, RESOLVE_ORDER, found)
    async with working():
        await resolving
        result = await driver.result()
        await driver.close()

    assert (result.outcome, result.phone_number) == (
        OrderStatus.CANCELLED,
        order["phone_number"],
    )
    assert result.cancellation_date is not None


async def test_correction_and_cancellation(driver: OrderDriver, working: Working) -> None:
    """A correction and a cancellation at once: the order is over, and nothing new is submitted."""
    async with working():
        await driver.start()
        first = await driver.until(OrderStatus.AWAITING_APPROVAL)
        await driver.decide(approved=False)
        await driver.until(OrderStatus.REJECTED)
        await driver.until_at_rest()
    correction = Correction(corrected_by="ann", area_code="30")
    correcting = await asked_for(driver, RESUBMIT, correction)
    cancelling = await asked_for(driver, CANCEL, Cancellation(requested_by="ann"))
    async with working():
        await asyncio.gather(correcting, cancelling)
        result = await driver.result()
        await driver.close()

    assert result.outcome is OrderStatus.CANCELLED
    assert result.verification_id == first.verification_id
    assert result.earlier_verification_ids == ()


async def test_two_findings(driver: OrderDriver, working: Working) -> None:
    """Of two findings at once the first counts, and the second is refused with a reason."""
    async with working():
        await driver.placed()
        await driver.until_at_rest()
    numbers = ["+49221123456", "+49221123457"]
    resolving = [
        await asked_for(
            driver,
            RESOLVE_ORDER,
            Resolution(finding=Completed(phone_number=number), resolved_by="ann"),
        )
        for number in numbers
    ]
    async with working():
        answers = await asyncio.gather(*resolving, return_exceptions=True)
        result = await driver.result()
        await driver.close()

    assert result.outcome is OrderStatus.COMPLETED
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    assert result.phone_number in numbers


async def test_two_decisions(driver: OrderDriver, working: Working) -> None:
    """Of two contradictory decisions at once the first wins."""
    async with working():
        await driver.start()
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        await driver.until_at_rest()
    await driver.decide(approved=False, reason="first")
    await driver.decide(approved=True)
    async with working():
        snapshot = await driver.until(OrderStatus.REJECTED)
        await driver.close()

    assert snapshot.reason == "rejected by ann: first"
