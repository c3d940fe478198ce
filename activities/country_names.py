"""Countries as TENIOS' page names them: in English."""

from babel import Locale

_NAMES = Locale("en").territories


def english_name(country: str) -> str:
    """The name that CLDR gives a code of ISO 3166-1; the code itself if no country has it.

    TENIOS then refuses it, and a person can correct the order.
    """
    name: str = _NAMES.get(country, country)
    return name
