"""Does the city belong to the area code? Place names are compared as people spell them."""

import re
import unicodedata

from number_orders.workflows.models import NumberOrderInput

_LONG_FORMS = {"st": "sankt", "gr": "gross", "kl": "klein"}
_UNIMPORTANT = frozenset(
    {"a", "am", "an", "auf", "b", "bei", "d", "der", "h", "i", "im", "in", "ob", "v", "von", "vor"}
)
_OF_MANY_NAMES = frozenset({"bad", "gross", "klein", "markt", "sankt"})


def notes(order: NumberOrderInput) -> tuple[str, ...]:
    """What looks wrong but must not block: area borders are not municipal borders.

    The names of all places take 100 MiB of memory from the first call on.
    """
    # A worker or bridge in the same program can do without them.
    from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415 -- see above

    places = GEOCODE_DATA.get(f"49{order.area_code}")
    if places is None:
        return (f"{order.area_code} is no German area code that we know; TENIOS may refuse it.",)
    city = words(order.address.city)
    names = [words(name) for name in places.values()]
    if any(city <= name for name in names):
        return ()
    if any((city & name) - _OF_MANY_NAMES for name in names) and not any(
        city == words(name)
        for prefix, others in GEOCODE_DATA.items()
        if prefix.startswith("49")
        for name in others.values()
    ):
        # Such as Köln-Ehrenfeld, or Villingen-Schwenningen, whose halves have their own codes.
        return ()
    owner = f"Area code {order.area_code} belongs to {places['de']}, not to {order.address.city}"
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
