"""Workbooks: what cells hold, and what only a second look shows."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.reading import FILE_BYTES_AT_MOST, read_table_file
from number_orders.spreadsheets.tables import (
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    Cell,
    CellKind,
    TableFile,
)
from number_orders.spreadsheets.writing import XlsxSheet, write_new_file, xlsx
from tests.support.workbooks import EMPTY_TEXT, ERROR, written_ods, written_xlsx


def written_xls(*, password: bool = False) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Tabelle1")
    for column, text in enumerate(["Ort", "PLZ", "Hausnummer"]):
        sheet.write(0, column, text)
    sheet.write(2, 0, "Köln")
    sheet.write(2, 1, 50667.0)
    sheet.write(2, 2, dt.date(2026, 5, 3), xlwt.easyxf(num_format_str="D. MMM"))
    file = io.BytesIO()
    workbook.save(file)
    content = file.getvalue()
    return content + "EncryptedPackage".encode("utf-16-le") if password else content


def read(folder: Path, name: str, content: bytes) -> TableFile:
    (folder / name).write_bytes(content)
    return read_table_file(folder / name)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Köln", Cell("Köln")),
        ("0221", Cell("0221")),
        (12.0, Cell("12", CellKind.NUMBER)),
        (12.5, Cell("12.5", CellKind.NUMBER)),
        (49221123456.0, Cell("49221123456", CellKind.NUMBER)),
        (999_999_999_999_999, Cell("999999999999999", CellKind.NUMBER)),
        (10**15, Cell("1000000000000000", CellKind.ROUNDED_NUMBER)),
        (dt.date(2026, 5, 3), Cell("2026-05-03", CellKind.DATE)),
        (dt.datetime(2026, 5, 3, 4, 5), Cell("2026-05-03 04:05:00", CellKind.DATE)),  # noqa: DTZ001 -- a spreadsheet has no time zone
        (dt.time(3, 5), Cell("03:05:00", CellKind.DATE)),
        (True, Cell("TRUE", CellKind.TRUTH)),
        (ERROR, Cell("#REF!", CellKind.ERROR)),
        ("#DIV/0!", Cell("#DIV/0!")),
        ("=A1", Cell("", CellKind.FORMULA)),
        (EMPTY_TEXT, Cell("")),
        (None, Cell("")),
    ],
    ids=str,
)
def test_cell(tmp_path: Path, value: object, cell: Cell) -> None:
    """A cell is text, and what a spreadsheet made of it is known."""
    file = read(tmp_path, "a.xlsx", written_xlsx({"a": [["x", "x"], ["x", value, "x"]]}))
    assert file.sheets[0].rows[1].cells == (Cell("x"), cell, Cell("x"))


def test_objections() -> None:
    """What nobody typed says so, with what to do."""
    said = {kind: Cell("#REF!", kind).objection for kind in CellKind}
    assert {kind for kind, objection in said.items() if objection is None} == {
        *(CellKind.TEXT, CellKind.NUMBER, CellKind.DATE),
    }
    assert said[CellKind.ERROR] == "is #REF!, an error of the spreadsheet; put the value there"


def test_rows_and_sheets(tmp_path: Path) -> None:
    """Rows have the numbers that a spreadsheet shows; what is hidden is read and marked."""
    rows = [[], ["", "a"], [], ["b"]]
    content = written_xlsx(
        {"one": rows, "two": [["c"]], "none": []}, hidden_rows=[4], hidden_sheets=["two"]
    )
    one, two, none = read(tmp_path, "a.xlsx", content).sheets
    assert [(row.number, row.hidden, row.is_empty) for row in one.rows] == [
        (1, False, True),
        (2, False, False),
        (3, False, True),
        (4, True, False),
    ]
    assert one.rows[1].cell(1) == Cell("a")
    assert one.rows[1].cell(99) == Cell()
    assert (one.hidden, two.hidden, len(none.rows)) == (False, True, 0)


def test_error_without_a_formula(tmp_path: Path) -> None:
    """An error that was pasted as a value is one."""
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(["x", "#REF!"])
    workbook.save(tmp_path / "a.xlsx")
    [row] = read_table_file(tmp_path / "a.xlsx").sheets[0].rows
    assert row.cells == (Cell("x"), Cell("#REF!", CellKind.ERROR))


def test_decoration(tmp_path: Path) -> None:
    """What a workbook has beside its cells is nobody's concern here, and no warning."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.conditional_format("A1:A9", {"type": "data_bar", "data_bar_2010": True})
    [row] = read_table_file(tmp_path / "a.xlsx").sheets[0].rows
    assert row.cells == (Cell("x"),)


def test_formula_alone(tmp_path: Path) -> None:
    """A row of nothing but a formula without a value is not taken for an empty one."""
    file = read(tmp_path, "a.xlsx", written_xlsx({"a": [["x"], ["=A1"]]}))
    assert not file.sheets[0].rows[1].is_empty


def test_old_workbook(tmp_path: Path) -> None:
    """An `.xls` is read, and does not tell errors from empty cells."""
    file = read(tmp_path, "a.xls", written_xls())
    assert not file.shows_errors
    assert [cell.text for cell in file.sheets[0].rows[2].cells] == ["Köln", "50667", "2026-05-03"]


def test_open_document(tmp_path: Path) -> None:
    """An `.ods` is read."""
    file = read(tmp_path, "a.ods", written_ods([["Ort", "PLZ"], ["Köln", "01067"]]))
    assert [cell.text for cell in file.sheets[0].rows[1].cells] == ["Köln", "01067"]


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


XLSX = written_xlsx({"a": [["x"]]})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", XLSX[:500], "is damaged; fetch it again, or open it in a spreadsheet"),
        ("a.xlsx", archive(x=b"x"), "is an archive, and no workbook that we know"),
        ("a.xlsx", archive(**{"xl/workbook.xml": b"<x"}), "is damaged or protected by a p"),
        ("a.xlsx", archive(x=b"0" * (100 * 2**20 + 1)), "is larger than 100 MiB when it is unpack"),
        ("a.xlsx", written_xls(password=True), "is protected by a password; save it without one"),
        ("a.xlsx", b"Ort;PLZ", "is plain text, although its name ends in .xlsx; rename it to .csv"),
        ("a.csv", XLSX, "is an .xlsx workbook, although its name ends in .csv; rename it to .xlsx"),
        ("a.xls", XLSX, "is an .xlsx workbook, although its name ends in .xls; rename it to .xlsx"),
        ("a.xls", b"<html><table>", "is a web page, XML or a PDF, and no table; open it in a sp"),
        ("a.xls", b"\r\n<!DOCTYPE html>", "is a web page"),
        ("a.xls", written_xls()[:600], "is damaged or protected by a password; open it"),
        (
            "a.ods",
            written_ods([["x"], ["x", "y" * 32_768]]),
            "row 2, column B: has more than 32767",
        ),
        ("a.ods", written_ods([["x"]], encrypted=True), "is damaged or protected by a passw"),
        ("a.numbers", b"x", "expected an .xlsx, .xls, .ods or .csv; save it as one of them"),
        ("a.csv", b"x" * (FILE_BYTES_AT_MOST + 1), "is larger than 20 MiB; split it"),
        ("a.xlsx", written_xlsx({"a": [*[[]] * ROWS_AT_MOST, ["x"]]}), "sheet a has more than 200"),
        ("a.xlsx", written_xlsx({"a": [[*[""] * COLUMNS_AT_MOST, "x"]]}), "more than 200 columns"),
    ],
    ids=range(18),
)
def test_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    """What is no table that can be read is refused with the file's name and what to do."""
    with pytest.raises(UsageError) as refused:
        read(tmp_path, name, content)
    assert str(refused.value).startswith(f"{tmp_path / name}: ")
    assert says in str(refused.value)


def test_encoding_of_a_workbook(tmp_path: Path) -> None:
    """An encoding that would be ignored is refused."""
    (tmp_path / "a.xlsx").write_bytes(XLSX)
    with pytest.raises(UsageError, match=r"only a \.csv has an encoding"):
        read_table_file(tmp_path / "a.xlsx", encoding="utf-8")


def test_written_as_text(tmp_path: Path) -> None:
    """Whatever is written into an `.xlsx` is text there: no number, formula or link."""
    cells = ["01067", "+49221123456", "=1+1", "http://localhost", "3-5", "{=1}", "", "x" * 40_000]
    sheet = XlsxSheet("a", [cells], choices={0: ["01067", "b"]}, marked={(1, 0)})
    file = read(tmp_path, "a.xlsx", xlsx(sheet))
    assert file.sheets[0].rows[0].cells == tuple(Cell(cell[:32_767]) for cell in cells)


def test_new_file(tmp_path: Path) -> None:
    """Nothing that is there is overwritten."""
    write_new_file(tmp_path / "a", b"x")
    with pytest.raises(UsageError, match="is there already; name another file, or remove it"):
        write_new_file(tmp_path / "a", b"y")
    assert (tmp_path / "a").read_bytes() == b"x"
    with pytest.raises(UsageError, match="cannot be written"):
        write_new_file(tmp_path / "b" / "c", b"y")
