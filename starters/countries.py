"""Countries as people name them: by a code of ISO 3166, or by their name in English or German."""

import difflib
import functools
import re
import unicodedata
from collections.abc import Mapping

from number_orders.runtime.country_names import country_names, english_name
from number_orders.runtime.errors import UsageError
from number_orders.workflows.checks import spelled

_LANGUAGES = ("en", "de")
_NAMED_AT_MOST = 3


def country_code(typed: str) -> str:
    """The two capital letters of ISO 3166-1 for a country whose phone numbers are known.

    Args:
        typed: Such as `AT`, `at`, `AUT`, `040`, `Austria`, `Österreich` or `Oesterreich`.

    Raises:
        UsageError: It is no country's code or name. It says which ones are nearest.
    """
    found = _by_code().get(typed.strip().upper()) or _by_name().get(_plain(typed))
    if found is not None:
        return found
    nearest = difflib.get_close_matches(_plain(typed), _by_name(), n=10)
    codes = list(dict.fromkeys(_by_name()[name] for name in nearest))[:_NAMED_AT_MOST]
    meant = " or ".join(f"{english_name(code)} ({code})" for code in codes)
    raise UsageError(
        "is no country's code in ISO 3166, nor its name in English or German, such as AT, Austria"
        f" or Österreich{f'; is {meant} meant?' if meant else ''}"
    )


@functools.cache
def _by_code() -> Mapping[str, str]:
    """The country of each of its codes: two letters, three letters, three digits, and UK."""
    from babel.core import get_global  # noqa: PLC0415 -- 15 ms, which few commands need

    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    codes = {alias: successors[0] for alias, successors in aliases.items() if len(successors) == 1}
    countries = _names("en")
    return {alias: code for alias, code in codes.items() if code in countries} | {
        code: code for code in countries
    }


@functools.cache
def _by_name() -> Mapping[str, str]:
    return {
        _plain(name): code for language in _LANGUAGES for code, name in _names(language).items()
    }


@functools.cache
def _names(language: str) -> Mapping[str, str]:
    """What CLDR calls the countries whose numbers `phonenumbers` knows, by their codes."""
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 -- 40 ms, likewise

    names = country_names(language)
    return {code: names[code] for code in sorted(SUPPORTED_REGIONS)}


def _plain(name: str) -> str:
    """A name without what people leave out or write otherwise: case, diacritics, `&`."""
    letters = unicodedata.normalize("NFD", spelled(name))
    plain = "".join(character for character in letters if not unicodedata.combining(character))
    plain = plain.replace("&", "and").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return re.sub("([aou])e", r"\1", plain)
