"""How numbers of a country are written, as the library `phonenumbers` knows it.

A workflow never asks it: its data changes with its versions. What an order needs of it goes into
the order's input. The library is imported only for orders outside of Germany: it takes 40 ms.
"""

from typing import TYPE_CHECKING

from number_orders.workflows.area_codes import GERMANY
from number_orders.workflows.models import Numbering

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_DIALLED_WHOLE = frozenset({"BJ", "GA", "LI", "MC", "RW", "UY"})
"""Countries without area codes where the library takes the first digits of a number for one."""


def numbering_of(country: str) -> Numbering:
    """The calling code and the trunk prefix of a country.

    Args:
        country: Its code, of those that `countries.country_code` gives.
    """
    if country == GERMANY:
        return Numbering()
    from phonenumbers import PhoneMetadata, country_code_for_region  # noqa: PLC0415 -- see above

    metadata = PhoneMetadata.metadata_for_region(country)
    return Numbering(
        calling_code=str(country_code_for_region(country)),
        trunk_prefix=(metadata and metadata.national_prefix) or "",
    )


def country_called_with(international: str) -> str | None:
    """The country whose calling code a number begins with; the largest one if several share it.

    Args:
        international: The number's digits, without its plus sign or 00.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415 -- see above

    for length in range(1, 4):
        prefix = international[:length]
        countries = COUNTRY_CODE_TO_REGION_CODE.get(int(prefix)) if prefix.isdecimal() else None
        if countries is not None:
            # That the library calls 001 what belongs to no country is its own affair.
            return None if countries[0].isdecimal() else countries[0]
    return None


def has_area_codes(country: str) -> bool:
    """Whether a country's fixed-line numbers have an area code, by the library's own rule."""
    if country == GERMANY:
        return True
    if country in _DIALLED_WHOLE:
        return False
    from phonenumbers import length_of_geographical_area_code  # noqa: PLC0415 -- see above

    return length_of_geographical_area_code(_example(country)) > 0


def country_of_area_code(area_code: str, country: str) -> str | None:
    """Whose an area code is, of the countries that share a calling code; `None` if it is unclear.

    Args:
        area_code: Without its trunk prefix.
        country: One of them.
    """
    from phonenumbers import region_code_for_number  # noqa: PLC0415 -- see above

    return region_code_for_number(_number_beginning_with(area_code, country))


def area_code_in(digits: str, country: str) -> str:
    """The area code of numbers that begin with these digits, if it is shorter than they are."""
    from phonenumbers import length_of_geographical_area_code  # noqa: PLC0415 -- see above

    length = length_of_geographical_area_code(_number_beginning_with(digits, country))
    return digits[:length] if length else digits


def _number_beginning_with(digits: str, country: str) -> "PhoneNumber":
    """The country's example with another beginning."""
    from phonenumbers import PhoneNumber, national_significant_number  # noqa: PLC0415 -- see above

    example = _example(country)
    written = digits + national_significant_number(example)[len(digits) :]
    return PhoneNumber(
        country_code=example.country_code,
        national_number=int(written),
        italian_leading_zero=written.startswith("0"),
    )


def _example(country: str) -> "PhoneNumber":
    from phonenumbers import (  # noqa: PLC0415 -- see above
        PhoneNumberType,
        example_number_for_type,
    )

    example = example_number_for_type(country, PhoneNumberType.FIXED_LINE)
    if example is None:
        raise ValueError(f"The library has no fixed-line number of {country}")
    return example
