"""From a table to orders: what rows have in common, and what is said of all of them."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from number_orders.batches.locations import GivenForAll, read_locations
from number_orders.runtime.errors import UsageError
from number_orders.workflows.models import DocumentType
from tests.support.fuzzing import examples
from tests.support.location_tables import ADDRESS, HEADERS, ONE, told, written
from tests.support.order_driver import PDF
from tests.support.workbooks import ERROR, written_ods, written_xlsx

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | (
    st.sampled_from(["", "a", *ADDRESS, "1067", "12.0", "4.9E+1", "03. Mai", "46145", "2", "AT"])
)


@pytest.fixture
def for_all(tmp_path: Path) -> GivenForAll:
    (tmp_path / "proof.pdf").write_bytes(PDF)
    return GivenForAll(document=tmp_path / "proof.pdf")


def test_order(tmp_path: Path, for_all: GivenForAll) -> None:
    """A row without a problem is an order, in no store yet, with the path of its PDF."""
    locations = read_locations(written(tmp_path, HEADERS, (), ONE), for_all)
    [row] = locations.rows
    assert locations.are_ready
    assert locations.encoding == "utf-8"
    assert (row.row, row.location_id, row.number) == (3, "a", 1)
    assert row.document == tmp_path / "proof.pdf"
    assert row.order is not None
    assert row.order.document is not None
    assert row.order.document.type is DocumentType.BUSINESS_LICENSE
    assert (row.order.area_code, row.order.address.street) == ("221", "Domkloster")


def test_kinds_of_files(tmp_path: Path, for_all: GivenForAll) -> None:
    """A workbook gives the orders that a CSV gives."""
    rows = [HEADERS, ONE]
    (tmp_path / "a.xlsx").write_bytes(written_xlsx({"a": rows}))
    (tmp_path / "a.ods").write_bytes(written_ods(rows))
    paths = [written(tmp_path, *rows), tmp_path / "a.xlsx", tmp_path / "a.ods"]
    found = [read_locations(path, for_all) for path in paths]
    assert len({locations.rows for locations in found}) == 1
    assert [len(locations.notes) for locations in found] == [0, 0, 1]
    assert "a cell with an error looks like an empty one" in found[2].notes[0]


def test_all_that_can_be_given(tmp_path: Path, for_all: GivenForAll) -> None:
    """Rows name number, link, batch, country, or a verification instead of a document."""
    headers = ("number", "link to number", "batch", "country", "Verification ID", "approved by")
    path = written(
        tmp_path,
        (*HEADERS, *headers),
        (*ONE, "2", "0221 123456", "spring", "Deutschland", "", ""),
        ("b", "Wien", "1010", "Graben", "1", "01", "", "", "", "", "Österreich", "v-1", "Mia"),
    )
    first, second = read_locations(path, for_all).rows
    assert first.order is not None
    assert (first.order.number, first.order.batch_id) == (2, "spring")
    assert first.order.link_to_number == "+49221123456"
    assert second.order is not None
    assert second.document is None
    assert second.order.verification is not None
    assert second.order.verification.verification_id == "v-1"
    assert second.order.address.country == "AT"


def test_given_for_all(tmp_path: Path) -> None:
    """A kind of document and a batch for all are those of rows that name none."""
    (tmp_path / "p.pdf").write_bytes(PDF)
    given = GivenForAll(None, tmp_path / "p.pdf", "Mietvertrag", "spring")
    rows = [(*HEADERS, "Batch"), (*ONE, "autumn"), ("b", *ADDRESS[:-1], "", "")]
    first, second = (row.order for row in read_locations(written(tmp_path, *rows), given).rows)
    assert first is not None and second is not None  # noqa: PT018 -- for mypy
    assert first.document is not None and second.document is not None  # noqa: PT018 -- for mypy
    assert (first.document.type, first.batch_id) == (DocumentType.BUSINESS_LICENSE, "autumn")
    assert (second.document.type, second.batch_id) == (DocumentType.CONTRACT, "spring")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (GivenForAll(documents=Path(), document=Path("a.pdf")), "leave one out"),
        (GivenForAll(document=Path("none.pdf")), r"none.pdf cannot be read"),
        (GivenForAll(document_type="Foto"), "--document-type: expected one of"),
        (GivenForAll(batch_id="ü"), "--batch: a batch id has letters"),
        (GivenForAll(documents=Path("none")), "none: is no folder"),
    ],
)
def test_given_for_all_is_wrong(tmp_path: Path, given: GivenForAll, says: str) -> None:
    """What is wrong for all is said once, by its flag."""
    with pytest.raises(UsageError, match=says):
        read_locations(written(tmp_path, HEADERS, ONE), given)


def test_no_table(tmp_path: Path) -> None:
    """A file without headers, or one without rows below them, says so with its name."""
    with pytest.raises(UsageError) as refused:
        read_locations(written(tmp_path, ("x", "y")))
    assert str(refused.value).startswith(f"{tmp_path / 'a.csv'}: has no row with at least 3")
    locations = read_locations(written(tmp_path, HEADERS))
    assert locations.problems == ("There is no row below the headers in row 1.",)
    assert not locations.are_ready


def test_missing_column(tmp_path: Path) -> None:
    """A column that all rows need is said once; no row is an order then."""
    rows = [("ID", "Ort", "PLZ", "Dokumentart"), ("a", "Köln", "50667", "Foto")]
    rows += [(f"b{place}", "Köln", "50667", "Vertrag") for place in range(7)]
    locations = read_locations(written(tmp_path, *rows))
    rows_named = "In rows 2, 3, 4, 5, 6 and 3 more it is missing"
    assert locations.problems == (
        (
            f"There is no column Dokument or Document. {rows_named}: name a PDF that proves the"
            " address in this column, the folder of PDFs with --documents, or one for all with"
            " --document."
        ),
        f"There is no column Straße or Street. {rows_named}.",
        f"There is no column Hausnummer or House number. {rows_named}.",
        (
            f"There is no column Vorwahl or Area code. {rows_named}; a German area code has 2 to 5"
            " digits, such as 221 for Cologne."
        ),
    )
    assert [row.order for row in locations.rows] == [None] * 8
    assert [text.split(":")[0] for text in told(locations)] == ["2 Dokumentart"]


def test_column_that_one_row_needs(tmp_path: Path, for_all: GivenForAll) -> None:
    """A column that only some countries need is missed in the row alone that needs it."""
    rows = [
        ("a", "Oslo", "0150", "Gate", "1", "Vertrag", "Norwegen"),
        ("b", *ADDRESS[:4], "Vertrag"),
    ]
    headers = (*HEADERS[:5], "Dokumentart", "Land")
    locations = read_locations(written(tmp_path, headers, *rows), for_all)
    assert locations.problems == ()
    assert locations.rows[0].order is not None
    assert told(locations)[0].startswith("3 Vorwahl or Area code: is missing; a German area code")


def test_same_location(tmp_path: Path, for_all: GivenForAll) -> None:
    """An id twice is objected to unless the numbers differ, and so are ids that look the same."""
    rows = [("a", "1"), ("a", "2"), ("a", "2"), ("A", ""), ("b", "x"), ("b", "1")]
    path = written(
        tmp_path,
        (*HEADERS, "Number"),
        *((location, *ADDRESS, number) for location, number in rows),
    )
    assert told(read_locations(path, for_all)) == [
        (
            "4 Standort-ID: stands in row 3 too; delete one of the rows, or count the location's"
            " numbers in a column Number"
        ),
        (
            "5 Standort-ID: differs from the one in row 2 in capitals alone; write both in the same"
            " way, or rename one"
        ),
        "6 Number: expected a whole number from 1 to 999",
    ]


def test_further_numbers(tmp_path: Path, for_all: GivenForAll) -> None:
    """A further number without the first one is a note: the rows may have been counted."""
    rows = [
        (f"a{number}", "Köln", "50667", "Markt", str(number), "221", "Vertrag", str(number))
        for number in (1, 2, 3)
    ]
    rows += [("a1", *ADDRESS, "2")]
    locations = read_locations(written(tmp_path, (*HEADERS, "Number"), *rows), for_all)
    assert locations.are_ready
    assert locations.notes == (
        (
            "Rows 3, 4 are about a further number (column Number) of a location whose first one is"
            " not in the table."
        ),
    )


def test_same_address(tmp_path: Path, for_all: GivenForAll) -> None:
    """Two ids at one address are a note: it may be one location by mistake."""
    rows = [("a", *ADDRESS), ("b", "KÖLN", "50667", "domkloster", "4", "221", "Vertrag")]
    locations = read_locations(written(tmp_path, HEADERS, *rows), for_all)
    assert locations.are_ready
    assert locations.notes == ("Rows 2, 3 have the same address and different ids.",)


def test_unknown_country(tmp_path: Path, for_all: GivenForAll) -> None:
    """Nothing that depends on the country is said while it is not known."""
    row = ("a", "Wien", "1010", "Graben", "1", "1", "Vertrag", ERROR)
    (tmp_path / "a.xlsx").write_bytes(written_xlsx({"a": [(*HEADERS, "Land"), row]}))
    locations = read_locations(tmp_path / "a.xlsx", for_all)
    assert told(locations) == ["2 Land: is #REF!, an error of the spreadsheet; put the value there"]


def test_force(tmp_path: Path, for_all: GivenForAll) -> None:
    """An area code that is clearly wrong is taken by force alone."""
    path = written(tmp_path, HEADERS, ("a", *ADDRESS[:4], "999", "Vertrag"))
    assert "with --force" in told(read_locations(path, for_all))[0]
    [row] = read_locations(path, dataclasses.replace(for_all, force=True)).rows
    assert row.order is not None
    assert row.notes[0].startswith("Area code 999 is no German area code")


def test_doubts(tmp_path: Path, for_all: GivenForAll) -> None:
    """What looks wrong and does not block is a note of the row."""
    row = ("a", "Bonn", *ADDRESS[1:])
    [found] = read_locations(written(tmp_path, HEADERS, row), for_all).rows
    assert found.order is not None
    assert found.notes[0].startswith("Area code 221 belongs to Köln, not to Bonn")


def test_taken(tmp_path: Path, for_all: GivenForAll) -> None:
    """Proposals are taken when they are asked for, in several fields of a row, and are named."""
    row = ("1001.0", "Dresden", "1067", "Markt", "03. Mai", "351", "Vertrag", "4935112345")
    path = written(tmp_path, (*HEADERS, "Linked number"), row)
    [found] = read_locations(path, for_all).rows
    assert (found.order, len(found.problems), found.taken) == (None, 3, ())
    [found] = read_locations(path, for_all, fix=True).rows
    assert found.order is not None
    assert (found.order.location_id, found.order.address.zip) == ("1001", "01067")
    assert found.order.address.house_number == "3-5"
    assert [problem.proposal for problem in found.taken] == ["1001", "3-5", "01067"]


def test_proposal_that_is_refused(tmp_path: Path, for_all: GivenForAll) -> None:
    """What was taken and is refused all the same is a problem, and is not proposed again."""
    row = ("a", "Köln", "50667", "Markt", "1", "999.0", "Vertrag")
    [found] = read_locations(written(tmp_path, HEADERS, row), for_all, fix=True).rows
    assert [problem.proposal for problem in found.taken] == ["999"]
    assert [str(problem)[:34] for problem in found.problems] == [
        "Vorwahl: is no German area code; K"
    ]
    assert [problem.proposal for problem in found.problems] == [None]
    assert found.order is None


@examples(100)
@given(st.lists(st.lists(CELLS, min_size=13, max_size=13), max_size=3))
@example([["9" * 5000] * 13])
def test_any_cells(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Whatever stands in the cells, each row is an order or says what is wrong."""
    headers = [*HEADERS, *("Datei", "Number", "Link to number", "Batch", "Land", "Approved by")]
    folder = tmp_path_factory.getbasetemp()
    locations = read_locations(written(folder, headers, *rows), fix=True)
    for row in locations.rows:
        assert (row.order is None) == bool(row.problems or locations.problems)


def test_streets_are_not_repeated(tmp_path: Path, for_all: GivenForAll) -> None:
    """Whatever is wrong with a row, its street is not said."""
    secret = "Geheimweg"
    wrong = ["x" * 201, "\u0000", "#REF!", "KÃ¶ln", "a\u0007"]
    rows = [
        ("a" + str(place), "", "x", secret + text, "", "", "") for place, text in enumerate(wrong)
    ]
    rows += [(secret + "!", secret + "\u0007", secret, secret, secret + "\ufffd", secret, secret)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(written_xlsx({"a": [HEADERS, *rows]}))
    locations = read_locations(path, for_all, fix=True)
    assert len(told(locations)) > 20
    assert secret not in "".join([*told(locations), *locations.notes, *locations.problems])
