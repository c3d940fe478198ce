"""What a program gets from `start_number_order`, on real servers."""

import hashlib
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.starters import StartedOrder, build_order, find_order, start_number_order
from number_orders.starters.errors import (
    EarlierNumberUnknown,
    NoSuchOrder,
    OrderEndedByForce,
    OrderRefused,
    StoreDiffers,
    TemporalAway,
    UserError,
)
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.messages import Abandon, AddressCorrection
from number_orders.workflows.models import DocumentType, OrderStatus
from tests.support.order_driver import PDF, OrderDriver, order_fields, order_input

OTHER_PDF = PDF + b"\n% scanned again\n"


async def start(driver: OrderDriver, pdf: bytes = PDF, **changes: Any) -> StartedOrder:
    """Start the driver's order as a program does."""
    again = changes.pop("again", False)
    despite_unknown = changes.pop("despite_unknown", None)
    with driver.temporal.with_time_skipping_disabled():
        started = await start_number_order(
            driver.temporal.client,
            build_order(order_fields(driver.location_id, **changes), pdf),
            driver.store,
            pdf,
            again=again,
            despite_unknown=despite_unknown,
        )
    if "number" not in changes:
        driver.handle = started.handle
    return started


async def test_same_data(driver: OrderDriver) -> None:
    """The same data, spelled a little differently, passes, and brings a lost document back."""
    first = await start(driver)
    assert (first.created, first.differences) == (True, ())
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    sha256 = hashlib.sha256(PDF).hexdigest()
    await driver.store.delete(f"documents/{sha256}.pdf")

    same = await start(driver, city="KO\u0308LN", area_code="0221", country="Deutschland")
    assert (same.created, same.differences) == (False, ())
    assert same.existing is not None
    assert same.existing.status == OrderStatus.AWAITING_APPROVAL
    assert same.handle.first_execution_run_id == first.handle.first_execution_run_id is not None
    assert await driver.store.document(sha256) == PDF


@pytest.mark.parametrize(
    ("changes", "differences"),
    [
        ({"city": "Bonn"}, ("city",)),
        ({"zip": "50668"}, ("address",)),
        ({"street": "Domkloster"}, ("address",)),
        ({"house_number": "4a"}, ("address",)),
        ({"country": "United Kingdom"}, ("address",)),
        ({"area_code": "228", "city": "Bonn"}, ("city", "area_code")),
        ({"link_to_number": "+4922812345"}, ("link_to_number",)),
        ({"document_type": "BUSINESS_LICENSE"}, ("document_type",)),
        ({"pdf": OTHER_PDF}, ("document",)),
        ({"batch_id": "another"}, ()),
    ],
)
async def test_other_data(
    driver: OrderDriver, changes: dict[str, Any], differences: tuple[str, ...]
) -> None:
    """Other data than the order has is told by field; nothing is changed or stored."""
    await start(driver)
    before = await driver.until(OrderStatus.AWAITING_APPROVAL)
    again = await start(driver, **changes)
    assert (again.created, again.differences) == (False, differences)
    assert await driver.status() == before
    assert await driver.store.document(hashlib.sha256(OTHER_PDF).hexdigest()) is None


async def test_data_of_a_corrected_order(driver: OrderDriver) -> None:
    """An order is compared as it is now, and not as it was started."""
    await start(driver)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit(address=AddressCorrection(zip="50668"))
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert (await start(driver)).differences == ("address",)
    assert (await start(driver, zip="50668")).differences == ()


async def test_data_of_an_ended_order(driver: OrderDriver) -> None:
    """An order that has ended is compared like any other."""
    await start(driver)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    await driver.result()
    assert (await start(driver)).differences == ()
    again = await start(driver, zip="50668")
    assert (again.created, again.differences) == (False, ("address",))


async def test_order_that_was_ended_by_force(driver: OrderDriver) -> None:
    """A terminated order is started anew only if that is said, and a person is asked, not TENIOS.

    TENIOS has its order; a program is told how it ended and where it stood.
    """
    await start(driver)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.handle.terminate()

    with pytest.raises(OrderEndedByForce, match="start with the same data and --again") as ended:
        await start(driver)
    assert (ended.value.how, ended.value.last_status) == ("terminated", "awaiting_completion")
    assert "--number" not in str(ended.value)

    anew = await start(driver, again=True)
    assert anew.created
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    assert len(await driver.order_posts()) == 1
    assert not (await start(driver, again=True)).created


async def test_further_number_while_the_first_is_unknown(driver: OrderDriver) -> None:
    """A second number is refused while nobody knows whether TENIOS has the first one."""
    await driver.behave("/number/order", after_accepting="close")
    await start(driver)
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    with pytest.raises(EarlierNumberUnknown, match="--despite-unknown") as unknown:
        await start(driver, number=2)
    assert unknown.value.workflow_id == workflow_id(driver.location_id)
    assert unknown.value.fate == "outcome_unknown"
    with pytest.raises(NoSuchOrder):
        await find_order(driver.temporal.client, driver.location_id, 2)
    with pytest.raises(OrderRefused, match="despite_unknown"):
        await start(driver, number=2, despite_unknown=" ")

    second = await start(driver, number=2, despite_unknown="two lines\nare wanted")
    assert second.created
    details = await (await second.handle.describe()).static_details()
    assert details is not None
    assert "outcome_unknown: two lines are wanted" in details
    await second.handle.terminate()


async def test_what_is_no_text(driver: OrderDriver) -> None:
    """A reason that is no text is refused by its name, and an id that is none has no order."""
    await start(driver)
    with pytest.raises(OrderRefused, match="despite_unknown: expected text"):
        await start(driver, number=2, despite_unknown=5)
    with pytest.raises(NoSuchOrder):
        await find_order(driver.temporal.client, "\ud800")


@pytest.mark.parametrize("is_placed", [False, True])
async def test_further_number_after_one_was_abandoned(
    driver: OrderDriver, *, is_placed: bool
) -> None:
    """So it is where nobody waits for the first one any longer, although TENIOS may have it."""
    if is_placed:
        await driver.placed()
    else:
        await driver.behave("/number/order", after_accepting="close")
        await start(driver)
        await driver.approve()
        await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    await driver.resolve(Abandon())
    assert (await driver.result()).abandoned
    with pytest.raises(EarlierNumberUnknown, match="is abandoned"):
        await start(driver, number=2)


async def test_id_in_other_capitals(driver: OrderDriver) -> None:
    """A location is not ordered for once more because somebody wrote its id in capitals."""
    await start(driver)
    with pytest.raises(OrderRefused, match="differs in capitals alone") as refused:
        await start_number_order(
            driver.temporal.client,
            build_order(order_fields(driver.location_id.upper()), PDF),
            driver.store,
            PDF,
        )
    assert [problem.field for problem in refused.value.problems] == ["location_id"]
    assert (await start(driver)).created is False


async def test_further_number_after_one_was_ended_by_force(driver: OrderDriver) -> None:
    """A second number is refused as well where the first was ended by force."""
    await start(driver)
    await driver.handle.terminate()
    with pytest.raises(EarlierNumberUnknown, match="is terminated in Temporal"):
        await start(driver, number=2)


async def test_further_number(driver: OrderDriver) -> None:
    """A second number whose first one's fate is known is nobody's concern."""
    await start(driver)
    second = await start(driver, number=2)
    assert second.created
    assert second.handle.id == workflow_id(driver.location_id, 2)
    await second.handle.terminate()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7 nothing", "damaged"),
        (OTHER_PDF, "is not the one that the order names by its SHA-256"),
        (None, "is not in the evidence store"),
    ],
)
async def test_document_of_a_program(
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    location_id: str,
    given: bytes | None,
    says: str,
) -> None:
    """A document that TENIOS' people could not open, or that is not there, starts nothing."""
    order = order_input(location_id)
    if given is not None and given != OTHER_PDF:
        order = build_order(order_fields(location_id), given)
    with pytest.raises(OrderRefused, match=says) as refused:
        await start_number_order(temporal.client, order, store, given)
    assert [problem.field for problem in refused.value.problems] == ["document"]
    with pytest.raises(NoSuchOrder):
        await find_order(temporal.client, location_id)


async def test_stored_document_that_is_no_pdf(
    temporal: WorkflowEnvironment, store: EvidenceStore, location_id: str
) -> None:
    """So does one that somebody put into the store without looking."""
    order = order_input(location_id, await store.keep_document(b"no PDF", DocumentType.CONTRACT))
    with pytest.raises(OrderRefused, match="is not a PDF"):
        await start_number_order(temporal.client, order, store)


async def test_order_with_a_hidden_character(
    temporal: WorkflowEnvironment, store: EvidenceStore, location_id: str
) -> None:
    """A program's order that was not made with `build_order` is checked alike."""
    order = order_input(location_id, await store.keep_document(PDF, DocumentType.CONTRACT))
    for changes in ({"city": "Kö\0ln"}, {"zip": "1067"}):
        address = order.address.model_copy(update=changes)
        with pytest.raises(OrderRefused) as refused:
            await start_number_order(
                temporal.client, order.model_copy(update={"address": address}), store
            )
        assert [problem.field for problem in refused.value.problems] == list(changes)


async def test_order_of_another_store(
    temporal: WorkflowEnvironment, store: EvidenceStore, location_id: str
) -> None:
    """An order whose document is said to be in another store is refused."""
    document = await store.keep_document(PDF, DocumentType.CONTRACT)
    order = order_input(location_id, document, store_id="another")
    with pytest.raises(StoreDiffers, match="nothing was started"):
        await start_number_order(temporal.client, order, store)


async def test_temporal_is_away(store: EvidenceStore, location_id: str) -> None:
    """A Temporal that does not answer is told apart by its type."""
    client = await Client.connect("127.0.0.1:1", lazy=True, data_converter=pydantic_data_converter)
    with pytest.raises(TemporalAway):
        await start_number_order(client, build_order(order_fields(location_id), PDF), store, PDF)
    with pytest.raises(UserError):
        await find_order(client, location_id)
