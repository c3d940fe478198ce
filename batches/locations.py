"""From a table of locations to orders, with all that is wrong in all of its rows and fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from number_orders.batches.columns import EXAMPLE_ID, Columns, find_columns, header_to_add
from number_orders.batches.document_files import open_folder
from number_orders.batches.document_lookup import DocumentLookup
from number_orders.batches.document_types import document_type as document_type_meant
from number_orders.batches.repetitions import (
    notes_on_addresses,
    notes_on_numbers,
    object_to_repetitions,
    rows_told,
)
from number_orders.batches.rows import CellProblem, TableRow, read_row
from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.reading import read_table_file
from number_orders.spreadsheets.tables import TableFile
from number_orders.starters.documents import read_pdf
from number_orders.starters.places import notes
from number_orders.workflows.contract import LOCATION_ID_PATTERN
from number_orders.workflows.models import NumberOrderInput


@dataclass(frozen=True)
class LocationRow:
    """A row of a table, and its order or what is wrong with it."""

    row: int
    """As a spreadsheet shows it."""
    location_id: str | None
    """As far as it is known."""
    number: int | None
    """Which of the location's numbers is meant, as far as it is known."""
    order: NumberOrderInput | None
    """In no store yet (`order_form.NO_STORE_YET`). `None` if something is wrong here, or with the
    table as a whole."""
    document: Path | None
    """Its PDF; `None` with a verification of before, or if something is wrong."""
    problems: tuple[CellProblem, ...]
    taken: tuple[CellProblem, ...]
    """Those whose proposals were taken."""
    notes: tuple[str, ...]
    """What looks wrong and does not block."""


@dataclass(frozen=True)
class Locations:
    """What a table of locations holds."""

    path: Path
    columns: Columns
    encoding: str | None
    """Of a CSV file, in Python's spelling."""
    rows: tuple[LocationRow, ...]
    problems: tuple[str, ...]
    """What is wrong with the table as a whole: no row of it is an order then."""
    notes: tuple[str, ...]
    """What looks wrong and does not block, such as files that no row uses."""

    @property
    def are_ready(self) -> bool:
        """Whether each row is an order."""
        return not self.problems and all(row.order is not None for row in self.rows)


@dataclass(frozen=True)
class GivenForAll:
    """What is said of all rows beside the table."""

    documents: Path | None = None
    """A folder of PDFs, each named after its location; what a column names is in it too."""
    document: Path | None = None
    """A PDF for all rows."""
    document_type: str | None = None
    """Of rows that name none."""
    batch_id: str | None = None
    """Of rows that name none."""
    force: bool = False
    """Area codes that are clearly wrong are taken, or none where a country has them."""


NOTHING_FOR_ALL = GivenForAll()


def read_locations(
    path: Path,
    for_all: GivenForAll = NOTHING_FOR_ALL,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    fix: bool = False,
) -> Locations:
    """The orders of a table's rows, with all that is wrong in all rows and fields.

    Nobody is asked, in Temporal or at TENIOS. The store is not looked at.

    Args:
        path: An `.xlsx`, `.xls`, `.ods` or `.csv`.
        for_all: What is said of all rows beside the table.
        encoding: A CSV file's, as Python names it; by default what it can be.
        sheet: The name of the sheet; by default the one that has headers and is visible.
        fix: Take the proposals, such as a zip with the zero that a spreadsheet dropped.

    Raises:
        UsageError: The file is no table of locations, or what is given for all cannot be taken.
    """
    defaults = _defaults(for_all)
    file = read_table_file(path, encoding=encoding)
    try:
        columns = find_columns(file, sheet)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    rows = [read_row(row, columns, defaults, fix=fix) for row in columns.rows if not row.is_empty]
    examples = [row for row in rows if row.location_id == EXAMPLE_ID]
    rows = [row for row in rows if row.location_id != EXAMPLE_ID]
    lookup = _lookup(path, for_all, rows)
    read = [_location(row, lookup, fix=fix, force=for_all.force) for row in rows]
    object_to_repetitions(rows)
    problems = _problems_of_the_table(columns, rows)
    found = tuple(one.of(row, usable=not problems) for row, one in zip(rows, read, strict=True))
    told = (
        *columns.notes,
        *(f"Row {row.number} is the template's example and is not read." for row in examples),
        *_notes_on(file, rows),
        *notes_on_numbers(rows),
        *notes_on_addresses([(one.row, one.order) for one in found if one.order]),
        *(lookup.folder.unused() if lookup.folder else ()),
    )
    return Locations(
        path,
        columns,
        file.encoding,
        found,
        problems,
        told,
    )


@dataclass(frozen=True)
class _Built:
    order: NumberOrderInput | None
    document: Path | None = None
    notes: tuple[str, ...] = field(default=())

    def of(self, row: TableRow, *, usable: bool) -> LocationRow:
        is_order = usable and not row.problems
        return LocationRow(
            row.number,
            row.location_id,
            row.order_number,
            self.order if is_order else None,
            self.document if is_order else None,
            row.problems_in_order,
            tuple(row.taken),
            self.notes,
        )


def _defaults(for_all: GivenForAll) -> dict[str, str]:
    """The fields of all rows, which are looked at before any of them."""
    if for_all.documents is not None and for_all.document is not None:
        raise UsageError("--documents and --document: a folder or one PDF for all; leave one out")
    if for_all.document is not None:
        read_pdf(for_all.document)
    if for_all.document_type is not None:
        try:
            document_type_meant(for_all.document_type)
        except UsageError as error:
            raise UsageError(f"--document-type: {error}") from None
    if for_all.batch_id is not None and not re.fullmatch(LOCATION_ID_PATTERN, for_all.batch_id):
        raise UsageError(
            "--batch: a batch id has letters, digits, dots, underscores and dashes, at most 64"
        )
    given = {"document_type": for_all.document_type, "batch_id": for_all.batch_id}
    return {name: value for name, value in given.items() if value is not None}


def _lookup(path: Path, for_all: GivenForAll, rows: Sequence[TableRow]) -> DocumentLookup:
    if for_all.documents is None:
        return DocumentLookup(path.parent, for_all=for_all.document)
    ids = {row.location_id for row in rows if row.location_id is not None}
    folder = open_folder(for_all.documents, ids)
    return DocumentLookup(for_all.documents, folder)


def _location(row: TableRow, lookup: DocumentLookup, *, fix: bool, force: bool) -> _Built:
    document = None
    if "verification_id" not in row.fields:
        try:
            document = lookup.of_row(row.location_id, row.fields.get("document"))
        except UsageError as error:
            row.object_to("document", str(error))
    order = row.order(document.sha256 if document else None, fix=fix, force=force)
    if order is None:
        return _Built(None)
    return _Built(order, document.path if document else None, notes(order))


def _problems_of_the_table(columns: Columns, rows: Sequence[TableRow]) -> tuple[str, ...]:
    """What is wrong in many rows for want of a column, said once and taken from the rows."""
    if not rows:
        return (f"There is no row below the headers in row {columns.header_row}.",)
    lacking: dict[tuple[str, str], list[TableRow]] = {}
    for row in rows:
        for name, problem in row.problems.items():
            if name not in columns.by_field and problem.message.startswith("is missing"):
                lacking.setdefault((name, problem.message), []).append(row)
    told = []
    for (name, message), its_rows in lacking.items():
        if len(its_rows) == 1 and len(rows) > 1:
            continue
        for row in its_rows:
            del row.problems[name]
        numbers = rows_told([row.number for row in its_rows])
        told.append(f"There is no column {header_to_add(name)}. In rows {numbers} it {message}.")
    return tuple(told)


def _notes_on(file: TableFile, rows: Sequence[TableRow]) -> list[str]:
    told = []
    if hidden := [row.number for row in rows if row.hidden]:
        told.append(f"Hidden rows are read like all others: {rows_told(hidden)}.")
    if not file.shows_errors:
        told.append(
            "In an .xls or .ods a cell with an error looks like an empty one, and hidden rows like"
            " all others; save it as .xlsx to have them named."
        )
    return told
