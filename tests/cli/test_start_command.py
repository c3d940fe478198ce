"""`number-orders start`, as a process."""

import json
import re
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.workflows.models import OrderStatus
from tests.support.command import Run, make_store, run
from tests.support.order_driver import PDF, OrderDriver, address_of

ORDER = {
    "location_id": "a",
    "city": "Köln",
    "zip": "50667",
    "street": "Geheimstrasse",
    "house_number": "4",
    "area_code": "221",
    "document": "proof.pdf",
    "document_type": "CONTRACT",
}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"area_code": "2x1"}, "order.json: area_code: an area code has 1 to 6 digits"),
        ({"area_code": "222"}, "order.json: area_code: is no German area code; Köln has 221"),
        ({"country": "AT", "area_code": None}, "order.json: area_code: is missing, and numbers in"),
        ({"country": "Germnay"}, "order.json: country: is no country's code in ISO 3166"),
        ({"document_type": "SELFIE"}, "order.json: document_type: expected 'ALLOCATION_NOTICE'"),
        ({"link_to_number": "0221"}, "order.json: link_to_number: cannot be told from other"),
        ({"street": ""}, "order.json: street: "),
        ({"zip": None}, "order.json: zip: "),
        ({"location_id": "a/b"}, "order.json: location_id: "),
        ({"citty": "x"}, "order.json: citty: is no field of an order; known are approved_by, "),
        ({"deadlines": {"completion": "PT0S"}}, "completion: "),
        ({"deadlines": {"complete": "PT1S"}}, "complete: "),
        ({"document": "missing.pdf"}, "missing.pdf cannot be read (No such file or directory)"),
        ({"document": "order.json"}, "order.json is not a PDF"),
        ({"document": "broken.pdf"}, "broken.pdf is damaged, encrypted or without a page"),
        ({"document": None}, "document: is missing"),
    ],
)
async def test_wrong_order_file(tmp_path: Path, changes: dict[str, object], says: str) -> None:
    """A wrong field is named with its file in one line, before anything is stored or started."""
    (tmp_path / "proof.pdf").write_bytes(PDF)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    fields = {name: value for name, value in (ORDER | changes).items() if value is not None}
    (tmp_path / "order.json").write_text(json.dumps(fields))
    ended = await run(tmp_path, "start", "order.json", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert ended.code == 2
    assert says in ended.errors
    assert "Geheimstrasse" not in ended.errors
    assert ended.errors.count("\n") == 1
    assert not (tmp_path / "var").exists()


async def test_everything_wrong_at_once(tmp_path: Path) -> None:
    """Fields of the file, flags and the document are refused together, each by where it is from."""
    wrong = {"citty": "x", "zip": "5066", "house_number": "04. Mrz"}
    (tmp_path / "order.json").write_text(json.dumps(ORDER | wrong))
    ended = await run(tmp_path, "start", "order.json", "--area-code", "x", "--document", "a.pdf")
    assert ended.code == 2
    for place in ("--document", "--area-code", *(f"order.json: {name}" for name in wrong)):
        assert f" {place}: " in ended.errors


async def test_what_a_terminal_obeys(tmp_path: Path) -> None:
    """A file's name is shown as what it is, and not obeyed."""
    ended = await run(tmp_path, "start", "--document", "x\x1b]0;t\x07.pdf", "--number", "two")
    assert (ended.code, ended.errors.count("\n")) == (2, 1)
    assert r"--document: x\x1b]0;t\x07.pdf cannot be read" in ended.errors
    assert "--number: expected a whole number" in ended.errors
    assert "--city: is missing" in ended.errors


async def test_wrong_flag(tmp_path: Path) -> None:
    """A wrong value is named by its flag where it came from a flag."""
    (tmp_path / "proof.pdf").write_bytes(PDF)
    (tmp_path / "order.json").write_text(json.dumps(ORDER))
    ended = await run(tmp_path, "start", "order.json", "--area-code", "x")
    assert ended.code == 2
    assert "--area-code: an area code has 1 to 6 digits" in ended.errors


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
async def test_order_file_is_no_json_object(tmp_path: Path, content: bytes) -> None:
    """A file that is no JSON object is named in one line."""
    (tmp_path / "order.json").write_bytes(content)
    ended = await run(tmp_path, "start", "order.json")
    assert ended.code == 2
    assert re.fullmatch(r"number-orders: order\.json: [^\n]*\n", ended.errors)


async def test_no_worker(tmp_path: Path, temporal: WorkflowEnvironment, location_id: str) -> None:
    """Without a worker an order can be started and listed, and `status` says what is missing."""
    address = temporal.client.service_client.config.target_host
    settings = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "deserted"}
    await make_store(tmp_path)
    (tmp_path / "proof.pdf").write_bytes(PDF)
    (tmp_path / "order.json").write_text(json.dumps(ORDER | {"location_id": location_id}))

    started = await run(tmp_path, "start", "order.json", **settings)
    assert (started.code, started.errors) == (0, "")
    shown = await run(tmp_path, "status", location_id, **settings)
    assert (shown.code, shown.output) == (1, "")
    assert "No worker answers" in shown.errors


async def test_no_worker_to_compare(
    tmp_path: Path, temporal: WorkflowEnvironment, location_id: str
) -> None:
    """Where no worker answers, nobody can say whether the order has the same data."""
    settings = {
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": "deserted",
    }
    await make_store(tmp_path)
    (tmp_path / "proof.pdf").write_bytes(PDF)
    (tmp_path / "order.json").write_text(json.dumps(ORDER | {"location_id": location_id}))
    assert (await run(tmp_path, "start", "order.json", **settings)).code == 0
    again = await run(tmp_path, "start", "order.json", "--json", **settings)
    assert again.code == 1
    assert "no worker answers" in again.errors
    assert json.loads(again.output)["differences"] is None


class Desk:
    """A person who types `start` about an order that is there."""

    def __init__(self, driver: OrderDriver, folder: Path, store_url: str) -> None:
        self._driver = driver
        self._folder = folder
        self._settings = {
            "TEMPORAL_ADDRESS": driver.temporal.client.service_client.config.target_host,
            "STORE_URL": store_url,
        }

    async def start(self, *arguments: str) -> Run:
        (self._folder / "proof.pdf").write_bytes(PDF)
        location_id = self._driver.location_id
        fields = {"location_id": location_id, **address_of(location_id).model_dump()}
        (self._folder / "order.json").write_text(json.dumps(ORDER | fields))
        ended = await run(self._folder, "start", "order.json", *arguments, **self._settings)
        assert "Geheimstrasse" not in ended.errors + ended.output
        return ended


@pytest.fixture
def desk(driver: OrderDriver, tmp_path: Path, store_url: str) -> Desk:
    return Desk(driver, tmp_path, store_url)


async def test_existing_order(driver: OrderDriver, desk: Desk) -> None:
    """The same order passes; another one is refused by field, for people and for a program."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    same = await desk.start()
    assert (same.code, same.errors) == (0, "")
    assert "(awaiting_approval); nothing was changed. Another number" in same.output
    assert "--number 2" in same.output

    other = await desk.start("--zip", "50668", "--area-code", "228")
    assert (other.code, other.output) == (1, "")
    assert "other data: address (zip, street, house_number or country), area_code" in other.errors
    for_program = await desk.start("--area-code", "228", "--json")
    assert for_program.code == 1
    note = "Area code 228 belongs to Bonn, not to Köln: TENIOS decides whether the address is"
    assert json.loads(for_program.output) == {
        "workflow_id": driver.handle.id,
        "created": False,
        "differences": ["area_code"],
        "notes": [f"{note} in the area."],
        "verification": None,
    }


async def test_order_that_nobody_knows_of(driver: OrderDriver, desk: Desk) -> None:
    """While TENIOS may or may not have an order, nobody is led to a second number."""
    await driver.behave("/number/order", after_accepting="close")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    same = await desk.start()
    assert same.code == 0
    assert "--number" not in same.output
    second = await desk.start("--number", "2")
    assert second.code == 1
    assert "is outcome_unknown: nobody knows whether TENIOS has its order" in second.errors

    await driver.handle.terminate()
    ended = await desk.start()
    assert ended.code == 1
    assert "was terminated in Temporal when it was outcome_unknown" in ended.errors
    assert "--again" in ended.errors
    assert "--number" not in ended.errors
    second = await desk.start("--number", "2")
    assert second.code == 1
    assert "is terminated in Temporal" in second.errors


async def test_order_that_has_ended(driver: OrderDriver, desk: Desk) -> None:
    """An order that ended without a number says how, and nothing is started anew."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    summary = (await driver.result()).summary
    same = await desk.start()
    assert (same.code, same.errors) == (0, "")
    assert f"(cancelled); nothing was changed. {summary}" in same.output
    assert "--again" not in same.output
    other = await desk.start("--zip", "50668", "--again")
    assert other.code == 1
    assert "resubmit" not in other.errors
