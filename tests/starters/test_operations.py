"""When a decision may be sent, and what is asked of whoever sends it."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from number_orders.runtime.errors import UserError
from number_orders.starters import build_order, operations, start_number_order
from number_orders.starters.executions import RUNNING, Execution, describe, list_orders
from number_orders.starters.operations import objection_to_decision, resolve
from number_orders.workflows.contract import ORDER_STATUS, PHONE_NUMBER
from number_orders.workflows.messages import Completed, Decision, Resolution
from number_orders.workflows.models import OrderStatus
from tests.histories.scenario import until_a_call_failed
from tests.support.order_driver import PDF, OrderDriver, order_fields
from tests.support.until import until


async def test_approved_again_while_it_is_placed(driver: OrderDriver) -> None:
    """A second approval is refused before lists show that the order is being placed."""
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.start()
    await driver.approve()
    await until_a_call_failed(driver)
    attributes = (await describe(driver.temporal.client, driver.handle.id)).execution.attributes
    assert attributes[ORDER_STATUS.name] == OrderStatus.AWAITING_APPROVAL
    with pytest.raises(UserError, match="was approved, and is being placed; nothing was sent"):
        await operations.decide(
            driver.temporal.client,
            driver.location_id,
            Decision(approved=True, decided_by="ann"),
        )
    await driver.behave_well()


async def test_update_as_the_order_ends(driver: OrderDriver) -> None:
    """Whoever sends something just as the order ends is told that it has ended."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    ended = ApplicationError("Probably not supported", type="UnprocessedUpdate")

    async def refused() -> None:
        raise WorkflowUpdateFailedError(ended)

    with pytest.raises(UserError, match=r"meanwhile: see number-orders status \S+; nothing"):
        await operations._accepted(driver.temporal.client, refused(), driver.handle.id)  # noqa: SLF001 -- Temporal says so in a moment that no test can hold

    async def silent() -> None:
        raise TimeoutError

    await driver.handle.terminate()
    with pytest.raises(UserError, match=r"has ended meanwhile: see number-orders status \S+$"):
        await operations._accepted(driver.temporal.client, silent(), driver.handle.id)  # noqa: SLF001 -- likewise


def _order(status: str, age: timedelta) -> Execution:
    since = (datetime.now(UTC) - age).isoformat()
    attributes = {"OrderStatus": status, "StatusSince": since, "VerificationId": "v-1"}
    return Execution("number-order:a", "run", RUNNING, datetime.now(UTC), attributes)


LONG, SHORT = timedelta(minutes=11), timedelta(minutes=9)


@pytest.mark.parametrize(
    ("status", "age", "approved", "named", "says"),
    [
        ("awaiting_approval", SHORT, True, None, None),
        ("awaiting_approval", SHORT, True, "v-1", None),
        ("awaiting_approval", SHORT, False, "v-2", "a decision about verification v-1, not about"),
        ("placing_order", LONG, True, "v-2", None),
        ("placing_order", SHORT, True, "v-2", "another verification id only after 10 minutes"),
        ("placing_order", LONG, True, "v-1", "with just this verification id"),
        ("placing_order", LONG, True, None, "is placing_order, not awaiting_approval"),
        ("placing_order", LONG, False, "v-2", "is placing_order, not awaiting_approval"),
        ("overdue", LONG, True, "v-2", "is overdue, not awaiting_approval"),
        ("", LONG, True, "v-2", "is without a status, not awaiting_approval"),
    ],
)
def test_when(status: str, age: timedelta, *, approved: bool, named: str, says: str) -> None:
    """Another verification id than the current one counts only when placing takes long."""
    decision = Decision(approved=approved, decided_by="ann", verification_id=named)
    found = objection_to_decision(_order(status, age), decision)
    assert found is None if says is None else says in str(found)


async def test_number_of_another_order(driver: OrderDriver) -> None:
    """What another order has is not taken for this one: it might be given back."""
    await driver.placed()
    await driver.complete()
    first = await driver.result()
    number = first.phone_number
    assert number is not None
    client = driver.temporal.client

    async def is_listed() -> None:
        assert await list_orders(client, having=(PHONE_NUMBER.name, number))

    await until(is_listed)
    with driver.temporal.with_time_skipping_disabled():
        second = await start_number_order(
            client,
            build_order(order_fields(driver.location_id, number=2), PDF),
            driver.store,
            PDF,
        )
    driver.handle = second.handle
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    for typed in (number, number.replace("+49", "0"), number.replace("+49", "+49 (0)")):
        completed = Completed(phone_number=typed)
        with pytest.raises(UserError, match=f"belongs to number-order:{driver.location_id} "):
            await resolve(
                client,
                driver.location_id,
                Resolution(finding=completed, resolved_by="ann"),
                number=2,
            )
    own = Completed(phone_number="+49221777777")
    await resolve(client, driver.location_id, Resolution(finding=own, resolved_by="ann"), number=2)
    assert (await driver.result()).phone_number == "+49221777777"
