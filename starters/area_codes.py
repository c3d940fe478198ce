"""Which area codes there are, with the names of their places, as `phonenumbers` knows them."""

import functools
import re
from collections.abc import Mapping
from importlib import resources

from number_orders.starters.numbering import country_of_area_code, numbering_of
from number_orders.workflows.area_codes import GERMANY

Places = Mapping[str, tuple[str, ...]]
"""The names of an area code's place, in several languages. Abroad a key may be longer than the area
code is: the library knows there where its first digits of a subscriber are."""


def places_of(country: str) -> Places:
    """The places of the countries that share a country's calling code; empty if none is known."""
    if country == GERMANY:
        return _german_places()
    return _places(numbering_of(country).calling_code)


def is_known(area_code: str, country: str) -> bool:
    """Whether the library knows an area code as this country's.

    Args:
        area_code: Without its trunk prefix.
        country: The country's code.
    """
    places = places_of(country)
    if country == GERMANY:
        return area_code in places
    begins = any(known.startswith(area_code) for known in places)
    return begins and country_of_area_code(area_code, country) in {country, None}


def without_written_prefix(area_code: str, country: str) -> str:
    """An area code without a trunk prefix other than 0, which an order takes away by itself.

    Args:
        area_code: With or without the prefix, such as 8 in Russia, 06 in Hungary, 1 in the USA.
        country: The country's code.
    """
    if numbering_of(country).trunk_prefix in {"", "0"} or is_known(area_code, country):
        # Such as Russia's 812, which is one as it stands.
        return area_code
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 -- as in `numbering`

    metadata = PhoneMetadata.metadata_for_region(country)
    written = metadata and metadata.national_prefix_for_parsing
    rest = re.sub(f"^(?:{written})", "", area_code)
    if not rest or rest == area_code:
        return area_code
    # Most islands with calling code 1 have no places there.
    is_own = country_of_area_code(rest, country) == country
    was_own = country_of_area_code(area_code, country) == country
    return rest if is_known(rest, country) or (is_own and not was_own) else area_code


def with_its_zero(area_code: str, country: str) -> str:
    """An area code with the zero that belongs to it where no trunk prefix is dialled, as in Italy.

    Args:
        area_code: With or without that zero, such as Milan's 02 as 2.
        country: The country's code.
    """
    whole = f"0{area_code}"
    is_without = not numbering_of(country).trunk_prefix and not is_known(area_code, country)
    return whole if is_without and whole in places_of(country) else area_code


@functools.cache
def _german_places() -> Places:
    """The names of each area code's place, the German one first; `make place-names` made them."""
    table = resources.files(__package__).joinpath("place_names", "49.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines())
    return {code: tuple(names) for code, *names in lines}


@functools.cache
def _places(calling_code: str) -> Places:
    # The whole world's, which takes a second and 100 MiB. As tables, they would be 9 MB.
    from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415 -- see above

    return {
        prefix.removeprefix(calling_code): tuple(by_language.values())
        for prefix, by_language in sorted(GEOCODE_DATA.items())
        if prefix.startswith(calling_code) and prefix != calling_code
    }
