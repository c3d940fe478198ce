"""Which column of a table holds which field of an order, by the headers that people write."""

import difflib
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.tables import Row, Sheet, TableFile, column_letters
from number_orders.workflows.checks import spelled

HEADERS: Mapping[str, tuple[str, ...]] = {
    "location_id": (
        *("Standort-ID", "Location ID", "Standort", "Location", "Standortnummer", "Standort-Nr."),
        *("Filiale", "Filial-ID", "Filialnummer", "Filial-Nr.", "Niederlassung", "Branch"),
        *("Branch ID", "Site", "Site ID", "Store ID", "ID", "Kennung"),
    ),
    "city": ("Ort", "City", "Stadt", "Town", "Ortschaft"),
    "zip": ("PLZ", "ZIP", "Postleitzahl", "ZIP code", "Postal code", "Postcode"),
    "street": ("Straße", "Street", "Str.", "Straßenname", "Street name"),
    "house_number": (
        *("Hausnummer", "House number", "Haus-Nr.", "HNr.", "House no.", "Street number"),
    ),
    "country": ("Land", "Country", "Staat", "Ländercode", "Country code"),
    "area_code": ("Vorwahl", "Area code", "Ortsvorwahl", "Ortsnetzkennzahl", "Dialling code"),
    "document": (
        *("Dokument", "Document", "Datei", "File", "Dateiname", "File name", "PDF", "Nachweis"),
    ),
    "document_type": (
        *("Dokumentart", "Document type", "Dokumenttyp", "Art des Dokuments", "Nachweisart"),
    ),
    "number": ("Nummer am Standort", "Number at location", "Number"),
    "link_to_number": (
        *("Verknüpfen mit", "Link to number", "Verknüpfte Rufnummer", "Linked number"),
    ),
    "batch_id": ("Batch", "Batch ID", "Charge", "Los"),
    "verification_id": ("Verifizierungs-ID", "Verification ID", "Verifikations-ID"),
    "approved_by": ("Genehmigt von", "Approved by", "Freigegeben von"),
}
"""The headers of each field: the German one and the English one of templates, then further ones.
The field's own name is one too."""

REMARKS = "Remarks of number-orders"
"""The header of the column that is written into a checked table, and not read from it."""

EXAMPLE_ID = "example"
"""The location of the template's example, which is never ordered."""

_KNOWN_AT_LEAST = 3
_ROWS_LOOKED_AT = 20
_NEAR = 0.75
_LONGEST_HEADER_SHOWN = 40


@dataclass(frozen=True)
class FoundColumn:
    """A column of a table that holds a field."""

    field: str
    header: str
    """As it stands in the file, in one line."""
    place: int
    """Counted from 0."""


@dataclass(frozen=True)
class Columns:
    """The sheet with the locations, and what its columns hold."""

    sheet: Sheet
    header_row: int
    by_field: Mapping[str, FoundColumn]
    notes: tuple[str, ...]
    """Columns that are not read."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows below the headers."""
        return self.sheet.rows[self.header_row :]

    def header(self, field: str) -> str:
        """What the file calls a field; where it has no such column, what it may be called."""
        found = self.by_field.get(field)
        return found.header if found else header_to_add(field)


def header_to_add(field: str) -> str:
    """What a column of a field is to be called, in German and English."""
    names = HEADERS.get(field, (field,))
    return " or ".join(dict.fromkeys(names[:2]))


def find_columns(file: TableFile, sheet_name: str | None = None) -> Columns:
    """The sheet with the locations, and its columns.

    Args:
        file: What the file holds.
        sheet_name: The sheet that is meant; by default the one that has headers and is visible.

    Raises:
        UsageError: No sheet has three of the known headers in one of its first 20 rows, or several
            have, or a field has two columns.
    """
    if sheet_name is not None:
        sheets = [sheet for sheet in file.sheets if sheet.name == sheet_name]
        if not sheets:
            raise UsageError(f"has no sheet of that name; --sheet names one of {_names(file)}")
    else:
        sheets = [sheet for sheet in file.sheets if not sheet.hidden]
    with_headers = [(sheet, row) for sheet in sheets if (row := _header_row(sheet))]
    if not with_headers:
        raise UsageError(
            f"has no row with at least {_KNOWN_AT_LEAST} headers that we know in its first"
            f" {_ROWS_LOOKED_AT}, such as Standort-ID, Ort, PLZ, or Location ID, City, ZIP;"
            " number-orders template makes a table with all of them"
        )
    if len(with_headers) > 1:
        names = ", ".join(sheet.name for sheet, _ in with_headers)
        raise UsageError(f"has several sheets with headers: {names}; name one with --sheet")
    [(sheet, row)] = with_headers
    notes = [
        f"Sheet {other.name} is {'hidden and ' if other.hidden else ''}not read."
        for other in file.sheets
        if other is not sheet and any(not row.is_empty for row in other.rows)
    ]
    return _columns(sheet, row, notes)


def field_of(header: str) -> str | None:
    """The field that a header names, however it is spelled; `None` if it names none."""
    return _fields().get(_plain(header))


def _columns(sheet: Sheet, row: Row, notes: list[str]) -> Columns:
    found: dict[str, FoundColumn] = {}
    for place, cell in enumerate(row.cells):
        header = " ".join(cell.text.split())
        shown = header[:_LONGEST_HEADER_SHOWN]
        field = field_of(header)
        if field is None:
            if header != REMARKS:
                notes += _note_on(place, shown, sheet, row)
        elif field in found:
            raise UsageError(
                f"row {row.number}: columns {column_letters(found[field].place)}"
                f" ({found[field].header}) and {column_letters(place)} ({shown}) both mean {field};"
                " rename or delete one"
            )
        else:
            found[field] = FoundColumn(field, shown, place)
    return Columns(sheet, row.number, found, tuple(notes))


def _note_on(place: int, header: str, sheet: Sheet, row: Row) -> list[str]:
    """That a column is not read, unless nothing stands in it."""
    letters = column_letters(place)
    if not header:
        is_used = any(row.cell(place).text.strip() for row in sheet.rows[row.number :])
        return [f"Column {letters} has no header and is not read."] if is_used else []
    nearest = difflib.get_close_matches(_plain(header), _fields(), n=1, cutoff=_NEAR)
    meant = f"; is {header_to_add(_fields()[nearest[0]])} meant?" if nearest else "."
    return [f"Column {letters} ({header}) is not read{meant}"]


def _header_row(sheet: Sheet) -> Row | None:
    for row in sheet.rows[:_ROWS_LOOKED_AT]:
        fields = {field_of(cell.text) for cell in row.cells} - {None}
        if len(fields) >= _KNOWN_AT_LEAST:
            return row
    return None


def _names(file: TableFile) -> str:
    return ", ".join(sheet.name for sheet in file.sheets if sheet.name) or "none, as it is a .csv"


@functools.cache
def _fields() -> Mapping[str, str]:
    return {_plain(name): field for field, names in HEADERS.items() for name in (field, *names)}


def _plain(header: str) -> str:
    """A header without blanks, punctuation, and the two ways to write an umlaut."""
    letters = re.sub(r"[\W_]", "", spelled(header))
    return letters.translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
