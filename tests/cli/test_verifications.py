"""`number-orders verifications`, and `start` with a verification that is there."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verification_entries import RefusedEntry, SubmittedEntry
from tests.support.command import run
from tests.support.order_driver import OrderDriver
from tests.support.start_command import start


async def test_further_number(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """`start --number 2` says which verification it uses; `verifications` lists it with both."""
    first = await driver.placed()
    started = await start(driver, tmp_path, store_url, "--number", "2")
    assert (started.code, started.errors) == (0, "")
    assert f"It uses verification {first.verification_id}, approved since 20" in started.output
    assert " by the word of ann." in started.output

    async def listed(*options: str) -> str:
        ended = await run(tmp_path, "verifications", *options, STORE_URL=store_url)
        assert (ended.code, ended.errors) == (0, "")
        return ended.output

    assert str(first.verification_id) in await listed()
    rows = json.loads(await listed("--json"))
    [row] = [row for row in rows if row["verification_id"] == first.verification_id]
    assert (row["country"], row["area_code"], row["approved_by"]) == ("DE", "221", "ann")
    assert row["location_id"] == driver.location_id
    assert driver.typed_handle().id in row["used_by"]
    table = csv.DictReader(io.StringIO(await listed("--csv")))
    assert {line["verification_id"] for line in table} == {row["verification_id"] for row in rows}


async def test_quantity(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """`start --quantity` starts what is not there, and says so of each number."""
    driver.handle = driver.typed_handle()
    for created in (True, False):
        started = await start(driver, tmp_path, store_url, "--quantity", "3", "--json")
        assert started.code == 0, started.errors
        rows = json.loads(started.output)
        assert [row["created"] for row in rows] == [created] * 3
    assert [row["workflow_id"] for row in rows] == [
        driver.handle.id,
        f"{driver.handle.id}:2",
        f"{driver.handle.id}:3",
    ]


async def test_adopted(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """A verification of before needs somebody's word, and no document."""
    first = await driver.placed()
    adopted = ("--number", "2", "--verification-id", str(first.verification_id))
    refused = await start(driver, tmp_path, store_url, *adopted)
    assert (refused.code, refused.output) == (2, "")
    assert "--approved-by: is missing" in refused.errors
    started = await start(driver, tmp_path, store_url, *adopted, "--approved-by", "bob")
    assert started.code == 0, started.errors
    assert "by the word of bob" in started.output


async def test_options_that_exclude_each_other(tmp_path: Path) -> None:
    """`--quantity` counts from 1, and so takes no number."""
    ended = await run(tmp_path, "start", "--quantity", "2", "--number", "2")
    assert (ended.code, ended.output) == (2, "")
    assert "--quantity excludes --number" in ended.errors


async def test_words_of_tenios(tmp_path: Path) -> None:
    """What TENIOS wrote is shown as it is: it sets no style, and moves no cursor."""
    store = EvidenceStore.open((tmp_path / "evidence").as_uri(), create=True)
    await store.identity()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    submitted = SubmittedEntry(
        verification_id="v-1",
        location_id="a",
        workflow_id="number-order:a",
        country="DE",
        area_code="221",
        address_fingerprint="0",
        at=at,
    )
    refused = RefusedEntry(reason="see [/docs] \x1b[2J", workflow_id="number-order:a", at=at)
    await store.create("verifications/v-1/submitted", submitted.model_dump_json().encode())
    await store.create("verifications/v-1/refused", refused.model_dump_json().encode())
    for option in ([], ["--csv"]):
        url = (tmp_path / "evidence").as_uri()
        ended = await run(tmp_path, "verifications", *option, STORE_URL=url)
        assert (ended.code, ended.errors) == (0, "")
        assert "see [/docs]" in ended.output
        assert "\x1b" not in ended.output
