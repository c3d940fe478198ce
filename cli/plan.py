"""`number-orders plan`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from number_orders.batches.locations import GivenForAll, LocationRow, Locations, read_locations
from number_orders.batches.rows import CellProblem
from number_orders.batches.tables_for_people import checked_table
from number_orders.cli.arguments import Force, Json
from number_orders.cli.output import print_json
from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.writing import write_new_file
from number_orders.starters.text import one_line
from number_orders.workflows.models import DocumentType


def plan(
    file: Annotated[Path, typer.Argument(help="A table of locations: .xlsx, .xls, .ods or .csv.")],
    documents: Annotated[
        Path | None,
        typer.Option(help="A folder of PDFs, each named after its location or in a column."),
    ] = None,
    document: Annotated[
        Path | None, typer.Option(help="A PDF that proves the address of all locations.")
    ] = None,
    document_type: Annotated[
        str | None,
        typer.Option(help=f"Of all that name none: {', '.join(DocumentType)}, or its German name."),
    ] = None,
    batch: Annotated[
        str | None, typer.Option(help="The batch of all that name none; a name for lists.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet, where several have locations.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Of a .csv, such as utf-8 or cp1252; by default what it can be."),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Take the proposals.")] = False,
    force: Force = False,
    checked: Annotated[
        Path | None,
        typer.Option(help="Write the table with a column of remarks into this new .xlsx."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a table of locations, and start nothing.

    It looks at all rows and all fields, and asks nobody: it needs no network.
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
    if as_json:
        print_json(_for_programs(locations))
    else:
        _show(locations)
    if not locations.are_ready:
        raise typer.Exit(1)


def _show(locations: Locations) -> None:
    told = []
    if locations.encoding:
        told.append(f"Read as {locations.encoding}; --encoding names another one.")
    told += [f"Note: {note}" for note in locations.notes]
    for row in locations.rows:
        told += [f"Note: row {row.row}: {note}" for note in row.notes]
        told += [f"Row {row.row}, {one.column}: {one.proposal} is taken." for one in row.taken]
    told += locations.problems
    told += [f"Row {row.row}, {problem}" for row in locations.rows for problem in row.problems]
    for line in [*told, _summary(locations)]:
        # Headers and names of files are somebody else's, and a terminal would obey them.
        typer.echo(one_line(line))


def _summary(locations: Locations) -> str:
    wrong = [row for row in locations.rows if row.problems]
    if locations.are_ready:
        return f"{locations.path}: {len(locations.rows)} rows, and nothing speaks against them."
    if not wrong:
        return f"{locations.path}: the table has to be corrected. Nothing was started."
    proposals = sum(problem.proposal is not None for row in wrong for problem in row.problems)
    take = f"; --fix takes the {proposals} proposed values" if proposals else ""
    return (
        f"{locations.path}: {len(wrong)} of {len(locations.rows)} rows have to be corrected"
        f"{take}. Nothing was started."
    )


def _for_programs(locations: Locations) -> dict[str, Any]:
    return {
        "file": str(locations.path),
        "encoding": locations.encoding,
        "problems": list(locations.problems),
        "notes": list(locations.notes),
        "rows": [_row_for_programs(row) for row in locations.rows],
    }


def _row_for_programs(row: LocationRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "location_id": row.location_id,
        "number": row.number,
        "document": row.document and str(row.document),
        "problems": [_problem_for_programs(problem) for problem in row.problems],
        "taken": [_problem_for_programs(problem) for problem in row.taken],
        "notes": list(row.notes),
    }


def _problem_for_programs(problem: CellProblem) -> dict[str, str | None]:
    return {
        "field": problem.field,
        "column": problem.column,
        "message": problem.message,
        "proposal": problem.proposal,
    }
