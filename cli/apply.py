"""`number-orders apply`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from number_orders.batches import applying
from number_orders.batches.applying import AppliedRow, RowOutcome
from number_orders.batches.comparison import ComparedRow, Comparison, compared
from number_orders.batches.locations import GivenForAll, read_locations
from number_orders.cli.arguments import Force, Json
from number_orders.cli.output import print_json
from number_orders.cli.planned import show_plan
from number_orders.cli.table_options import (
    BatchOfAll,
    DocumentOfAll,
    Documents,
    Encoding,
    Fix,
    Sheet,
    Table,
    TypeOfAll,
)
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError, UserError
from number_orders.runtime.settings import StoreSettings, load
from number_orders.runtime.temporal import connect
from number_orders.spreadsheets.writing import csv_text, write_new_file

_COLUMNS = ("row", "location_id", "number", "workflow_id", "outcome", "why")


def apply(
    file: Table,
    documents: Documents = None,
    document: DocumentOfAll = None,
    document_type: TypeOfAll = None,
    batch: BatchOfAll = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    fix: Fix = False,
    force: Force = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Start the good rows although others are wrong.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    result: Annotated[
        Path | None, typer.Option(help="Write what became of each row into this new .csv.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start what is new in a table of locations.

    It shows the plan and asks. It changes, cancels and gives back nothing; killed or not, run it
    again, and nothing is ordered twice.
    """
    locations = read_locations(
        file,
        GivenForAll(documents, document, document_type, batch, force),
        encoding=encoding,
        sheet=sheet,
        fix=fix,
    )

    async def run() -> list[AppliedRow]:
        client = await connect()
        rows = await compared(client, locations.rows)
        if not as_json:
            show_plan(locations, rows)
        if not locations.are_ready and not partial:
            raise UserError(
                "wrong rows: correct them, or start the others with --partial; nothing was started"
            )
        to_start = [one for one in rows if one.comparison is Comparison.TO_START]
        if to_start:
            _ask(to_start, yes=yes)
        store = EvidenceStore.open(load(StoreSettings).store_url)
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task("Starting", total=len(to_start))
            return await applying.apply(client, store, rows, told=lambda: progress.advance(task))

    applied = asyncio.run(run())
    told = [_for_programs(one) for one in applied]
    if result is not None:
        cells = [[str(row[column] or "") for column in _COLUMNS] for row in told]
        write_new_file(result, csv_text(_COLUMNS, cells, free_text=("why",)).encode())
    if as_json:
        print_json(told)
    else:
        started = sum(one.outcome is RowOutcome.STARTED for one in applied)
        unchanged = sum(one.outcome is RowOutcome.UNCHANGED for one in applied)
        typer.echo(f"{started} started · {unchanged} unchanged")
    left = [one for one in applied if one.outcome is RowOutcome.NOT_STARTED]
    for one in left:
        typer.echo(f"Row {one.compared.row.row}: not started: {one.why}", err=True)
    if left or not locations.are_ready:
        raise typer.Exit(1)


def _ask(rows: Sequence[ComparedRow], *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("--yes is missing: nobody can be asked here; nothing was started")
    if not typer.confirm(f"Start {len(rows)} orders?"):
        raise UserError("nothing was started")


def _for_programs(one: AppliedRow) -> dict[str, str | int | None]:
    order = one.compared.order
    return {
        "row": one.compared.row.row,
        "location_id": order.location_id,
        "number": order.number,
        "workflow_id": one.compared.workflow_id,
        "outcome": one.outcome,
        "why": one.why,
    }
