"""What a spreadsheet has made of what was typed."""

import pytest

from number_orders.batches.proposals import objection_to_cell, proposal
from number_orders.spreadsheets.tables import Cell, CellKind

NUMBER, DATE = CellKind.NUMBER, CellKind.DATE


@pytest.mark.parametrize(
    ("field", "cell", "proposed"),
    [
        ("zip", Cell("1067", NUMBER), "01067"),
        ("zip", Cell("1067"), "01067"),
        ("zip", Cell("1067.0"), "01067"),
        ("zip", Cell("50667,0"), "50667"),
        ("zip", Cell("106", NUMBER), None),
        ("zip", Cell("506670"), None),
        ("zip", Cell("#REF!", CellKind.ERROR), None),
        ("house_number", Cell("2026-05-03", DATE), "3-5"),
        ("house_number", Cell("2026-05-03 00:00:00"), "3-5"),
        ("house_number", Cell("03.05.2026"), "3-5"),
        ("house_number", Cell("03. Mai"), "3-5"),
        ("house_number", Cell("4. Mrz"), "4-3"),
        ("house_number", Cell("4. März"), "4-3"),
        ("house_number", Cell("46145", NUMBER), "3-5"),
        # The first of a month may have been 1-5, or 5-24 for May 2024.
        ("house_number", Cell("2024-05-01", DATE), None),
        # Of an English spreadsheet nobody knows whether it was 3-4 or 4-3.
        ("house_number", Cell("3-Apr"), None),
        ("house_number", Cell("03. Foo"), None),
        ("house_number", Cell("2026-05-03 04:05:00", DATE), None),
        ("house_number", Cell("12.0"), "12"),
        ("house_number", Cell("99999", NUMBER), None),
        ("location_id", Cell("1001.0"), "1001"),
        ("location_id", Cell("2026-05-03", DATE), None),
        ("area_code", Cell("221.0"), "221"),
        ("number", Cell("2.0"), "2"),
        ("number", Cell("1000.0"), None),
        ("link_to_number", Cell("4.9221123456E+10"), "+49221123456"),
        ("link_to_number", Cell("4,9221123456e+10"), "+49221123456"),
        ("link_to_number", Cell("4.92211E+10"), None),
        ("link_to_number", Cell("49221123456", NUMBER), "+49221123456"),
        ("link_to_number", Cell("221123456", NUMBER), "0221123456"),
        ("link_to_number", Cell("30123456", NUMBER), None),
        ("link_to_number", Cell("0221 12 34"), None),
        ("link_to_number", Cell("49221"), None),
        ("link_to_number", Cell("TRUE", CellKind.TRUTH), None),
        ("city", Cell("12.0"), None),
    ],
)
def test_proposal(field: str, cell: Cell, proposed: str | None) -> None:
    """What was typed is proposed where all of it is there, and nothing else."""
    assert proposal(field, cell, country="DE", area_code="0221") == proposed


def test_proposal_abroad() -> None:
    """Vienna's zips have four digits, and its numbers their own calling code."""
    assert proposal("zip", Cell("1010"), country="AT", area_code="1") is None
    number = Cell("4315121234", NUMBER)
    assert proposal("link_to_number", number, country="AT", area_code="1") == "+4315121234"
    assert proposal("link_to_number", number, country="AT", area_code=None) == "+4315121234"


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        ("house_number", Cell("2026-05-03", DATE), "is a date, which a spreadsheet made of it"),
        ("location_id", Cell("2026-05-03", DATE), "is a date or a time, which a spreadsheet may"),
        ("zip", Cell("50667.0"), "is 50667.0, a whole number with a decimal point"),
        ("area_code", Cell("221,0"), "is 221,0, a whole number with a decimal point"),
        ("location_id", Cell("1E+05"), "is 1E+05, the short form of a number"),
        ("city", Cell("#REF!", CellKind.ERROR), "is #REF!, an error of the spreadsheet"),
        ("city", Cell("", CellKind.FORMULA), "is a formula whose value was not saved"),
    ],
)
def test_objection(field: str, cell: Cell, says: str) -> None:
    """What nobody typed is objected to with what to do."""
    assert (objection_to_cell(field, cell) or "").startswith(says)


@pytest.mark.parametrize(
    ("field", "text"),
    [("street", "12.0"), ("city", "1E+05"), ("house_number", "3-5"), ("house_number", "12a")],
)
def test_no_objection(field: str, text: str) -> None:
    """What may have been typed is left to the order's own checks."""
    assert objection_to_cell(field, Cell(text)) is None
