"""Headers as people write them."""

import re
from pathlib import Path

import pytest

from number_orders.batches.columns import HEADERS, REMARKS, field_of, find_columns, header_to_add
from number_orders.batches.document_types import NAMES, document_type
from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.tables import Cell, Row, Sheet, TableFile
from number_orders.workflows.models import Address, DocumentType, NumberOrderInput

PAGE = Path(__file__).parents[2] / "docs" / "batches.md"
THREE = ("Standort", "Ort", "PLZ")


def sheet(*rows: tuple[str, ...], name: str = "a", hidden: bool = False) -> Sheet:
    numbered = enumerate(rows, 1)
    return Sheet(
        name,
        tuple(Row(number, tuple(Cell(text) for text in cells)) for number, cells in numbered),
        hidden,
    )


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Straße", "street"),
        ("STRASSE", "street"),
        (" haus-nr ", "house_number"),
        ("Haus Nr.", "house_number"),
        ("Location-ID", "location_id"),
        ("location_id", "location_id"),
        ("Verknuepfte Rufnummer", "link_to_number"),
        ("Verknu\u0308pfte Rufnummer", "link_to_number"),
        ("Umsatz", None),
        ("", None),
    ],
)
def test_spelling(header: str, field: str | None) -> None:
    """Case, blanks, punctuation and ways to write an umlaut do not matter."""
    assert field_of(header) == field


def test_one_meaning() -> None:
    """No header means two fields, nor a name two kinds of documents; each field is an order's."""
    names = [(name, field) for field, names in HEADERS.items() for name in (field, *names)]
    assert all(field_of(name) == field for name, field in names)
    kinds = [(name, kind) for kind, names in NAMES.items() for name in (kind, *names)]
    assert all(document_type(name) is kind for name, kind in kinds)
    assert set(NAMES) == set(DocumentType)
    assert set(HEADERS) <= {
        *Address.model_fields,
        *NumberOrderInput.model_fields,
        *("verification_id", "approved_by", "document_type"),
    }


def test_title_above() -> None:
    """The headers are the first row with three known ones, whatever stands above."""
    columns = find_columns(
        TableFile((sheet(("Unsere Standorte",), ("Ort", "PLZ"), THREE, ("x",)),))
    )
    assert columns.header_row == 3
    assert [row.number for row in columns.rows] == [4]
    assert {field: found.header for field, found in columns.by_field.items()} == {
        "location_id": "Standort",
        "city": "Ort",
        "zip": "PLZ",
    }
    assert columns.header("city") == "Ort"
    assert columns.header("street") == "Straße or Street"
    assert columns.header("numbering") == header_to_add("numbering") == "numbering"


def test_what_is_not_read() -> None:
    """A column that is not read is named, with what may be meant; an empty one is not."""
    rows = [(*THREE, "Hausnumer", "Umsatz", "", "", REMARKS), ("1", "2", "3", "4", "5", "6")]
    assert find_columns(TableFile((sheet(*rows),))).notes == (
        "Column D (Hausnumer) is not read; is Hausnummer or House number meant?",
        "Column E (Umsatz) is not read.",
        "Column F has no header and is not read.",
    )


def test_other_sheets() -> None:
    """Of several sheets the visible one with headers is read, and each other one is named."""
    notes, old, empty = (
        sheet(("x",), name="Notes"),
        sheet(THREE, name="Old", hidden=True),
        sheet(name="Empty"),
    )
    file = TableFile((notes, sheet(THREE, ("1",)), old, empty))
    columns = find_columns(file)
    assert columns.sheet.name == "a"
    assert columns.notes == ("Sheet Notes is not read.", "Sheet Old is hidden and not read.")
    assert find_columns(file, "Old").sheet.name == "Old"


@pytest.mark.parametrize(
    ("sheets", "named", "says"),
    [
        ([sheet(("a", "b"))], None, "has no row with at least 3 headers that we know"),
        ([sheet(*[("x",)] * 20, THREE)], None, "has no row with at least 3 headers"),
        (
            [sheet(THREE, name="May"), sheet(THREE, name="June")],
            None,
            "headers: May, June; name one",
        ),
        ([sheet(THREE, name="May")], "July", "has no sheet of that name; --sheet names one of May"),
        ([sheet(THREE, name="")], "July", "names one of none, as it is a .csv"),
        (
            [sheet((*THREE, "Stadt"))],
            None,
            "row 1: columns B (Ort) and D (Stadt) both mean city; rename or delete one",
        ),
    ],
    ids=range(6),
)
def test_refused(sheets: list[Sheet], named: str | None, says: str) -> None:
    """Where nobody can tell what is meant, that is said."""
    with pytest.raises(UsageError) as refused:
        find_columns(TableFile(tuple(sheets)), named)
    assert says in str(refused.value)


def test_document_type() -> None:
    """A kind of document is known by its German name, and a mistyped one is proposed."""
    assert document_type("gewerbeschein") is DocumentType.BUSINESS_LICENSE
    assert (
        document_type("Personalausweis & Gewerbeschein")
        is DocumentType.IDENTITY_CARD_AND_BUSINESS_LICENSE
    )
    with pytest.raises(UsageError, match=r"is CONTRACT meant\?"):
        document_type("Mietvetrag")
    with pytest.raises(UsageError, match=r"Mietvertrag$"):
        document_type("Foto")


def _table(title: str) -> dict[str, list[str]]:
    """A table of the page: its first column's code, and the names in its second one."""
    section = PAGE.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", section, flags=re.MULTILINE)
    return {field: names.split(", ") for field, names in rows}


def test_page() -> None:
    """The page shows all headers, and all names of documents."""
    assert _table("Headers") == {field: list(names) for field, names in HEADERS.items()}
    assert _table("Documents") == {kind: list(names) for kind, names in NAMES.items()}
