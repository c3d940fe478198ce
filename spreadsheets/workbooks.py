"""Workbooks of Excel and LibreOffice, read with python-calamine.

It gives what a spreadsheet has calculated, and an empty text where that is an error or was not
saved. Of an `.xlsx`, `excel_details` tells those apart.
"""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.excel_details import SheetDetails, details_of
from number_orders.spreadsheets.tables import (
    CELL_CHARACTERS_AT_MOST,
    COLUMNS_AT_MOST,
    EMPTY,
    ROWS_AT_MOST,
    Cell,
    CellKind,
    Row,
    Sheet,
    TableFile,
    column_letters,
)

_ROUNDED_FROM = 10**15
"""A spreadsheet keeps 15 digits of a number."""


def read_workbook(content: bytes, *, kind: str) -> TableFile:
    """The sheets of a workbook.

    Args:
        content: The file's bytes.
        kind: `xlsx`, `xls` or `ods`.

    Raises:
        UsageError: It is damaged, protected by a password, or has too many rows or columns.
    """
    try:
        with load_workbook(io.BytesIO(content)) as workbook:
            values = {
                name: (_values(workbook.get_sheet_by_name(name)), hidden)
                for name, hidden in _worksheets(workbook)
            }
    except CalamineError:
        raise UsageError(
            "is damaged or protected by a password; open it in a spreadsheet, and save it as .xlsx"
            " without one"
        ) from None
    details = details_of(content) if kind == "xlsx" else {}
    sheets = tuple(
        Sheet(name, _rows(rows, details.get(name, SheetDetails())), hidden)
        for name, (rows, hidden) in values.items()
    )
    return TableFile(sheets, shows_errors=kind == "xlsx")


def _worksheets(workbook: CalamineWorkbook) -> list[tuple[str, bool]]:
    """The names of the sheets that have cells, and whether each is hidden."""
    return [
        (sheet.name, sheet.visible is not SheetVisibleEnum.Visible)
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    ]


def _values(sheet: CalamineSheet) -> Sequence[Sequence[Any]]:
    """What the cells hold from A1 on."""
    if sheet.end is None:
        return ()
    last_row, last_column = sheet.end
    if last_row >= ROWS_AT_MOST:
        raise UsageError(f"sheet {sheet.name} has more than {ROWS_AT_MOST} rows; split it")
    if last_column >= COLUMNS_AT_MOST:
        raise UsageError(
            f"sheet {sheet.name} has more than {COLUMNS_AT_MOST} columns; delete the others"
        )
    return sheet.to_python(skip_empty_area=False)


def _rows(values: Sequence[Sequence[Any]], details: SheetDetails) -> tuple[Row, ...]:
    # The reader ends with the last value, behind which a formula without one may stand.
    last_row = max([len(values), *(row for row, _ in details.cells)])
    last_column = max(
        [*map(len, values[:1]), *(column + 1 for _, column in details.cells)], default=0
    )
    nothing = ("",) * last_column
    return tuple(
        Row(
            number,
            tuple(
                _cell(value, number, column, details)
                for column, value in enumerate(_whole(values, number, nothing))
            ),
            number in details.hidden_rows,
        )
        for number in range(1, last_row + 1)
    )


def _whole(values: Sequence[Sequence[Any]], number: int, nothing: Sequence[str]) -> Sequence[Any]:
    """A row's values, as many as the sheet has columns."""
    row = values[number - 1] if number <= len(values) else ()
    return (*row, *nothing[len(row) :])


def _cell(value: Any, row: int, column: int, details: SheetDetails) -> Cell:
    match value:
        case "":
            return details.cells.get((row, column), EMPTY)
        case str():
            if len(value) > CELL_CHARACTERS_AT_MOST:
                raise UsageError(
                    f"row {row}, column {column_letters(column)}: has more than"
                    f" {CELL_CHARACTERS_AT_MOST} characters"
                )
            return Cell(value)
        case bool():
            return Cell(str(value).upper(), CellKind.TRUTH)
        case int() | float():
            return _number(value)
        case _:
            return Cell(_iso(value), CellKind.DATE)


def _iso(value: dt.date | dt.time | dt.timedelta) -> str:
    match value:
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: float) -> Cell:
    if abs(value) >= _ROUNDED_FROM:
        return Cell(f"{value:.0f}", CellKind.ROUNDED_NUMBER)
    return Cell(str(int(value) if value == int(value) else value), CellKind.NUMBER)
