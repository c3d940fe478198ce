"""Phone numbers in E.164, by plain string work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from number_orders.workflows.phone_numbers import (
    in_e164,
    is_e164,
    is_spelling_of,
    typed_in_e164,
)

GERMANY = ("49", "0", "221")
AUSTRIA = ("43", "0", "1")
ITALY = ("39", "", "06")
DENMARK = ("45", "", None)
RUSSIA = ("7", "8", "812")
HUNGARY = ("36", "06", "1")
USA = ("1", "1", "212")
RWANDA = ("250", "0", "250")
COUNTRIES = st.sampled_from([GERMANY, AUSTRIA, ITALY, DENMARK, RUSSIA, HUNGARY, USA, RWANDA])
Country = tuple[str, str, str | None]


def read(written: str, country: Country = GERMANY) -> str | None:
    calling_code, trunk_prefix, area_code = country
    return in_e164(
        written, calling_code=calling_code, trunk_prefix=trunk_prefix, area_code=area_code
    )


def read_typed(typed: str, country: Country = GERMANY) -> str | None:
    calling_code, trunk_prefix, area_code = country
    return typed_in_e164(
        typed, calling_code=calling_code, trunk_prefix=trunk_prefix, area_code=area_code
    )


@pytest.mark.parametrize(
    "written",
    [
        "+49221123456",
        "0221123456",
        "0049221123456",
        "49221123456",
        "+490221123456",
        "00490221123456",
        "490221123456",
    ],
)
def test_german(written: str) -> None:
    """A German number is one, however its prefixes are written."""
    assert read(written) == "+49221123456"


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("+4315123456", GERMANY, "+4315123456"),
        ("0301234567", GERMANY, "+49301234567"),
        ("015123456", AUSTRIA, "+4315123456"),
        ("+43015123456", AUSTRIA, "+4315123456"),
        ("4315123456", AUSTRIA, "+4315123456"),
        ("0612345678", ITALY, "+390612345678"),
        ("+390612345678", ITALY, "+390612345678"),
        ("390612345678", ITALY, "+390612345678"),
        ("004532123456", DENMARK, "+4532123456"),
        ("32123456", DENMARK, "+4532123456"),
        ("4532123456", DENMARK, None),
        # Russia's trunk prefix is the beginning of Saint Petersburg's area code.
        ("88121234567", RUSSIA, "+78121234567"),
        ("+78121234567", RUSSIA, "+78121234567"),
        ("8121234567", RUSSIA, None),
        ("+788121234567", RUSSIA, None),
        ("+78431234567", RUSSIA, None),
        ("+74951234567", RUSSIA, "+74951234567"),
        ("0612345678", HUNGARY, "+3612345678"),
        ("+360612345678", HUNGARY, None),
        ("12125550123", USA, "+12125550123"),
        ("+12125550123", USA, "+12125550123"),
        ("2125550123", USA, None),
        # The calling code is the area code, too.
        ("250123456", RWANDA, None),
        ("250250123456", RWANDA, None),
        ("+250250123456", RWANDA, "+250250123456"),
        # Leer's area code begins as Germany's calling code.
        ("491123456", ("49", "0", "491"), None),
        ("49491123456", ("49", "0", "491"), "+49491123456"),
        # Without any sign, nothing but the area code tells that it is international.
        ("49301234567", GERMANY, None),
        ("4912345678", ("49", "0", None), None),
    ],
)
def test_abroad(written: str, country: Country, expected: str | None) -> None:
    """Each country has its prefixes; what may be two numbers is none."""
    assert read(written, country) == expected


@pytest.mark.parametrize(
    "written",
    ["", "+", "0", "00", "+49", "221123456", "+0221123456", "+4922112345678901", "+49 221 1", "x"],
)
def test_none(written: str) -> None:
    """What is no number, or lacks its area's country, is none."""
    assert read(written) is None


@given(st.text("+0123456789 x\u0661", max_size=20), COUNTRIES)
def test_any_text(written: str, country: Country) -> None:
    """No text makes it raise, and what comes out is E.164 without a trunk zero."""
    for number in (read(written, country), read_typed(written, country)):
        assert number is None or is_e164(number)
        assert number is None or country[1] != "0" or not number.startswith(f"+{country[0]}0")


@given(st.from_regex(r"[1-9][0-9]{5,8}", fullmatch=True), COUNTRIES)
def test_any_number(subscriber: str, country: Country) -> None:
    """A number is read as the same one in each of its spellings, or as none."""
    calling_code, trunk_prefix, area_code = country
    national = f"{area_code or ''}{subscriber}"
    number = f"+{calling_code}{national}"
    assert read(f"00{number[1:]}", country) == read(number, country)
    assert read(number, country) in {number, None}
    assert read(trunk_prefix + national, country) in {number, None}
    assert read_typed(f"+{calling_code} ({area_code or ''}) {subscriber}", country) == number


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("+49 (0)221 / 12-34.56", GERMANY, "+49221123456"),
        ("(0221) 123456", GERMANY, "+49221123456"),
        ("+390612345678", GERMANY, "+390612345678"),
        ("+39 (0)6 12345678", ITALY, "+390612345678"),
        ("01 5123456", AUSTRIA, "+4315123456"),
        # What only a person can tell by a plus sign.
        ("+7 843 123 45 67", RUSSIA, "+78431234567"),
        ("221 123456", GERMANY, None),
        ("+4900221123456", GERMANY, None),
        ("+\u0664\u0669221123456", GERMANY, None),
        ("", GERMANY, None),
    ],
)
def test_typed(typed: str, country: Country, expected: str | None) -> None:
    """A number that a person typed is read with what stands between its digits."""
    assert read_typed(typed, country) == expected


@pytest.mark.parametrize(
    ("written", "number", "is_one"),
    [
        ("+49221123456", "+49221123456", True),
        ("0049221123456", "+49221123456", True),
        ("49221123456", "+49221123456", True),
        ("+490221123456", "+49221123456", True),
        ("0221123456", "+49221123456", True),
        ("221123456", "+49221123456", True),
        ("0612345678", "+390612345678", True),
        ("+390612345678", "+390612345678", True),
        ("015123456", "+4315123456", True),
        ("12125550123", "+12125550123", True),
        ("+49221123457", "+49221123456", False),
        ("09221123456", "+49221123456", False),
        ("021123456", "+49221123456", False),
        ("+4321123456", "+49221123456", False),
        ("", "+49221123456", False),
        ("x", "0", False),
    ],
)
def test_spelling(written: str, number: str, is_one: bool) -> None:
    """A number is the same in each of its spellings, whatever country it is in; no other one is."""
    assert is_spelling_of(written, number) is is_one


@pytest.mark.parametrize("calling_code", COUNTRY_CODE_TO_REGION_CODE)
def test_calling_codes(calling_code: int) -> None:
    """Where a calling code ends is known without any list of them."""
    assert is_spelling_of("0234567890", f"+{calling_code}234567890")
    assert not is_spelling_of("034567890", f"+{calling_code}234567890")
