"""What only a second look at an `.xlsx` shows: errors, formulas without a value, hidden rows."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.tables import COLUMNS_AT_MOST, ROWS_AT_MOST, Cell, CellKind

_ERROR = "e"
_FORMULA = "f"
# As openpyxl names the types of cells.


@dataclass(frozen=True)
class SheetDetails:
    """What is odd in a sheet."""

    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    """By row, counted from 1, and column, counted from 0. One that was saved with a value may be
    among the formulas."""
    hidden_rows: frozenset[int] = frozenset()
    """Their numbers, counted from 1."""


def details_of(content: bytes) -> Mapping[str, SheetDetails]:
    """What is odd in each sheet of an `.xlsx`, by the sheet's name.

    Raises:
        UsageError: It cannot be read.
    """
    formulas = _loaded(content, values=False)
    # Only where there are formulas: to read twice takes twice as long.
    results = _loaded(content, values=True) if any(map(_has_formula, formulas)) else formulas
    return {
        sheet.title: SheetDetails(
            _odd_cells(sheet, results[sheet.title]),
            frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden),
        )
        for sheet in formulas.worksheets
    }


def _loaded(content: bytes, *, values: bool) -> Any:
    """The workbook; its formulas, or the values that were saved with them."""
    # Here, since it takes longer to import than a CSV file to read.
    from openpyxl import load_workbook  # noqa: PLC0415 -- see above

    with warnings.catch_warnings():
        # It warns of what it would lose if it wrote the workbook.
        warnings.simplefilter("ignore")
        try:
            return load_workbook(io.BytesIO(content), data_only=values)
        except Exception:  # noqa: BLE001 -- a damaged workbook makes it raise nearly anything
            raise UsageError("is damaged; open it in a spreadsheet, and save it as .xlsx") from None


def _cells(sheet: Any) -> Any:
    """A sheet's cells that have a value, within the bounds of a table."""
    # Its public iterators make each empty cell in between: four million for one far outside.
    return (
        cell
        for (row, column), cell in sheet._cells.items()  # noqa: SLF001 -- see above
        if cell.value is not None and row <= ROWS_AT_MOST and column <= COLUMNS_AT_MOST
    )


def _has_formula(sheet: Any) -> bool:
    return any(cell.data_type == _FORMULA for cell in _cells(sheet))


def _odd_cells(sheet: Any, results: Any) -> dict[tuple[int, int], Cell]:
    found = {}
    for cell in _cells(sheet):
        place = (cell.row, cell.column - 1)
        if cell.data_type == _ERROR:
            found[place] = Cell(str(cell.value), CellKind.ERROR)
        elif cell.data_type == _FORMULA:
            result = results.cell(cell.row, cell.column)
            if result.data_type == _ERROR:
                found[place] = Cell(str(result.value), CellKind.ERROR)
            elif result.value is None and result.data_type == "n":
                # An empty text that was saved has the type of a text.
                found[place] = Cell("", CellKind.FORMULA)
    return found
