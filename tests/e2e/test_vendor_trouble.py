"""What TENIOS, or the way to it, does on a bad day."""

import pytest

from number_orders.starters import start_number_order
from number_orders.starters.standstill import failed_calls
from number_orders.workflows.models import DocumentType, OrderStatus
from number_orders.workflows.push_judgement import LONGEST_READ
from tests.histories.scenario import until_a_call_failed
from tests.support.office import PDF, Office, order_input


@pytest.mark.parametrize("trouble", ["hang", "close", "fail", "garbage"])
async def test_ambiguous_answer_to_the_order(office: Office, trouble: str) -> None:
    """An order that may have been placed is never sent again; the push proves it."""
    await office.behave("/number/order", after_accepting=trouble)
    await office.start()
    await office.approve()
    snapshot = await office.until(OrderStatus.OUTCOME_UNKNOWN)
    assert snapshot.reason

    [post] = await office.order_posts()
    await office.push({"order_id": 4711, "phone_number": "0221 9001234"})
    result = await office.result()
    assert result.outcome is OrderStatus.COMPLETED
    assert (result.order_id, result.phone_number) == ("4711", "+492219001234")
    assert await office.order_posts() == [post]


async def test_oversized_order_id_in_the_proof(office: Office) -> None:
    """An order id too long for a search attribute does not stop the order that it proves."""
    await office.behave("/number/order", after_accepting="fail")
    await office.start()
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)
    await office.push({"order_id": "9" * 5000})
    snapshot = await office.until(OrderStatus.AWAITING_NUMBER)
    assert snapshot.order_id is not None
    assert len(snapshot.order_id) == LONGEST_READ


async def test_wrong_credentials_are_shown(office: Office) -> None:
    """While the key is wrong the order says so, and how to mend it."""
    await office.behave("/verification/create", times=2, refuse_status=403)
    await office.start()
    await until_a_call_failed(office)
    [failure] = failed_calls((await office.handle.describe()).raw_description)
    assert "check TENIOS_ACCESS_KEY" in failure


@pytest.mark.parametrize("path", ["/verification/create", "/number/order"])
async def test_wrong_credentials_heal(office: Office, path: str) -> None:
    """While the key is wrong the order waits; once it is right, the order goes on by itself."""
    await office.behave(path, refuse_status=403, refuse_code="BAD_CREDENTIALS")
    await office.placed()

    accepted = [post for post in await office.order_posts() if post["status"] == 200]
    assert len(accepted) == 1


async def test_verification_survives_a_failure(office: Office) -> None:
    """A verification that failed at an unknown point is submitted again."""
    await office.behave("/verification/create", after_accepting="fail")

    await office.placed()


async def test_order_without_an_approval_at_tenios(office: Office) -> None:
    """TENIOS' refusal of an order is shown with its code and fields, and not repeated by itself."""
    await office.start()
    await office.until(OrderStatus.AWAITING_APPROVAL)
    await office.decide(approved=True)
    snapshot = await office.until_reason("INVALID_VALUE (fields: verification_id)")

    assert snapshot.status is OrderStatus.AWAITING_APPROVAL
    assert len(await office.order_posts()) == 1


async def test_unknown_area_code(office: Office) -> None:
    """TENIOS' refusal of a verification is shown with the field's name."""
    await office.start(area_code="999")
    snapshot = await office.until(OrderStatus.REJECTED)

    assert snapshot.reason is not None
    assert "fields: area_code" in snapshot.reason


async def test_same_location_twice(office: Office) -> None:
    """Starting a location again with other data returns its order and changes nothing."""
    await office.start()
    before = await office.until(OrderStatus.AWAITING_APPROVAL)
    document = await office.store.keep_document(PDF, DocumentType.CONTRACT)
    other = order_input(office.location_id, document, area_code="30")
    again = await start_number_order(office.temporal.client, other, office.store)

    assert not again.created
    assert again.differences == ("area_code",)
    assert again.handle.id == office.handle.id
    assert await office.status() == before
