"""Phone numbers as people and machines write them."""

import re
import unicodedata

from number_orders.pushes.text import plain

_DIGITS = re.compile(r"\+?[0-9]{7,17}")
_LONGEST = 2_000
"""Characters that are looked at; twenty numbers need fewer."""
_SEPARATORS = frozenset("()[]/.\N{MIDDLE DOT}\N{BULLET}\N{MINUS SIGN}")


def phone_numbers_in(text: str) -> list[str] | None:
    """The numbers of a text, each as digits with an optional plus sign; `None` if one is none.

    A national number stays national: which country it is in, its order knows.
    """
    if len(text) > _LONGEST:
        return None
    pieces = re.split(r"[,;|\r\n]+", _after_scheme(text.strip()))
    numbers = [_digits(piece) for piece in pieces if piece.strip()]
    return None if None in numbers else [number for number in numbers if number]


def _after_scheme(text: str) -> str:
    """RFC 3966: `tel:` and parameters such as `;phone-context=`."""
    if text[:4].casefold() != "tel:":
        return text
    return text[4:].partition(";")[0]


def _digits(written: str) -> str | None:
    digits = "".join(map(_plain, plain(written)))
    # Of +49 (0) 221 the zero stays: whether it is a trunk zero or, as in Italy, a part of the area
    # code, its order knows.
    digits = "".join(character for character in digits if character not in _SEPARATORS)
    return digits if _DIGITS.fullmatch(digits) else None


def _plain(character: str) -> str:
    """A digit as ASCII has it; '' for any blank, dash or invisible character."""
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return "" if kind in {"Zs", "Pd", "Cf", "Cc"} else character
