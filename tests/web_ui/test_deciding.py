"""What TENIOS decided, and what follows from it, told in Temporal's Web UI by clicking alone."""

import pytest

from number_orders.workflows.models import DocumentType, OrderStatus
from tests.support.order_driver import PDF, OrderDriver
from tests.web_ui.page import OrderPage

pytestmark = pytest.mark.long


async def test_approve(driver: OrderDriver, order_page: OrderPage) -> None:
    """An approval that is copied from the details orders the number, and the page shows it."""
    await driver.approve_at_tenios((await driver.status()).verification_id)
    await order_page.send(await order_page.offered("TENIOS approved it", decided_by="ann"))
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await order_page.until_details("awaiting_completion")
    await driver.complete()
    number = (await driver.result()).phone_number

    assert f"number {number}" in await order_page.until_details("completed —")


async def test_reject(driver: OrderDriver, order_page: OrderPage) -> None:
    """A rejection shows with who told it and why."""
    await order_page.send(
        await order_page.offered("TENIOS rejected it", decided_by="ann", reason="not legible")
    )

    details = await order_page.until_details("rejected —")
    assert "rejected by ann: not legible" in details


@pytest.mark.parametrize(
    ("what", "blanks", "sent"),
    [
        ("Correct the address", {"street": "Hauptstrasse", "house_number": "7"}, "Hauptstrasse"),
        ("Correct the area code", {"area_code": "228"}, "228"),
        ("Submit the same again", {"reason": "rejected by mistake"}, "221"),
    ],
)
async def test_submit_again(
    driver: OrderDriver, order_page: OrderPage, what: str, blanks: dict[str, str], sent: str
) -> None:
    """Each way to submit a rejected order again is offered, and sends what was typed to TENIOS."""
    await driver.decide(approved=False)
    await order_page.until_details("rejected —")
    await order_page.send(await order_page.offered(what, corrected_by="ann", **blanks))
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)

    assert len(snapshot.earlier_verification_ids) == 1
    assert sent in str((await driver.verification_post(snapshot.verification_id))["body"])
    await order_page.until_details("awaiting_approval —")


async def test_submit_another_document(driver: OrderDriver, order_page: OrderPage) -> None:
    """A document that was put into the store is submitted by its reference."""
    document = await driver.store.keep_document(PDF, DocumentType.BUSINESS_LICENSE)
    await driver.decide(approved=False)
    await order_page.until_details("rejected —")
    await order_page.send(
        await order_page.offered(
            "Submit another document",
            corrected_by="ann",
            type=document.type,
            sha256=document.sha256,
            store_id=await driver.store.identity(),
        )
    )

    assert (await driver.until(OrderStatus.AWAITING_APPROVAL)).document_type is document.type
