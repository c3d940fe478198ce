"""Tables for people, as XLSX, and for programs, as CSV. Each cell is written as text."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.escaping import escaped
from number_orders.spreadsheets.tables import CELL_CHARACTERS_AT_MOST

_WIDEST = 60
_NARROWEST = 8


@dataclass(frozen=True)
class XlsxSheet:
    """What is written into a sheet."""

    name: str
    rows: Sequence[Sequence[str]]
    """From row 1 on, with headers and whatever stands above them."""
    header_row: int = 1
    """The number of the row that stays in sight with all above it."""
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """What a column, counted from 0, offers in each cell below its header; other text is taken."""
    marked: Collection[tuple[int, int]] = frozenset()
    """Cells that are to be seen, by row, counted from 1, and column, counted from 0."""


def xlsx(sheet: XlsxSheet) -> bytes:
    """An `.xlsx` of one sheet: every cell is text, none a number, a formula or a link."""
    # Here, since few commands write one.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 -- see above

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        worksheet = workbook.add_worksheet(sheet.name)
        text = workbook.add_format({"num_format": "@"})
        header = workbook.add_format({"num_format": "@", "bold": True})
        marked = workbook.add_format({"num_format": "@", "bg_color": "#FFE699"})
        for column, width in enumerate(_widths(sheet.rows)):
            # As text, so that a spreadsheet leaves what is typed below as it is, too.
            worksheet.set_column(column, column, width, text)
        for number, cells in enumerate(sheet.rows, 1):
            for column, cell in enumerate(cells):
                is_marked = (number, column) in sheet.marked
                plain = header if number == sheet.header_row else text
                _write(worksheet, number, column, cell, marked if is_marked else plain)
        for column, choices in sheet.choices.items():
            offered = {"validate": "list", "source": list(choices), "error_type": "information"}
            worksheet.data_validation(sheet.header_row, column, 2**20 - 1, column, offered)
        worksheet.freeze_panes(sheet.header_row, 0)
    return file.getvalue()


def _write(worksheet: Any, number: int, column: int, cell: str, style: Any) -> None:
    if cell:
        worksheet.write_string(number - 1, column, cell[:CELL_CHARACTERS_AT_MOST], style)
    else:
        worksheet.write_blank(number - 1, column, None, style)


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is in characters."""
    widths: dict[int, int] = {}
    for cells in rows:
        for column, cell in enumerate(cells):
            widths[column] = max(widths.get(column, _NARROWEST), len(cell) + 2)
    return [min(widths[column], _WIDEST) for column in range(len(widths))]


def csv_text(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, free_text: Collection[str] = ()
) -> str:
    """A CSV with commas, whose every field is quoted; `csv_reading` reads it back as it was.

    Args:
        headers: The first row.
        rows: What follows.
        free_text: The headers of columns that hold what people wrote, in which a formula is made
            harmless. A number such as `+49221123456` is none.
    """
    file = io.StringIO(newline="")
    # Quoted, so that no comma or semicolon in a text is taken for what separates columns.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headers)
    is_free = [header in free_text for header in headers]
    for cells in rows:
        writer.writerow(
            escaped(cell) if free else cell for cell, free in zip(cells, is_free, strict=True)
        )
    return file.getvalue()


def write_new_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    Raises:
        UsageError: It is there, or cannot be written.
    """
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(f"{path}: is there already; name another file, or remove it") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from None
