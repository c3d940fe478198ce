"""What an order may look like."""

import pytest
from pydantic import ValidationError

from tests.office import order_input


@pytest.mark.parametrize(("given", "read"), [("0221", "221"), ("221", "221"), (" 030 ", "30")])
def test_area_code_without_trunk_zero(given: str, read: str) -> None:
    """An area code is kept without the trunk zero."""
    assert order_input("a", area_code=given).area_code == read


@pytest.mark.parametrize("area_code", ["2a1", "1", "222222", "", "00221", "٢٢١"])
def test_malformed_area_code(area_code: str) -> None:
    """A malformed area code is refused with an example of a good one."""
    with pytest.raises(ValidationError, match="221 for Cologne"):
        order_input("a", area_code=area_code)


@pytest.mark.parametrize("number", ["0221123456", "+0221", "49221123456", "+49 221 123456", "+49"])
def test_link_to_number_is_e164(number: str) -> None:
    """A link to a number that is not E.164 is refused with an example of a good one."""
    with pytest.raises(ValidationError, match=r"such as \+49221123456"):
        order_input("a", link_to_number=number)


@pytest.mark.parametrize("location_id", ["", "a:b", "a/b", "-a", "ä", "a" * 65, "a\n"])
def test_location_id(location_id: str) -> None:
    """A location id that could not stand in ids, paths and URLs is refused."""
    with pytest.raises(ValidationError):
        order_input(location_id)
