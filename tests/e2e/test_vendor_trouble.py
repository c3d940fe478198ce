"""What TENIOS, or the way to it, does on a bad day."""

import pytest

from number_orders.starters import start_number_order
from number_orders.starters.standstill import failed_calls
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.push_judgement import LONGEST_READ
from tests.histories.scenario import until_a_call_failed
from tests.support.order_driver import OrderDriver


@pytest.mark.parametrize("trouble", ["hang", "close", "fail", "garbage"])
async def test_ambiguous_answer_to_the_order(driver: OrderDriver, trouble: str) -> None:
    """An order that may have been placed is never sent again; the push proves it."""
    await driver.behave("/number/order", after_accepting=trouble)
    await driver.start()
    await driver.approve()
    snapshot = await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    assert snapshot.reason

    [post] = await driver.order_posts()
    await driver.push({"order_id": 4711, "phone_number": "0221 9001234"})
    result = await driver.result()
    assert result.outcome is OrderStatus.COMPLETED
    assert (result.order_id, result.phone_number) == ("4711", "+492219001234")
    assert await driver.order_posts() == [post]


async def test_oversized_order_id_in_the_proof(driver: OrderDriver) -> None:
    """An order id too long for a search attribute does not stop the order that it proves."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    await driver.push({"order_id": "9" * 5000})
    snapshot = await driver.until(OrderStatus.AWAITING_NUMBER)
    assert snapshot.order_id is not None
    assert len(snapshot.order_id) == LONGEST_READ


async def test_wrong_credentials_are_shown(driver: OrderDriver) -> None:
    """While the key is wrong the order says so, and how to mend it."""
    await driver.behave("/verification/create", times=2, refuse_status=403)
    await driver.start()
    await until_a_call_failed(driver)
    [failure] = failed_calls((await driver.handle.describe()).raw_description)
    assert "check TENIOS_ACCESS_KEY" in failure


@pytest.mark.parametrize("path", ["/verification/create", "/number/order"])
async def test_wrong_credentials_heal(driver: OrderDriver, path: str) -> None:
    """While the key is wrong the order waits; once it is right, the order goes on by itself."""
    await driver.behave(path, refuse_status=403, refuse_code="BAD_CREDENTIALS")
    await driver.placed()

    accepted = [post for post in await driver.order_posts() if post["status"] == 200]
    assert len(accepted) == 1


async def test_verification_survives_a_failure(driver: OrderDriver) -> None:
    """A verification that failed at an unknown point is submitted again."""
    await driver.behave("/verification/create", after_accepting="fail")

    await driver.placed()


async def test_order_without_an_approval_at_tenios(driver: OrderDriver) -> None:
    """TENIOS' refusal of an order is shown with its code and fields, and not repeated by itself."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True)
    snapshot = await driver.until_reason("INVALID_VALUE (fields: verification_id)")

    assert snapshot.status is OrderStatus.AWAITING_APPROVAL
    assert len(await driver.order_posts()) == 1


async def test_unknown_area_code(driver: OrderDriver) -> None:
    """TENIOS' refusal of a verification is shown with the field's name."""
    await driver.start(area_code="999")
    snapshot = await driver.until(OrderStatus.REJECTED)

    assert snapshot.reason is not None
    assert "fields: area_code" in snapshot.reason


async def test_same_location_twice(driver: OrderDriver) -> None:
    """Starting a location again with other data returns its order and changes nothing."""
    await driver.start()
    before = await driver.until(OrderStatus.AWAITING_APPROVAL)
    other = await driver.order(area_code="30")
    again = await start_number_order(driver.temporal.client, other, driver.store)

    assert not again.created
    assert again.differences == ("area_code",)
    assert again.handle.id == driver.handle.id
    assert await driver.status() == before
