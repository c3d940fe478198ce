"""`number-orders verifications`, and `start` with a verification that is there."""

import csv
import io
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verification_entries import (
    DecidedEntry,
    RefusedEntry,
    SubmittedEntry,
    UseEntry,
)
from number_orders.tenios.client import TeniosClient
from number_orders.workflows.models import Model, OrderStatus
from tests.e2e.test_stuck_order import another_approved
from tests.support.command import run
from tests.support.order_driver import OrderDriver
from tests.support.start_command import start

AT = datetime(2026, 1, 1, 4, 28, tzinfo=UTC)


async def test_further_number(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """`start --number 2` says which verification it uses; `verifications` lists it with both."""
    first = await driver.placed()
    started = await start(driver, tmp_path, store_url, "--number", "2")
    assert (started.code, started.errors) == (0, "")
    assert f"It uses verification {first.verification_id}, approved since 20" in started.output
    assert " by the word of ann, and submits no document." in started.output

    more = await start(driver, tmp_path, store_url, "--quantity", "4")
    told = f"4 numbers of {driver.location_id}: 2 started with verification {first.verification_id}"
    assert f"{told}, approved since 20" in more.output
    assert " by the word of ann, and submits no document, 2 there before\n" in more.output

    async def listed(*options: str) -> str:
        ended = await run(tmp_path, "verifications", *options, STORE_URL=store_url)
        assert (ended.code, ended.errors) == (0, "")
        return ended.output

    assert str(first.verification_id) in await listed()
    rows = json.loads(await listed("--json"))
    [row] = [row for row in rows if row["verification_id"] == first.verification_id]
    assert (row["country"], row["area_code"], row["approved_by"]) == ("DE", "221", "ann")
    assert (row["state"], row["submitted_by"]) == ("approved", driver.typed_handle().id)
    of_it = json.loads(await listed("--json", "--location", driver.location_id))
    assert of_it == [row]
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


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("start --quantity 2 --number 2", "--quantity excludes --number"),
        ("start --verification-id 7 --document a.pdf", "--verification-id excludes --document"),
        ("start --verification-id 7 --new-verification", "and --new-verification"),
        ("resubmit a --verification-id 7", "--verification-id and --approved-by go together"),
        (
            "resubmit a --verification-id 7 --approved-by b --document a --document-type CONTRACT",
            "--verification-id and --document exclude each other",
        ),
        (
            "resubmit a --verification-id …7 --approved-by b",
            "--verification-id: takes no blanks and no letters beyond ASCII",
        ),
    ],
)
async def test_options_that_exclude_each_other(tmp_path: Path, options: str, told: str) -> None:
    """An order is verified in one way, by what TENIOS can have named."""
    ended = await run(tmp_path, *options.split())
    assert (ended.code, ended.output) == (2, "")
    assert told in ended.errors


async def _list(folder: Path, *options: str) -> str:
    ended = await run(
        folder, "verifications", *options, STORE_URL=(folder / "evidence").as_uri(), COLUMNS="80"
    )
    assert (ended.code, ended.errors) == (0, "")
    return ended.output


async def _record(folder: Path, verification_id: str, location_id: str, **entries: Model) -> None:
    """A verification as the evidence store has it."""
    store = EvidenceStore.open((folder / "evidence").as_uri(), create=True)
    await store.identity()
    submitted = SubmittedEntry(
        verification_id=verification_id,
        location_id=location_id,
        workflow_id=f"number-order:{location_id}",
        country="DE",
        area_code="221",
        address_fingerprint="0",
        at=AT,
    )
    for what, entry in {"submitted": submitted, **entries}.items():
        name = f"verifications/{verification_id}/{what}"
        await store.create(name, entry.model_dump_json().encode())


async def test_unreadable(tmp_path: Path) -> None:
    """A record that nobody can read is named, beside those that can be read."""
    await _record(tmp_path, "v-1", "a")
    store = EvidenceStore.open((tmp_path / "evidence").as_uri())
    await store.create("verifications/v-2/submitted", b"{")
    ended = await run(tmp_path, "verifications", STORE_URL=(tmp_path / "evidence").as_uri())
    assert "v-1" in ended.output
    assert "verifications/v-2/submitted in the evidence store cannot be read" in ended.errors


async def test_mistyped(
    driver: OrderDriver, tenios: TeniosClient, tmp_path: Path, store_url: str
) -> None:
    """An id that TENIOS does not know is put right by `resubmit`."""
    right = await another_approved(driver, tenios)
    driver.handle = driver.typed_handle()
    adopted = ("--verification-id", "mistyped", "--approved-by", "bob")
    started = await start(driver, tmp_path, store_url, *adopted)
    assert started.code == 0, started.errors
    await driver.until(OrderStatus.REJECTED)
    other = await start(
        driver, tmp_path, store_url, "--verification-id", right, "--approved-by", "bob"
    )
    assert other.code == 1
    assert "It has other data: verification_id." in other.errors
    ended = await run(
        tmp_path, "resubmit", driver.location_id, "--verification-id", right,
        "--approved-by", "bob", "--by", "ann", STORE_URL=store_url,
        TEMPORAL_ADDRESS=driver.temporal.client.service_client.config.target_host,
    )  # fmt: skip
    assert (ended.code, ended.errors) == (0, "")
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert placed.verification_id == right


async def test_words_of_tenios(tmp_path: Path) -> None:
    """What TENIOS wrote is shown as it is: it sets no style, and moves no cursor."""
    refused = RefusedEntry(reason="see [/docs] \x1b[2J", workflow_id="number-order:a", at=AT)
    await _record(tmp_path, "v-1", "a", refused=refused)
    for option in ([], ["--csv"]):
        listed = await _list(tmp_path, *option)
        assert "see [/docs]" in listed
        assert "\x1b" not in listed


async def test_table(tmp_path: Path) -> None:
    """Ids stand whole in a narrow terminal, times are short, and many orders are told in short."""
    location_id = "l" * 64
    verification_id = str(uuid.uuid4())
    used = {
        f"used/number-order:{location_id}{number}": UseEntry(at=AT)
        for number in ("", ":2", ":10", ":3", ":11")
    }
    decided = DecidedEntry(approved_by="ann", approved_at=AT)
    another = {"used/number-order:b:4": UseEntry(at=AT)}
    await _record(tmp_path, verification_id, location_id, decided=decided, **used, **another)
    header, row, *more = (await _list(tmp_path)).splitlines()
    assert header.split()[:4] == ["verification", "id", "state", "submitted"]
    assert row.split()[:3] == [verification_id, "approved", location_id]
    assert "  2026-01-01 04:28 UTC  ann" in row
    used_by = " ".join([row[header.index("used by") :].strip(), *map(str.strip, more)])
    assert used_by == f"b:4, {location_id} (1-3, 10-11)"

    [listed] = json.loads(await _list(tmp_path, "--json"))
    assert listed["approved_since"] == "2026-01-01T04:28:00+00:00"
    ids = [f"number-order:{location_id}{number}" for number in ("", ":2", ":3", ":10", ":11")]
    assert listed["used_by"] == ["number-order:b:4", *ids]


async def test_states(tmp_path: Path) -> None:
    """A verification is unused, approved or refused; the words of a refusal wrap."""
    words = "the address is not the one that the document shows " * 8
    refused = RefusedEntry(reason=words, workflow_id="number-order:c", at=AT)
    decided = DecidedEntry(approved_by="ann", approved_at=AT)
    await _record(tmp_path, "v-1", "a")
    await _record(tmp_path, "v-2", "b", decided=decided)
    await _record(tmp_path, "v-3", "c", decided=decided, refused=refused)
    states = {
        row["verification_id"]: row["state"] for row in json.loads(await _list(tmp_path, "--json"))
    }
    assert states == {"v-1": "unused", "v-2": "approved", "v-3": "refused"}
    table = await _list(tmp_path)
    assert max(map(len, table.splitlines())) < 200
    assert words.rsplit(maxsplit=1)[-1] in table
    of_b = json.loads(await _list(tmp_path, "--json", "--location", "b"))
    assert [row["verification_id"] for row in of_b] == ["v-2"]
    assert await _list(tmp_path, "--location", "nowhere") == "No verifications.\n"
