"""What a table is, whatever file it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ROWS_AT_MOST = 20_000
COLUMNS_AT_MOST = 200
CELL_CHARACTERS_AT_MOST = 32_767
"""As many as a cell has in Excel."""


class CellKind(StrEnum):
    """What a spreadsheet holds in a cell; a CSV file holds text alone."""

    TEXT = "text"
    NUMBER = "number"
    ROUNDED_NUMBER = "rounded number"
    """More digits than the 15 that a spreadsheet keeps: the last ones may be others."""
    DATE = "date"
    """A date, a time or both, which a spreadsheet may have made of something else."""
    TRUTH = "truth"
    ERROR = "error"
    FORMULA = "formula"
    """One without a saved value."""


_OBJECTIONS = {
    CellKind.ROUNDED_NUMBER: "is a number of more than 15 digits, which a spreadsheet rounds; type"
    " it as text",
    CellKind.TRUTH: "is a truth value; type it as text",
    CellKind.FORMULA: "is a formula whose value was not saved; open the file in a spreadsheet and"
    " save it, or put the value there",
}


@dataclass(frozen=True)
class Cell:
    """A cell as text, with what the spreadsheet held."""

    text: str = ""
    """A whole number has no point: `12`. A date is ISO 8601: `2026-05-03`. An error is its name."""
    kind: CellKind = CellKind.TEXT

    @property
    def objection(self) -> str | None:
        """Why this is not what a person typed, and what to do; `None` if it can be."""
        if self.kind is CellKind.ERROR:
            return f"is {self.text}, an error of the spreadsheet; put the value there"
        return _OBJECTIONS.get(self.kind)


EMPTY = Cell()


@dataclass(frozen=True)
class Row:
    """A row of a sheet."""

    number: int
    """As a spreadsheet shows it: the first one is 1."""
    cells: Sequence[Cell]
    hidden: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it but blanks; a formula without a value is something."""
        return not any(cell.text.strip() or cell.objection for cell in self.cells)

    def cell(self, column: int) -> Cell:
        """The cell of a column, counted from 0; an empty one behind the last."""
        return self.cells[column] if column < len(self.cells) else EMPTY


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a CSV file as a whole."""

    name: str
    rows: Sequence[Row]
    hidden: bool = False


@dataclass(frozen=True)
class TableFile:
    """What a file holds."""

    sheets: Sequence[Sheet]
    encoding: str | None = None
    """Of a CSV file, in Python's spelling; a workbook has its own."""
    shows_errors: bool = True
    """Whether a cell with an error can be told from an empty one."""


def column_letters(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0: A to Z, AA, ..."""
    before, letter = divmod(column, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + letter)
