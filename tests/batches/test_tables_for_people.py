"""The template, and tables with remarks."""

import io
from pathlib import Path

import openpyxl
import pytest

from number_orders.batches.columns import EXAMPLE_ID, HEADERS, REMARKS
from number_orders.batches.locations import GivenForAll, read_locations
from number_orders.batches.tables_for_people import LANGUAGES, checked_table, template
from tests.support.order_driver import PDF
from tests.support.workbooks import ERROR, written_xlsx


@pytest.mark.parametrize("language", LANGUAGES)
def test_template_is_read(tmp_path: Path, language: str) -> None:
    """Each header of a template is known, and nothing is ordered of its example."""
    (tmp_path / "a.xlsx").write_bytes(template(language))
    locations = read_locations(tmp_path / "a.xlsx")
    assert set(locations.columns.by_field) == set(HEADERS)
    assert locations.rows == ()
    assert locations.notes == ("Row 2 is the template's example and is not read.",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_template_is_filled_in(tmp_path: Path, language: str) -> None:
    """The example is right in all fields: with another id it would be ordered."""
    workbook = openpyxl.load_workbook(io.BytesIO(template(language)))
    assert workbook.active is not None
    assert workbook.active["A2"].value == EXAMPLE_ID
    workbook.active["A2"].value = "koeln-01"
    workbook.save(tmp_path / "a.xlsx")
    (tmp_path / "example.pdf").write_bytes(PDF)
    locations = read_locations(tmp_path / "a.xlsx", GivenForAll(documents=tmp_path))
    assert locations.are_ready
    assert [row.location_id for row in locations.rows] == ["koeln-01"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_drop_downs(tmp_path: Path, language: str) -> None:
    """What a template offers is taken: each kind of document, and each country."""
    workbook = openpyxl.load_workbook(io.BytesIO(template(language)))
    sheet = workbook.active
    assert sheet is not None
    offered = {}
    for validation in sheet.data_validations.dataValidation:
        [column] = {cells.min_col for cells in validation.sqref.ranges}
        [first] = {cells.min_row for cells in validation.sqref.ranges}
        assert first == 2
        offered[column] = validation.formula1.strip('"').split(",")
    kinds, countries = (
        offered[list(HEADERS).index(field) + 1] for field in ("document_type", "country")
    )
    assert (len(kinds), len(countries)) == (6, 6)
    for number, country in enumerate(countries, 2):
        sheet.cell(number, 1).value = f"a{number}"
        for field, value in {
            "city": "x",
            "zip": {2: "50667"}.get(number, "1010 AB" if number == 7 else "1010"),
            "street": "x",
            "house_number": "1",
            "area_code": "0221" if number == 2 else "1",
            "country": country,
            "document_type": kinds[number - 2],
        }.items():
            sheet.cell(number, list(HEADERS).index(field) + 1).value = value
    workbook.save(tmp_path / "a.xlsx")
    (tmp_path / "proof.pdf").write_bytes(PDF)
    locations = read_locations(tmp_path / "a.xlsx", GivenForAll(document=tmp_path / "proof.pdf"))
    fields = {problem.field for row in locations.rows for problem in row.problems}
    assert not fields & {"country", "document_type"}


def test_all_is_text(tmp_path: Path) -> None:
    """A template's cells are formatted as text, so that a zip that is typed keeps its zero."""
    sheet = openpyxl.load_workbook(io.BytesIO(template("de"))).active
    assert sheet is not None
    # One of them may be for several columns.
    dimensions = sheet.column_dimensions.values()
    assert {dimension.number_format for dimension in dimensions} == {"@"}
    columns = [place for one in dimensions for place in range(one.min, one.max + 1)]
    assert sorted(columns) == list(range(1, len(HEADERS) + 1))
    assert {cell.number_format for cell in sheet[2]} == {"@"}
    assert sheet.freeze_panes == "A2"


def test_remarks(tmp_path: Path) -> None:
    """Remarks stand beside the rows that they are about, in one column however often it is made."""
    headers = ["ID", "Ort", "PLZ", "Straße", "Haus-Nr.", "Vorwahl", "Dokumentart", "Umsatz"]
    row = ["a", "Dresden", 1067, "=A1", ERROR, "351", "Vertrag", 12.5]
    path = tmp_path / "a.xlsx"
    path.write_bytes(written_xlsx({"a": [["Titel"], headers, row, [], ["b"]]}))
    (tmp_path / "proof.pdf").write_bytes(PDF)
    given = GivenForAll(document=tmp_path / "proof.pdf")
    for fix, zip_code in [(False, "1067"), (True, "01067"), (False, "01067")]:
        path.write_bytes(checked_table(read_locations(path, given, fix=fix)))
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        values = [[cell.value for cell in cells] for cells in sheet.iter_rows()]
        assert values[1] == [*headers, REMARKS]
        assert values[2][:8] == [
            "a",
            "Dresden",
            zip_code,
            "#N/A",
            "#REF!",
            "351",
            "Vertrag",
            "12.5",
        ]
        assert "Straße: is" in str(values[2][8])
        assert values[3] == [None] * 9
        assert "Ort: is missing" in str(values[4][8])
        assert ("PLZ: 01067 was taken" in str(values[2][8])) is fix
        is_marked = sheet["C3"].fill.fgColor.rgb == "FFFFE699"
        assert is_marked is (zip_code == "1067" or fix)
