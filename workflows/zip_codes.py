"""What form a zip has in Germany and around it, by plain string work.

So it is the same in every replay, and no library in use knows it. These forms have been the same
for decades; of any other country a zip is taken as it is.
"""

import re

_ZIPS_OF_DIGITS = {
    "AT": ("an Austrian zip", 4),
    "BE": ("a Belgian zip", 4),
    "CH": ("a Swiss zip", 4),
    "DE": ("a German zip", 5),
    "DK": ("a Danish zip", 4),
    "ES": ("a Spanish zip", 5),
    "FR": ("a French zip", 5),
    "IT": ("an Italian zip", 5),
    "LI": ("a Liechtenstein zip", 4),
    "LU": ("a Luxembourg zip", 4),
}
_OTHER_ZIPS = {
    "NL": ("[1-9][0-9]{3} ?[A-Za-z]{2}", "a Dutch zip has four digits and two letters: 1012 AB"),
    "PL": ("[0-9]{2}-?[0-9]{3}", "a Polish zip has five digits, with a hyphen: 00-950"),
}
_IN_WORDS = {4: "four", 5: "five"}


def objection_to_zip(zip_code: str, country: str) -> str | None:
    """Why a country has no such zip; `None` if nothing speaks against it.

    Args:
        zip_code: Without blanks around it.
        country: As ISO 3166-1 codes it.
    """
    if country in _OTHER_ZIPS:
        pattern, form = _OTHER_ZIPS[country]
        return None if re.fullmatch(pattern, zip_code) else form
    if country not in _ZIPS_OF_DIGITS:
        return None
    name, length = _ZIPS_OF_DIGITS[country]
    if re.fullmatch(f"[0-9]{{{length}}}", zip_code):
        return None
    digits = re.sub("[^0-9]", "", zip_code)
    form = f"{name} has {_IN_WORDS[length]} digits"
    if re.fullmatch("[0-9]{4}", zip_code):
        # Where four do not fit, five would.
        return f"{form}; did a spreadsheet drop its zero? 0{digits}"
    return f"{form} and nothing else: {digits}" if len(digits) == length else form
