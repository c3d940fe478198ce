"""Phone numbers in E.164, by plain string work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from number_orders.workflows.phone_numbers import in_e164, is_e164, objection_to_typed


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
    assert in_e164(written) == "+49221123456"


@pytest.mark.parametrize(
    ("written", "calling_code", "trunk", "expected"),
    [
        ("+4315123456", "49", "0", "+4315123456"),
        ("015123456", "43", "0", "+4315123456"),
        ("+43015123456", "43", "0", "+4315123456"),
        ("0612345678", "39", "", "+390612345678"),
        ("+390612345678", "39", "", "+390612345678"),
        ("004532123456", "45", "", "+4532123456"),
        ("32123456", "45", "", "+4532123456"),
        ("4532123456", "45", "", None),
    ],
)
def test_abroad(written: str, calling_code: str, trunk: str, expected: str | None) -> None:
    """Other countries have other prefixes; what may be two numbers is none."""
    assert in_e164(written, calling_code, trunk) == expected


@pytest.mark.parametrize(
    "written",
    ["", "+", "0", "00", "+49", "221123456", "+0221123456", "+4922112345678901", "+49 221 1", "x"],
)
def test_none(written: str) -> None:
    """What is no number, or lacks its area's country, is none."""
    assert in_e164(written) is None


@given(st.text("+0123456789 x\u0661", max_size=20))
def test_any_text(written: str) -> None:
    """No text makes it raise, and what comes out is E.164 without a 0 after +49."""
    number = in_e164(written)
    assert number is None or (is_e164(number) and not number.startswith("+490"))


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("+49221123456", None),
        ("+390612345678", None),
        ("+490221123456", "no 0 follows +49: leave it out"),
        ("+43015123456", "no 0 follows +43"),
        ("0221123456", "a plus sign and 7 to 15 digits"),
        ("+49 221 123456", "a plus sign and 7 to 15 digits"),
        ("+\u0664\u0669221123456", "a plus sign and 7 to 15 digits"),
        ("", "a plus sign"),
    ],
)
def test_typed(number: str, part: str | None) -> None:
    """A number that a person typed is taken as E.164 only, and the refusal says the remedy."""
    objection = objection_to_typed(number)
    assert objection is None if part is None else part in (objection or "")
