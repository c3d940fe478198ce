"""Workbooks as Excel and LibreOffice write them."""

import datetime as dt
import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter


class Formula(Enum):
    """What a formula has been calculated to."""

    ERROR = "#REF!"
    EMPTY_TEXT = ""


ERROR, EMPTY_TEXT = Formula


def written_xlsx(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    hidden_rows: Collection[int] = (),
    hidden_sheets: Collection[str] = (),
) -> bytes:
    """An `.xlsx` of values: numbers as numbers, dates as dates, `=...` without a saved value.

    `hidden_rows` are those of the first sheet, counted from 1.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        date = workbook.add_format({"num_format": "dd. mmm"})
        for name, rows in sheets.items():
            worksheet = workbook.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    _write(worksheet, (number, column), value, date)
            if name in hidden_sheets:
                worksheet.hide()
        for number in hidden_rows:
            workbook.worksheets()[0].set_row(number - 1, None, None, {"hidden": True})
    return _with_empty_texts(file.getvalue())


def _write(worksheet: Any, place: tuple[int, int], value: Any, date: Any) -> None:
    match value:
        case _ if value is ERROR:
            worksheet.write_formula(*place, "=1/0", None, "#REF!")
        case _ if value is EMPTY_TEXT:
            worksheet.write_formula(*place, '=""', None, "EMPTY_TEXT")
        case dt.date() | dt.time():
            worksheet.write_datetime(*place, value, date)
        case str() if value.startswith("="):
            worksheet.write_formula(*place, value, None, "")
        case _:
            worksheet.write(*place, value)


def _with_empty_texts(content: bytes) -> bytes:
    """The workbook with the empty texts that Excel saves, and the library cannot write."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.infolist():
            part = old.read(member).replace(b"<v>EMPTY_TEXT</v>", b"<v></v>")
            new.writestr(member, part)
    return changed.getvalue()


def written_ods(rows: Sequence[Sequence[str]], *, encrypted: bool = False) -> bytes:
    """An `.ods` of texts; one that says that it is encrypted is not really."""
    table = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(cell)}</text:p></table:table-cell>"
            for cell in cells
        )
        + "</table:table-row>"
        for cells in rows
    )
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{oasis}:office:1.0"'
        f' xmlns:table="{oasis}:table:1.0" xmlns:text="{oasis}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Tabelle1">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{oasis}:manifest:1.0"><manifest:file-entry'
        ' manifest:full-path="content.xml" manifest:media-type="text/xml">'
        f"{'<manifest:encryption-data/>' if encrypted else ''}"
        "</manifest:file-entry></manifest:manifest>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return file.getvalue()
