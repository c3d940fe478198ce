"""Which zips Germany's neighbours have."""

import pytest

from number_orders.workflows.zip_codes import objection_to_zip


@pytest.mark.parametrize(
    ("country", "zip_code"),
    [
        ("AT", "1010"),
        ("BE", "1000"),
        ("CH", "8001"),
        ("DE", "01067"),
        ("DK", "0999"),
        ("ES", "08001"),
        ("FR", "75001"),
        ("IT", "00184"),
        ("LI", "9490"),
        ("LU", "1111"),
        ("NL", "1012 AB"),
        ("NL", "1012ab"),
        ("PL", "00-950"),
        ("PL", "00950"),
        # Nothing is known of others.
        ("GB", "SW1A 1AA"),
        ("US", "20500"),
        ("XX", "x"),
    ],
)
def test_fitting_zip(country: str, zip_code: str) -> None:
    """A zip of the country's form is taken, and any one of a country whose form is unknown."""
    assert objection_to_zip(zip_code, country) is None


@pytest.mark.parametrize(
    ("country", "zip_code", "says"),
    [
        ("AT", "50667", "an Austrian zip has four digits"),
        ("AT", "A-1010", "an Austrian zip has four digits and nothing else: 1010"),
        ("BE", "100", "a Belgian zip has four digits"),
        ("CH", "CH-8001", "a Swiss zip has four digits and nothing else: 8001"),
        ("DE", "", "a German zip has five digits"),
        ("DE", "1067", "a German zip has five digits; did a spreadsheet drop its zero? 01067"),
        ("DK", "21000", "a Danish zip has four digits"),
        ("ES", "8001", "a Spanish zip has five digits; did a spreadsheet drop its zero? 08001"),
        ("FR", "1000", "a French zip has five digits; did a spreadsheet drop its zero? 01000"),
        ("IT", "I-20121", "an Italian zip has five digits and nothing else: 20121"),
        ("LI", "50667", "a Liechtenstein zip has four digits"),
        ("LU", "L-1111", "a Luxembourg zip has four digits and nothing else: 1111"),
        ("NL", "1012", "a Dutch zip has four digits and two letters: 1012 AB"),
        ("PL", "950", "a Polish zip has five digits, with a hyphen: 00-950"),
        ("AT", "\u0661\u0660\u0661\u0660", "an Austrian zip has four digits"),
    ],
)
def test_zip_of_another_country(country: str, zip_code: str, says: str) -> None:
    """A zip of another form is refused with the right one, and with what was probably meant."""
    assert objection_to_zip(zip_code, country) == says
