"""Does the city belong to the area code? Place names are compared as people spell them."""

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
    """What looks wrong but must not block: area borders are not municipal borders.

    Abroad the library's data may be older than the numbering plan, and knows fewer places.
    """
    area_code, country = order.area_code, order.address.country
    if area_code is None:
        return ()
    if country == GERMANY:
        note = _german_note(area_code, order.address.city)
    else:
        note = _note_abroad(area_code, order.address.city, country)
    return () if note is None else (note,)


def objection_to_unknown(area_code: str, city: str) -> str | None:
    """Why Germany has no such area code, with those of the city's name; `None` if it has it.

    Args:
        area_code: Without its trunk zero.
        city: As it was typed.
    """
    if is_known(area_code, GERMANY):
        return None
    return f"is no German area code{_codes_of(city, GERMANY)}"


def words(place: str) -> frozenset[str]:
    """What a place's name is made of, so that Frankfurt/Main and Frankfurt am Main are the same.

    Köln, Koeln and Koln are too, so each umlaut counts as its vowel, however it is written.
    """
    letters = unicodedata.normalize("NFD", place.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    plain = re.sub(r"([aou])e", r"\1", plain)
    found = frozenset(_LONG_FORMS.get(word, word) for word in re.findall(r"\w+", plain))
    return found - _UNIMPORTANT or found


def _german_note(area_code: str, city: str) -> str | None:
    places = places_of(GERMANY)
    own = places.get(area_code)
    if own is None:
        return f"{area_code} is no German area code that we know; TENIOS may refuse it."
    if _is_one_of(city, own, places):
        return None
    return _belongs_to(area_code, own[0], city)


def _note_abroad(area_code: str, city: str, country: str) -> str | None:
    if not has_area_codes(country):
        return f"There are no area codes in {english_name(country)}; TENIOS may refuse it."
    owner = country_of_area_code(area_code, country)
    if owner is not None and owner != country:
        return (
            f"Area code {area_code} is one of {english_name(owner)}, not of"
            f" {english_name(country)}; TENIOS may refuse it."
        )
    places = places_of(country)
    if not places:
        return None
    own = [name for code, names in places.items() if code.startswith(area_code) for name in names]
    if not own:
        return (
            f"{area_code} is no area code that we know in {english_name(country)}"
            f"{_codes_of(city, country)}; TENIOS may refuse it."
        )
    # The library has no place for most towns there, so only another one's area code is odd.
    if _is_one_of(city, own, places) or not _is_a_place(city, places):
        return None
    return _belongs_to(area_code, own[0], city)


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


def _belongs_to(area_code: str, owner: str, city: str) -> str:
    return (
        f"Area code {area_code} belongs to {owner}, not to {city}: TENIOS decides whether the"
        " address is in the area."
    )


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
