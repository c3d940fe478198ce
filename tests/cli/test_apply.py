"""`number-orders plan` and `apply` beside the orders that there are."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.starters.executions import Execution, list_orders
from tests.support.command import COMMAND, Run, environment, run
from tests.support.location_tables import HEADERS, written
from tests.support.order_driver import PDF, address_of
from tests.support.until import until


class TableOfOrders:
    """A table, and the commands about it."""

    def __init__(
        self, folder: Path, temporal: WorkflowEnvironment, store_url: str, prefix: str
    ) -> None:
        self._folder = folder
        self.batch_id = prefix
        self._client = temporal.client
        self._settings = {
            "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
            "STORE_URL": store_url,
        }
        (folder / "proof.pdf").write_bytes(PDF)

    def write(self, *names: str, wrong: str = "", **house_numbers: str) -> None:
        """A row for each location; `wrong` has no right zip, and some another house number."""
        rows = []
        for name in names:
            address = address_of(f"{self.batch_id}-{name}")
            zip_code = "1" if name == wrong else address.zip
            house_number = house_numbers.get(name, address.house_number)
            rows.append((f"{self.batch_id}-{name}", address.city, zip_code, address.street,
                         house_number, "0221", "Vertrag"))  # fmt: skip
        written(self._folder, HEADERS, *rows)

    async def run(self, command: str, *options: str, **settings: str) -> Run:
        return await run(
            self._folder, command, "a.csv", "--document", "proof.pdf", "--batch", self.batch_id,
            *options, **{**self._settings, **settings},
        )  # fmt: skip

    async def started(self, command: str, *options: str) -> asyncio.subprocess.Process:
        """The command as it runs."""
        return await asyncio.create_subprocess_exec(
            COMMAND, command, "a.csv", "--document", "proof.pdf", "--batch", self.batch_id,
            *options, cwd=self._folder, env=environment(self._settings),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def orders(self) -> list[Execution]:
        """Those of the batch."""
        return await list_orders(self._client, batch_id=self.batch_id)

    async def planned(self) -> tuple[str, int | None]:
        """The last line of the plan, and its exit code."""
        ended = await self.run("plan")
        return ended.output.splitlines()[-1], ended.code


@pytest.fixture
async def table(  # noqa: PLR0913, PLR0917 -- fixtures
    working: None,
    tmp_path: Path,
    temporal: WorkflowEnvironment,
    store: EvidenceStore,
    store_url: str,
    location_id: str,
) -> AsyncIterator[TableOfOrders]:
    # Nobody but a worker makes the store.
    await store.identity()
    yield TableOfOrders(tmp_path, temporal, store_url, location_id)
    for execution in await list_orders(temporal.client, batch_id=location_id):
        if not execution.has_ended:
            await temporal.client.get_workflow_handle(execution.id).terminate()


async def test_apply(table: TableOfOrders, tmp_path: Path) -> None:
    """What is new is started, once; then there is nothing to do."""
    table.write("a", "b")
    assert await table.planned() == ("2 to start", 3)
    applied = await table.run("apply", "--yes", "--result", "result.csv")
    assert (applied.code, applied.errors) == (0, "")
    assert applied.output.endswith("\n2 to start\n2 started · 0 unchanged\n")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "result.csv").read_text())))
    assert [(row["row"], row["outcome"]) for row in rows] == [("2", "started"), ("3", "started")]

    async def is_the_same() -> None:
        # A busy worker may not answer in time.
        assert await table.planned() == ("2 unchanged", 0)

    await until(is_the_same)
    table.write("a", "b", "c")
    again = await table.run("apply", "--yes")
    assert again.output.endswith("\n1 started · 2 unchanged\n")


async def test_wrong_row(table: TableOfOrders) -> None:
    """A wrong row is never started, and holds up the others unless that is wanted."""
    table.write("a", "b", wrong="b")
    refused = await table.run("apply", "--yes")
    assert refused.code == 1
    assert "correct them, or start the others with --partial; nothing was started" in refused.errors
    assert await table.planned() == ("1 to start · 1 wrong", 1)
    partly = await table.run("apply", "--yes", "--partial")
    assert partly.code == 1
    assert partly.output.endswith("\n1 started · 0 unchanged\n")


async def test_other_data(table: TableOfOrders, temporal: WorkflowEnvironment) -> None:
    """An order that differs, or ended without a number, is named with its command, and left."""
    table.write("a", "b")
    await table.run("apply", "--yes")
    orders = {one.id: one for one in await table.orders()}
    [first, second] = sorted(orders)
    cancelling = temporal.client.get_workflow_handle(second)
    await cancelling.execute_update("cancel", {"requested_by": "ann"})
    with pytest.raises(WorkflowFailureError):
        await cancelling.result()
    table.write("a", "b", a="4711")

    async def is_told() -> str:
        planned = await table.run("plan")
        assert planned.output.endswith("1 differ · 1 ended without a number\n")
        assert planned.code == 1
        return planned.output

    output = await until(is_told)
    name = first.removeprefix("number-order:")
    assert f"({name}): the order there has other data: address. Once rejected: number-orders" in (
        output
    )
    assert "ended as cancelled, and is not started again by itself" in output
    applied = await table.run("apply", "--yes")
    assert applied.code == 1
    assert "Row 3: not started: ended without a number" in applied.errors


async def test_capitals(table: TableOfOrders) -> None:
    """A location that has an order under an id in other capitals is not started once more."""
    table.write("a")
    await table.run("apply", "--yes")

    async def is_told() -> None:
        table.write("A")
        planned = await table.run("plan")
        assert planned.output.endswith("\n1 differ in capitals\n")

    await until(is_told)


async def test_nobody_to_ask(table: TableOfOrders) -> None:
    """Where nobody can be asked, nothing is started without being told so."""
    table.write("a")
    refused = await table.run("apply")
    assert refused.code == 2
    assert "--yes is missing: nobody can be asked here; nothing was started" in refused.errors
    assert await table.orders() == []


async def test_temporal_away(table: TableOfOrders) -> None:
    """Without Temporal nothing is compared, and so nothing is started."""
    table.write("a")
    refused = await table.run("apply", "--yes", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert refused.code == 1
    assert "Temporal is not reachable" in refused.errors


async def test_killed(table: TableOfOrders, temporal: WorkflowEnvironment) -> None:
    """Killed in its midst and run again, it starts each order once."""
    table.write(*map(str, range(60)))
    killing = await table.started("apply", "--yes")

    async def has_begun() -> None:
        assert await table.orders()

    await until(has_begun)
    killing.kill()
    await killing.wait()
    again = await table.run("apply", "--yes")
    assert again.code == 0
    # A start over an order that is there would be another run.
    orders = await table.orders()
    assert len(orders) == 60
    runs = temporal.client.list_workflows(f"BatchId = '{table.batch_id}'")
    assert len([run async for run in runs]) == 60
