"""A thousand rows as Excel makes them, sixty of them broken in twenty ways."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from number_orders.batches.locations import GivenForAll, Locations, read_locations
from number_orders.batches.tables_for_people import checked_table
from tests.support.order_driver import PDF
from tests.support.workbooks import EMPTY_TEXT, ERROR, written_xlsx

HEADERS = [
    *("Standort-ID", "Ort", "PLZ", "Straße", "Haus-Nr.", "Land", "Vorwahl", "Dokumentart"),
    *("Verknüpfen mit", "Umsatz"),
]
ID, CITY, ZIP, STREET, HOUSE, COUNTRY, CODE, KIND, LINK = range(9)
PLACES = [("Köln", "50667", "0221"), ("Berlin", "10115", 30), ("Dresden", "01067", "351")]

BROKEN: list[tuple[int, Any, str, str | None]] = [
    (HOUSE, dt.date(2026, 5, 3), "is a date, which a spreadsheet made of it", "3-5"),
    (HOUSE, dt.date(2024, 5, 1), "is a date, which a spreadsheet made of it", None),
    (HOUSE, "12.0", "is 12.0, a whole number with a decimal point", "12"),
    (HOUSE, ERROR, "is #REF!, an error of the spreadsheet", None),
    (ZIP, 1067, "a German zip has five digits; did a spreadsheet drop its zero?", "01067"),
    (ZIP, "=A1", "is a formula whose value was not saved", None),
    (ZIP, "5066", "a German zip has five digits; did a spreadsheet drop its zero?", "05066"),
    (ZIP, "D-50667", "a German zip has five digits and nothing else", None),
    (LINK, 4989123456, "cannot be told from other numbers", "+4989123456"),
    (LINK, "4.92E+10", "is 4.92E+10, the short form of a number", None),
    (LINK, "4,9351123456E+10", "is 4,9351123456E+10, the short form", "+49351123456"),
    (LINK, 10**15, "is a number of more than 15 digits", None),
    (LINK, ERROR, "is #REF!, an error of the spreadsheet", None),
    (CODE, 999, "is no German area code", None),
    (CODE, dt.date(2026, 5, 3), "is a date or a time", None),
    (COUNTRY, "Absurdistan", "is no country's code in ISO 3166", None),
    (KIND, "Foto", "expected one of ALLOCATION_NOTICE", None),
    (CITY, "KÃ¶ln", "was read in another encoding", None),
    (STREET, None, "is missing", None),
    (ID, "loc-0", "stands in row 3 too", None),
]
"""Twenty ways to break a row: the column, what stands there, what is said, and what is proposed."""

TIMES = 3
FIRST_ROW = 3
"""Below a title and the headers."""


def row(place: int) -> list[Any]:
    city, zip_code, area_code = PLACES[place % 3]
    kind = ("Gewerbeschein", "mietvertrag", "CONTRACT")[place % 3]
    whole = [f"loc-{place}", city, zip_code, f"Straße {place}", place % 90 + 1, "Deutschland"]
    return [*whole, area_code, kind, EMPTY_TEXT if place % 7 else None, 1234.56]


def broken_places() -> Iterator[tuple[int, tuple[int, Any, str, str | None]]]:
    """Which rows are broken in which way; those whose calling code decides are in one city."""
    for way, broken in enumerate(BROKEN):
        for time in range(TIMES):
            yield 2 + 15 * (way * TIMES + time), broken


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("batch")
    rows = [row(place) for place in range(1000)]
    for place, (column, value, _, _) in broken_places():
        rows[place][column] = value
    rows[1][ID] = 1001.0
    sheets = {"Standorte": [["Unsere Standorte"], HEADERS, *rows], "Notizen": [["x"]]}
    (path / "locations.xlsx").write_bytes(written_xlsx(sheets, hidden_rows=[4, 5]))
    (path / "proof.pdf").write_bytes(PDF)
    return path


def read(folder: Path, *, name: str = "locations.xlsx", fix: bool = False) -> Locations:
    given = GivenForAll(document=folder / "proof.pdf")
    return read_locations(folder / name, given, fix=fix)


def test_all_is_said_at_once(folder: Path) -> None:
    """Each broken row says column, problem and proposal, and no other row does."""
    locations = read(folder)
    assert len(locations.rows) == 1000
    found = {one.row: one for one in locations.rows}
    broken = dict(broken_places())
    for place, (column, _, says, proposed) in broken.items():
        [problem] = found[FIRST_ROW + place].problems
        assert problem.column == HEADERS[column]
        assert says in problem.message
        assert problem.proposal == proposed
    wrong = {number for number, one in found.items() if one.order is None}
    assert wrong == {FIRST_ROW + place for place in broken}
    assert len(wrong) == len(BROKEN) * TIMES == 60
    assert found[FIRST_ROW + 1].location_id == "1001"
    assert locations.notes == (
        "Sheet Notizen is not read.",
        "Column J (Umsatz) is not read.",
        "Hidden rows are read like all others: 4, 5.",
    )


def test_proposals_are_taken(folder: Path) -> None:
    """What has a proposal is an order with it when that is asked for, and is named."""
    locations = read(folder, fix=True)
    taken = {one.row: one.taken for one in locations.rows if one.taken}
    proposed = {FIRST_ROW + place: broken for place, broken in broken_places() if broken[3]}
    assert taken.keys() == proposed.keys()
    for number, [problem] in taken.items():
        assert problem.proposal == proposed[number][3]
    left = [one for one in locations.rows if one.order is None]
    assert len(left) == 60 - len(proposed)


def test_checked_table(folder: Path) -> None:
    """The table with remarks says in the same rows what is left once its proposals were taken."""
    locations = read(folder, fix=True)
    (folder / "checked.xlsx").write_bytes(checked_table(locations))
    again = read(folder, name="checked.xlsx")
    assert {one.row for one in again.rows if one.problems} == {
        one.row for one in locations.rows if one.problems
    }
    orders = {one.row: one.order for one in locations.rows}
    assert {one.row: one.order for one in again.rows} == orders
