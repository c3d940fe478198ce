"""Does the city belong to the area code? Place names are compared as people spell them."""

import functools
import re
import unicodedata
from collections.abc import Sequence

from number_orders.runtime.country_names import english_name
from number_orders.starters.area_codes import Places, is_known, places_of
from number_orders.starters.numbering import area_code_in, country_of_area_code, has_area_codes
from number_orders.workflows.area_codes import GERMANY
from number_orders.workflows.models import NumberOrderInput

_LONG_FORMS = {"st": "sankt", "gr": "gross", "kl": "klein"}
_UNIMPORTANT = frozenset(
    {"a", "am", "an", "auf", "b", "bei", "d", "der", "h", "i", "im", "in", "ob", "v", "von", "vor"}
)
_OF_MANY_NAMES = frozenset({"bad", "gross", "klein", "markt", "sankt"})
_CODES_NAMED_AT_MOST = 5


def notes(order: NumberOrderInput) -> tuple[str, ...]:
    """What looks wrong and does not block, and what force has taken all the same."""
    area_code, country, city = order.area_code, order.address.country, order.address.city
    if area_code is None:
        return ()
    if objection := objection_to_area_code_of(city, area_code, country):
        return (f"Area code {area_code} {objection}; TENIOS may refuse it.",)
    if country == GERMANY:
        doubt = _doubt_in_germany(area_code, city)
    else:
        doubt = _doubt_abroad(area_code, country)
    return () if doubt is None else (f"Area code {area_code} {doubt}.",)


@functools.lru_cache(maxsize=1000)
def objection_to_area_code_of(city: str, area_code: str, country: str) -> str | None:
    """Why an area code is clearly wrong, with those of the city's name; `None` if it may be right.

    Germany's area codes are all known, and their borders are not municipal borders: one that
    exists may be right in any city. Abroad the library's data may be older than the numbering
    plan, and has no place for most towns: only for a city that it knows is another area code wrong.

    Args:
        city: As it was typed.
        area_code: Without its trunk prefix.
        country: The country's code.
    """
    # Remembered, since one start asks several times, and French names take 60 ms to compare.
    if country == GERMANY:
        is_wrong = not is_known(area_code, GERMANY)
        return f"is no German area code{_codes_of(city, GERMANY)}" if is_wrong else None
    if not has_area_codes(country):
        return f"is to be left out: numbers in {english_name(country)} have none"
    places, own = places_of(country), _names_abroad(area_code, country)
    if _is_one_of(city, own, places) or not _is_a_place(city, places):
        return None
    whose = f"belongs to {own[0]}" if own else _unknown_in(country)
    return whose + _codes_of(city, country)


@functools.lru_cache(maxsize=100_000)
def words(place: str) -> frozenset[str]:
    """What a place's name is made of, so that Frankfurt/Main and Frankfurt am Main are the same.

    Köln, Koeln and Koln are too, so each umlaut counts as its vowel, however it is written.
    """
    # Remembered, since each order of a batch is compared with all places of its country.
    letters = unicodedata.normalize("NFD", place.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    plain = re.sub(r"([aou])e", r"\1", plain)
    found = frozenset(_LONG_FORMS.get(word, word) for word in re.findall(r"\w+", plain))
    return found - _UNIMPORTANT or found


def _doubt_in_germany(area_code: str, city: str) -> str | None:
    places = places_of(GERMANY)
    own = places[area_code]
    if _is_one_of(city, own, places):
        return None
    return f"belongs to {own[0]}, not to {city}: TENIOS decides whether the address is in the area"


def _doubt_abroad(area_code: str, country: str) -> str | None:
    if owner := _owner_abroad(area_code, country):
        doubt = f"is one of {english_name(owner)}, not of {english_name(country)}"
    elif places_of(country) and not _names_abroad(area_code, country):
        doubt = _unknown_in(country)
    else:
        return None
    return f"{doubt}; TENIOS may refuse it"


def _unknown_in(country: str) -> str:
    return f"is no area code that we know in {english_name(country)}"


def _owner_abroad(area_code: str, country: str) -> str | None:
    """The other country that an area code belongs to, of those with the same calling code."""
    owner = country_of_area_code(area_code, country)
    return None if owner == country else owner


def _names_abroad(area_code: str, country: str) -> list[str]:
    """The names of an area code's places; none if the area code is unknown, or not whole."""
    beginning = {
        code: names for code, names in places_of(country).items() if code.startswith(area_code)
    }
    if not any(area_code_in(code, country) == area_code for code in beginning):
        return []
    return [name for names in beginning.values() for name in names]


def _codes_of(city: str, country: str) -> str:
    """The area codes of the places with a city's name, in the words of a sentence's last part."""
    wanted = words(city)
    named = [
        (name, code if country == GERMANY else area_code_in(code, country))
        for code, names in places_of(country).items()
        for name in names
        if wanted <= words(name)
    ]
    # The city itself before its parts, and each code once, whatever languages name its place.
    named.sort(key=lambda one: words(one[0]) != wanted)
    codes: dict[str, str] = {}
    for name, code in named:
        codes.setdefault(code, name)
    told = [f"{name} has {code}" for code, name in codes.items()]
    more = [] if len(told) <= _CODES_NAMED_AT_MOST else ["and others"]
    return "".join(f"; {', '.join([*told[:_CODES_NAMED_AT_MOST], *more])}" if told else "")


def _is_one_of(city: str, names: Sequence[str], places: Places) -> bool:
    """Whether a city is one of these places, or a part of one."""
    wanted, own = words(city), [words(name) for name in names]
    if any(wanted <= name for name in own):
        return True
    # Such as Köln-Ehrenfeld, or Villingen-Schwenningen, whose halves have their own codes.
    is_part = any((wanted & name) - _OF_MANY_NAMES for name in own)
    return is_part and not _is_a_place(city, places)


def _is_a_place(city: str, places: Places) -> bool:
    wanted = words(city)
    return any(wanted == words(name) for names in places.values() for name in names)
