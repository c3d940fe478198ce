"""What Unicode's CLDR calls a country. TENIOS' page names countries in English."""

import functools
from collections.abc import Mapping


def english_name(country: str) -> str:
    """The English name of a code of ISO 3166-1; the code itself if no country has it.

    TENIOS then refuses it, and a person can correct the order.
    """
    return country_names("en").get(country, country)


@functools.cache
def country_names(language: str) -> Mapping[str, str]:
    """The names of all countries in a language, such as `de`, by their codes."""
    from babel import Locale  # noqa: PLC0415 -- 15 ms, which few commands need

    names: Mapping[str, str] = Locale(language).territories
    return names
