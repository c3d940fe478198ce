"""Workbooks for people: the template of a table of locations, and a table with remarks."""

from number_orders.batches.columns import EXAMPLE_ID, HEADERS, REMARKS
from number_orders.batches.document_types import NAMES
from number_orders.batches.locations import Locations
from number_orders.spreadsheets.tables import Cell, CellKind, Row
from number_orders.spreadsheets.writing import XlsxSheet, xlsx

LANGUAGES = ("de", "en")
"""What a template's headers can be in, in the order of `HEADERS` and `NAMES`."""

_EXAMPLE = {
    "location_id": EXAMPLE_ID,
    "city": "Köln",
    "zip": "50667",
    "street": "Domkloster",
    "house_number": "4",
    "area_code": "0221",
    "document": "example.pdf",
}
_COUNTRIES = {
    "de": ("Deutschland", "Österreich", "Schweiz", "Italien", "Frankreich", "Niederlande"),
    "en": ("Germany", "Austria", "Switzerland", "Italy", "France", "Netherlands"),
}
"""What a template offers; any other country can be typed."""
_LACKING = "#N/A"
"""What is written where the cell held nothing that can be taken, and is never taken itself."""


def template(language: str) -> bytes:
    """An `.xlsx` with all headers, drop-downs, and an example that is never ordered.

    Args:
        language: `de` or `en`.
    """
    place = LANGUAGES.index(language)
    types = tuple(names[place] for names in NAMES.values())
    countries = _COUNTRIES[language]
    example = {**_EXAMPLE, "country": countries[0], "document_type": types[0]}
    headers = [names[place] for names in HEADERS.values()]
    fields = list(HEADERS)
    return xlsx(
        XlsxSheet(
            {"de": "Standorte", "en": "Locations"}[language],
            [headers, [example.get(field, "") for field in fields]],
            choices={fields.index("document_type"): types, fields.index("country"): countries},
        )
    )


def checked_table(locations: Locations) -> bytes:
    """An `.xlsx` of the table with a column of remarks, and what they are about marked.

    Its rows have the numbers that they have in the table. Proposals that were taken stand in it.
    """
    columns = locations.columns
    header_row = columns.sheet.rows[columns.header_row - 1]
    headers = [cell.text for cell in header_row.cells]
    remarks = headers.index(REMARKS) if REMARKS in headers else len(headers)
    by_row = {row.row: row for row in locations.rows}
    written, marked = [], set()
    for row in columns.sheet.rows:
        cells = [_kept(row, column) for column in range(max(remarks, len(row.cells)))]
        cells += [""] * (remarks + 1 - len(cells))
        cells[remarks] = REMARKS if row.number == columns.header_row else ""
        if row.number in by_row:
            found = by_row[row.number]
            for problem in found.taken:
                if problem.field in columns.by_field:
                    cells[columns.by_field[problem.field].place] = problem.proposal or ""
            told = [*map(str, found.problems), *found.notes]
            told += [f"{one.column}: {one.proposal} was taken" for one in found.taken]
            cells[remarks] = "\n".join(told)
            marked |= {
                (row.number, columns.by_field[problem.field].place)
                for problem in (*found.problems, *found.taken)
                if problem.field in columns.by_field
            }
        written.append(cells)
    return xlsx(XlsxSheet("checked", written, columns.header_row, marked=marked))


def _kept(row: Row, column: int) -> str:
    """A cell's text; what the spreadsheet could not tell is told apart from an empty cell."""
    cell: Cell = row.cell(column)
    return _LACKING if cell.objection and cell.kind is not CellKind.ERROR else cell.text
