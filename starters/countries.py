"""Countries as people name them: by a code of ISO 3166, or by a name in one of a few languages."""

import difflib
import functools
import re
import unicodedata
from collections.abc import Mapping

from number_orders.runtime.country_names import country_names, english_name
from number_orders.runtime.errors import UsageError
from number_orders.workflows.checks import spelled

_LANGUAGES = ("en", "de", "fr", "it", "es", "nl")
_OTHER_NAMES = {
    "AT": ("Republic of Austria", "Republik Österreich"),
    "CZ": ("Czech Republic", "Tschechische Republik"),
    "DE": ("BRD", "Bundesrepublik Deutschland", "Federal Republic of Germany"),
    "GB": (
        *("Great Britain", "Großbritannien", "Grande-Bretagne", "Gran Bretagna", "Gran Bretaña"),
        *("England", "Scotland", "Schottland", "Wales", "Northern Ireland", "Nordirland"),
    ),
    "HK": ("Hong Kong", "Hongkong"),
    "NL": ("Holland",),
    "TR": ("Turkey",),
    "US": ("United States of America", "Vereinigte Staaten von Amerika"),
}
"""What people write, and CLDR does not call a country."""
_VEHICLE_SIGNS = {"A": "AT", "B": "BE", "D": "DE", "F": "FR", "FL": "LI", "I": "IT", "L": "LU"}
"""The signs of Germany's neighbours and Italy on vehicles, which stand in address lists there; no
code of ISO 3166 is one. Other countries' are less known: S is Sweden's."""
_NAMED_AT_MOST = 3
_NEAR = 0.8
"""How similar names are of which one may be mistyped, as difflib measures it. Its default is 0.6,
which takes Holland for Poland."""


def country_code(typed: str) -> str:
    """The two capital letters of ISO 3166-1 for a country whose phone numbers are known.

    Args:
        typed: Such as `AT`, `at`, `AUT`, `040`, `A`, `Austria`, `Oesterreich` or `Autriche`.

    Raises:
        UsageError: It is no country's code or name. It says which ones are nearest.
    """
    found = _by_code().get(typed.strip().upper()) or _by_name().get(_plain(typed))
    if found is not None:
        return found
    if not typed.strip():
        raise UsageError("is empty; leave it out for Germany")
    nearest = difflib.get_close_matches(_plain(typed), _by_name(), n=10, cutoff=_NEAR)
    codes = list(dict.fromkeys(_by_name()[name] for name in nearest))[:_NAMED_AT_MOST]
    meant = " or ".join(f"{english_name(code)} ({code})" for code in codes)
    raise UsageError(
        "is no country's code in ISO 3166 and none of its names, such as AT, Austria or"
        f" Österreich{f'; is {meant} meant?' if meant else ''}"
    )


@functools.cache
def _by_code() -> Mapping[str, str]:
    """The country of each code: two letters, three letters, three digits, UK, and on vehicles."""
    from babel.core import get_global  # noqa: PLC0415 -- 15 ms, which few commands need

    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    codes = {alias: successors[0] for alias, successors in aliases.items() if len(successors) == 1}
    countries = _names("en")
    known = {alias: code for alias, code in codes.items() if code in countries}
    return {**_VEHICLE_SIGNS, **known, **{code: code for code in countries}}


@functools.cache
def _by_name() -> Mapping[str, str]:
    names = {
        _plain(name): code for language in _LANGUAGES for code, name in _names(language).items()
    }
    others = {_plain(name): code for code, names in _OTHER_NAMES.items() for name in names}
    return names | others


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
