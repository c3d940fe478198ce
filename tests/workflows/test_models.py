"""What an order may look like."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from number_orders.workflows.models import NumberOrderInput
from tests.support.order_driver import order_input


@pytest.mark.parametrize(("given", "read"), [("0221", "221"), ("221", "221"), (" 030 ", "30")])
def test_area_code_without_trunk_zero(given: str, read: str) -> None:
    """An area code is kept without the trunk zero."""
    assert order_input("a", area_code=given).area_code == read


@pytest.mark.parametrize("area_code", ["2a1", "1", "222222", "", "00221", "٢٢١", "221\n1"])
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


MISTYPED = [
    {"link_to_nmber": "+49221123456"},
    {"deadlnes": {}},
    {"address": {"stret": "x"}},
    {"document": {"sha": "x"}},
    {"deadlines": {"complete": "PT1H"}},
]


def with_changes(changes: dict[str, Any]) -> dict[str, Any]:
    order = order_input("a").model_dump(mode="json")
    for name, value in changes.items():
        order[name] = {**order.get(name, {}), **value} if isinstance(value, dict) else value
    return order


@pytest.mark.parametrize("changes", MISTYPED)
def test_mistyped_field(changes: dict[str, Any]) -> None:
    """A field that does not exist is refused to a program, in a model of a model too."""
    with pytest.raises(ValidationError, match="Extra inputs are not permitted") as refused:
        NumberOrderInput.model_validate(with_changes(changes))
    [problem] = refused.value.errors()
    assert problem["loc"][0] == next(iter(changes))


@pytest.mark.parametrize("changes", MISTYPED)
def test_history_with_a_field_that_is_gone(changes: dict[str, Any]) -> None:
    """What decodes a history ignores such a field wherever it stands."""
    read = NumberOrderInput.model_validate_json(json.dumps(with_changes(changes)), extra="ignore")
    assert read == order_input("a")
