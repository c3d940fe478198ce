"""The countries that the vendor knows, by their English names, and the area codes that it takes."""

import functools
from collections.abc import Mapping

GERMANY = "DE"


def code_of(country: str) -> str | None:
    """The ISO 3166 code of a country's English name; `None` if there is no such country."""
    return _codes().get(country)


def is_area_code(area_code: object, country: str) -> bool:
    """Whether the vendor takes an area code, or none, without its trunk prefix.

    It knows all of Germany's. Abroad it takes whatever has the form of one, since what it knows
    there is not documented.
    """
    if country == GERMANY:
        # 100 MiB, which a worker or bridge in the same program can do without.
        from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415 -- see above

        return f"49{area_code}" in GEOCODE_DATA
    if area_code is None:
        return True
    text = str(area_code)
    return text.isascii() and text.isdigit() and len(text) <= 6  # noqa: PLR2004 -- no area code is longer


@functools.cache
def _codes() -> Mapping[str, str]:
    from babel import Locale  # noqa: PLC0415 -- as in `is_area_code`
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 -- likewise

    names = Locale("en").territories
    return {names[code]: code for code in SUPPORTED_REGIONS}
