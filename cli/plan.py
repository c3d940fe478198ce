"""`number-orders plan`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from number_orders.batches.comparison import ComparedRow, Comparison, compared
from number_orders.batches.locations import GivenForAll, Locations, read_locations
from number_orders.batches.tables_for_people import checked_table
from number_orders.cli.arguments import Force, Json
from number_orders.cli.output import print_json
from number_orders.cli.planned import for_programs, show_plan
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
from number_orders.runtime.errors import UsageError, UserError
from number_orders.runtime.temporal import connect
from number_orders.spreadsheets.writing import write_new_file

_NOTHING_TO_DO, _CHANGES, _WRONG = 0, 3, 1
_FINE = {Comparison.TO_START, Comparison.UNCHANGED}


def plan(
    file: Table,
    documents: Documents = None,
    document: DocumentOfAll = None,
    document_type: TypeOfAll = None,
    batch: BatchOfAll = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    fix: Fix = False,
    force: Force = False,
    checked: Annotated[
        Path | None,
        typer.Option(help="Write the table with a column of remarks into this new .xlsx."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check and compare a table of locations; start nothing.

    It looks at all rows and all fields, and compares them with the orders there are. To check them
    needs no network; where Temporal is away, the rows are not compared.

    Exit codes: 0 nothing to do, 3 orders to start, 1 wrong or differing rows, 2 wrong usage.
    """
    if checked is not None and checked.suffix.lower() != ".xlsx":
        raise UsageError(f"--checked: {checked} is to be an .xlsx; name it so")
    locations = read_locations(
        file,
        GivenForAll(documents, document, document_type, batch, force),
        encoding=encoding,
        sheet=sheet,
        fix=fix,
    )
    if checked is not None:
        write_new_file(checked, checked_table(locations))
    away: str | None = None
    rows: list[ComparedRow] = []
    try:
        rows = asyncio.run(_compared(locations))
    except UserError as error:
        away = str(error)
    if as_json:
        print_json(for_programs(locations, rows))
    else:
        show_plan(locations, rows)
    if away is not None:
        typer.echo(f"The rows are not compared with the orders there are: {away}", err=True)
    raise typer.Exit(_exit_code(locations, rows, is_compared=away is None))


async def _compared(locations: Locations) -> list[ComparedRow]:
    if not any(row.order for row in locations.rows):
        return []
    return await compared(await connect(), locations.rows)


def _exit_code(locations: Locations, rows: Sequence[ComparedRow], *, is_compared: bool) -> int:
    kinds = {one.comparison for one in rows}
    if not locations.are_ready or not is_compared or kinds - _FINE:
        return _WRONG
    return _CHANGES if Comparison.TO_START in kinds else _NOTHING_TO_DO
