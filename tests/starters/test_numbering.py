"""How numbers are written in every country that the library knows."""

import pytest
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    length_of_geographical_area_code,
    national_significant_number,
)

from number_orders.pushes.phones import phone_numbers_in
from number_orders.starters.numbering import has_area_codes, numbering_of
from number_orders.workflows.models import Numbering
from number_orders.workflows.phone_numbers import in_e164, is_spelling_of, typed_in_e164

SPELLINGS = (
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.RFC3966,
    PhoneNumberFormat.NATIONAL,
)


@pytest.mark.parametrize("country", sorted(SUPPORTED_REGIONS))
def test_spellings(country: str) -> None:
    """A country's number is read as itself in each spelling of a push's or a person's, or as none.

    With its plus sign it always is.
    """
    number = example_number_for_type(country, PhoneNumberType.FIXED_LINE)
    assert number is not None
    digits = length_of_geographical_area_code(number)
    expected = format_number(number, PhoneNumberFormat.E164)
    order = {
        **numbering_of(country).model_dump(),
        "area_code": national_significant_number(number)[:digits] or None,
    }
    for form in SPELLINGS:
        written = format_number(number, form)
        [said] = phone_numbers_in(written) or [""]
        read = in_e164(said, **order)
        may_be_none = form is PhoneNumberFormat.NATIONAL or len(expected) < 8
        assert read == expected or (may_be_none and read is None), written
        typed = typed_in_e164(written.removeprefix("tel:"), **order)
        assert typed == expected or (may_be_none and typed is None), written
        assert read is None or is_spelling_of(said, expected) or order["trunk_prefix"] != "0"


@pytest.mark.parametrize(
    ("country", "calling_code", "trunk_prefix", "has_codes"),
    [
        ("DE", "49", "0", True),
        ("AT", "43", "0", True),
        ("CH", "41", "0", True),
        ("IT", "39", "", True),
        ("HU", "36", "06", True),
        ("US", "1", "1", True),
        ("GG", "44", "0", True),
        ("ES", "34", "", False),
        ("DK", "45", "", False),
        ("NO", "47", "", False),
        ("PL", "48", "", False),
        ("LU", "352", "", False),
        ("MT", "356", "", False),
        ("LI", "423", "0", False),
        ("MC", "377", "0", False),
    ],
)
def test_countries(country: str, calling_code: str, trunk_prefix: str, has_codes: bool) -> None:
    """A country's prefixes are the library's; which countries have area codes is, too."""
    numbering = Numbering(calling_code=calling_code, trunk_prefix=trunk_prefix)
    assert numbering_of(country) == numbering
    assert has_area_codes(country) is has_codes


@pytest.mark.parametrize("country", sorted(SUPPORTED_REGIONS))
def test_every_country_has_a_numbering(country: str) -> None:
    """Every country's prefixes fit an order, and Germany alone has the default."""
    assert (numbering_of(country) == Numbering()) is (country == "DE")
    assert isinstance(has_area_codes(country), bool)
