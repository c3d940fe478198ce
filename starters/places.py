"""Does the city belong to the area code? Place names are compared as people spell them."""

import functools
import re
import unicodedata
from collections.abc import Mapping
from importlib import resources

from number_orders.workflows.models import NumberOrderInput

_LONG_FORMS = {"st": "sankt", "gr": "gross", "kl": "klein"}
_UNIMPORTANT = frozenset(
    {"a", "am", "an", "auf", "b", "bei", "d", "der", "h", "i", "im", "in", "ob", "v", "von", "vor"}
)
_OF_MANY_NAMES = frozenset({"bad", "gross", "klein", "markt", "sankt"})


def notes(order: NumberOrderInput) -> tuple[str, ...]:
    """What looks wrong but must not block: area borders are not municipal borders."""
    places = _german_places()
    own = places.get(order.area_code)
    if own is None:
        return (f"{order.area_code} is no German area code that we know; TENIOS may refuse it.",)
    city = words(order.address.city)
    names = [words(name) for name in own]
    if any(city <= name for name in names):
        return ()
    if any((city & name) - _OF_MANY_NAMES for name in names) and not any(
        city == words(name) for others in places.values() for name in others
    ):
        # Such as Köln-Ehrenfeld, or Villingen-Schwenningen, whose halves have their own codes.
        return ()
    owner = f"Area code {order.area_code} belongs to {own[0]}, not to {order.address.city}"
    return (f"{owner}: TENIOS decides whether the address is in the area.",)


def words(place: str) -> frozenset[str]:
    """What a place's name is made of, so that Frankfurt/Main and Frankfurt am Main are the same.

    Köln, Koeln and Koln are too, so each umlaut counts as its vowel, however it is written.
    """
    letters = unicodedata.normalize("NFD", place.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    plain = re.sub(r"([aou])e", r"\1", plain)
    found = frozenset(_LONG_FORMS.get(word, word) for word in re.findall(r"\w+", plain))
    return found - _UNIMPORTANT or found


@functools.cache
def _german_places() -> Mapping[str, tuple[str, ...]]:
    """The names of each area code's place, the German one first; `make place-names` made them."""
    table = resources.files(__package__).joinpath("place_names", "49.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines())
    return {code: tuple(names) for code, *names in lines}
