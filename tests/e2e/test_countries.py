"""Numbers of other countries: what people type, what TENIOS is sent, and which number comes."""

from typing import Any

import phonenumbers
import pytest
from temporalio.client import WorkflowUpdateFailedError

from number_orders.starters import NumberOrders, build_order, read_order_file, start_number_order
from number_orders.workflows.contract import AREA_CODE
from number_orders.workflows.messages import Completed, Correction, Resolution
from number_orders.workflows.models import OrderStatus
from tests.support.command import EXAMPLES
from tests.support.order_driver import PDF, OrderDriver, order_fields

COUNTRIES = {
    # What is typed: country, city, zip, area code. What is sent: country, area code. The region.
    "Germany": (None, "Köln", "50667", "0221", "Germany", "221", "DE"),
    "Austria": ("Österreich", "Wien", "1010", "1", "Austria", "1", "AT"),
    "Austria, with the prefix": ("AT", "Dornbirn", "6850", "05572", "Austria", "5572", "AT"),
    "Switzerland": ("Schweiz", "Zürich", "8001", "044", "Switzerland", "44", "CH"),
    "Italy": ("Italien", "Mailand", "20121", "02", "Italy", "02", "IT"),
    "France": ("France", "Paris", "75001", "01", "France", "1", "FR"),
    "Belgium": ("BEL", "Brüssel", "1000", "2", "Belgium", "2", "BE"),
    "Netherlands": ("nl", "Amsterdam", "1012 LP", "020", "Netherlands", "20", "NL"),
    "United Kingdom": ("UK", "London", "SW1A 1AA", "020", "United Kingdom", "20", "GB"),
    "Guernsey": ("GG", "St Peter Port", "GY1 1AA", "01481", "Guernsey", "1481", "GG"),
    "Hungary": ("Ungarn", "Budapest", "1051", "061", "Hungary", "1", "HU"),
    "Spain": ("Spanien", "Madrid", "28013", None, "Spain", None, "ES"),
    "Denmark": ("Denmark", "København", "1050", None, "Denmark", None, "DK"),
    "Luxembourg": ("Luxemburg", "Luxembourg", "1111", None, "Luxembourg", None, "LU"),
    "Liechtenstein": ("LI", "Vaduz", "9490", None, "Liechtenstein", None, "LI"),
    "United States": ("USA", "New York", "10001", "1212", "United States", "212", "US"),
}


async def start(driver: OrderDriver, **changes: Any) -> tuple[str, ...]:
    """Start an order as a program does; what it is told about it."""
    given = {**order_fields(driver.location_id), **changes}
    fields = {name: value for name, value in given.items() if value is not None}
    with driver.temporal.with_time_skipping_disabled():
        order = build_order(fields, PDF)
        started = await start_number_order(driver.temporal.client, order, driver.store, PDF)
    driver.handle = started.handle
    return started.notes


@pytest.mark.parametrize("case", COUNTRIES)
async def test_country(driver: OrderDriver, case: str) -> None:
    """An order is sent with its country's English name and its bare area code; its number fits."""
    country, city, zip_code, typed, sent_country, sent_area_code, region = COUNTRIES[case]
    notes = await start(driver, country=country, city=city, zip=zip_code, area_code=typed)
    await driver.approve()
    snapshot = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()
    result = await driver.result()

    sent = (await driver.verification_post(snapshot.verification_id))["body"]
    assert (sent["country"], sent.get("area_code")) == (sent_country, sent_area_code)
    assert "area_code" not in sent or sent_area_code
    attributes = (await driver.handle.describe()).typed_search_attributes
    assert attributes.get(AREA_CODE) == sent_area_code
    assert result.phone_number == (await driver.at_tenios())["phone_number"]
    number = phonenumbers.parse(result.phone_number)
    assert phonenumbers.is_valid_number_for_region(number, region)
    start_of_number = f"+{snapshot.numbering.calling_code}{sent_area_code or ''}"
    assert result.phone_number.startswith(start_of_number)
    assert (notes, result.attention) == ((), ())


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
async def test_example(driver: OrderDriver, example: Any) -> None:
    """Each example orders its number, and nothing in it is odd."""
    orders = NumberOrders(driver.temporal.client, driver.store)
    with driver.temporal.with_time_skipping_disabled():
        fields = {**read_order_file(example), "location_id": driver.location_id}
        started = await orders.start(fields)
    driver.handle = started.handle
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()
    result = await driver.result()
    assert (started.notes, result.outcome, result.attention) == ((), OrderStatus.COMPLETED, ())


VIENNA = {"country": "AT", "city": "Wien", "zip": "1010", "area_code": "01"}


@pytest.mark.parametrize("written", ["01 2345678", "+43 (0)1 2345678", "0043 1 2345678"])
async def test_number_in_a_push(driver: OrderDriver, written: str) -> None:
    """A push's number is read in the order's country."""
    await start(driver, **VIENNA)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert (await driver.push({"phone_number": written})).status_code == 200
    result = await driver.result()
    assert (result.phone_number, result.attention) == ("+4312345678", ())


async def test_number_of_another_country(driver: OrderDriver) -> None:
    """A number that is not of the order's country is for a person to look at."""
    await start(driver, country="ES", city="Madrid", zip="28013", area_code=None)
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.push({"phone_number": "+4312345678"})
    [concern] = (await driver.result()).attention
    assert "not of the order's country, whose calling code is +34" in concern


async def test_typed_numbers(driver: OrderDriver) -> None:
    """A number that a person types is read in the order's country, wherever it is typed."""
    orders = NumberOrders(driver.temporal.client, driver.store)
    await start(driver, **VIENNA, link_to_number="01 2345678")
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert (await driver.status()).link_to_number == "+4312345678"
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    # As the Web UI sends it.
    await driver.resubmit(link_to_number="(01) 234 56 79")
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert (await driver.status()).link_to_number == "+4312345679"
    [post] = await driver.order_posts()
    assert post["body"]["link_to_number"] == "+4312345679"
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resolve(Completed(phone_number="2345678"))
    assert r"phone_number: cannot be told from other numbers" in str(refused.value.cause)
    assert "such as +431123456" in str(refused.value.cause)
    found = Completed(phone_number="01/234 56 80")
    await orders.resolve(driver.location_id, Resolution(finding=found, resolved_by="ann"))
    result = await driver.result()
    assert result.phone_number == "+4312345680"
    assert "not in area code" not in str(result.attention)


async def test_moved_to_another_country(driver: OrderDriver) -> None:
    """A rejected order moves to another country, with what belongs to that one."""
    orders = NumberOrders(driver.temporal.client, driver.store)
    await start(driver)
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    address = {"country": "AT", "city": "Wien", "zip": "1010"}
    vienna = Correction.model_validate(
        {"corrected_by": "ann", "address": address, "area_code": "01"}
    )
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.resubmit(address=address, area_code="01")
    assert "numbering: is missing" in str(refused.value.cause)

    await orders.resubmit(driver.location_id, vienna)
    await driver.approve()
    snapshot = await driver.until(OrderStatus.AWAITING_COMPLETION)
    sent = (await driver.verification_post(snapshot.verification_id))["body"]
    assert (sent["country"], sent["area_code"]) == ("Austria", "1")
    await driver.complete()
    result = await driver.result()
    assert str(result.phone_number).startswith("+431")
    assert result.attention == ()
