"""What form an area code has. Which ones there are is no matter of a workflow: that changes."""

import re

from pydantic import JsonValue

from number_orders.workflows.phone_numbers import without_separators

GERMANY = "DE"
AREA_CODE = "^([1-9][0-9]{0,5}|0[1-9][0-9]{0,4})$"
"""1 to 6 digits, of which the first may be the trunk zero, or a part of the code as in Italy."""
INTERNATIONAL_PREFIXES = ("+", "00")
"""What a calling code is written after."""
TYPED_AREA_CODE = r"^\+?[ ()./-]{0,10}[0-9][0-9 ()./-]{0,30}$"
"""What people write an area code with: `(0221)`, `0221/`, `+49 221`."""
FORM_OF_AREA_CODE = "an area code has 1 to 6 digits, such as 221 for Cologne"
_GERMAN_DIGITS = range(2, 6)

COUNTRY_RULES: dict[str, JsonValue] = {
    "if": {"properties": {"address": {"properties": {"country": {"const": GERMANY}}}}},
    "then": {
        "required": ["area_code"],
        "properties": {
            "area_code": {"type": "string", "pattern": "^0?[1-9][0-9]{1,4}$"},
            "numbering": {
                "properties": {"calling_code": {"const": "49"}, "trunk_prefix": {"const": "0"}}
            },
        },
    },
    "else": {
        "required": ["numbering"],
        "properties": {
            "numbering": {
                "required": ["calling_code"],
                "properties": {"calling_code": {"not": {"const": "49"}}},
            }
        },
    },
}
"""In JSON Schema, what an order's validators ask for."""


def without_trunk_zero(area_code: str, trunk_prefix: str) -> str:
    """An area code as TENIOS takes it: where 0 is the trunk prefix, none begins with it."""
    return area_code.removeprefix("0") if trunk_prefix == "0" else area_code


def typed_area_code(typed: str, *, calling_code: str, trunk_prefix: str) -> str:
    """An area code that a person typed, as TENIOS takes it: `(0221)` and `+49 221` are `221`.

    What begins with another country's calling code keeps its plus sign or 00, which no area code
    begins with.

    Args:
        typed: As people write it.
        calling_code: Of the country whose area code it is.
        trunk_prefix: What national numbers begin with there.
    """
    written = without_separators(typed)
    national = written.removeprefix(f"+{calling_code}").removeprefix(f"00{calling_code}")
    if national.startswith(INTERNATIONAL_PREFIXES):
        return national
    return without_trunk_zero(national, trunk_prefix)


def objection_to_area_code(area_code: str | None, country: str) -> str | None:
    """Why a country's numbers cannot begin with an area code; `None` if nothing speaks against it.

    Args:
        area_code: Without its trunk zero; `None` for none, which only some countries do without.
        country: As ISO 3166-1 codes it.
    """
    if area_code is not None and not re.fullmatch(AREA_CODE, area_code):
        return FORM_OF_AREA_CODE
    if country != GERMANY or (area_code is not None and len(area_code) in _GERMAN_DIGITS):
        return None
    form = "a German area code has 2 to 5 digits, such as 221 for Cologne"
    return f"is missing; {form}" if area_code is None else form
