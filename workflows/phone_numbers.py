"""Phone numbers as ITU-T E.164 writes them, by plain string work: the same in every replay."""

_DIGITS = range(7, 16)
"""How many digits a number has after its plus sign."""

_NEVER_A_ZERO_NEXT = ("+31", "+32", "+33", "+41", "+43", "+44", "+49")
"""Calling codes of countries whose trunk zero is left out after them. Italy's is not."""


def is_e164(number: str) -> bool:
    """Whether this is an international number in E.164: a plus sign and 7 to 15 digits."""
    digits = number[1:]
    return (
        number[:1] == "+"
        and digits.isascii()
        and digits.isdigit()
        and digits[0] != "0"
        and len(digits) in _DIGITS
    )


def in_e164(written: str, calling_code: str = "49", trunk: str = "0") -> str | None:
    """A number in E.164; `None` if it cannot be told which one it is.

    Args:
        written: digits with an optional plus sign, as a push's reading has them: international,
            with 00 for the plus sign, national with its trunk prefix, or without any sign.
        calling_code: of the country that national numbers belong to.
        trunk: what a national number begins with there; empty where numbers have no such prefix.
    """
    national = not written.startswith(("+", "00", calling_code))
    if written.startswith("+"):
        number = written
    elif written.startswith("00"):
        number = "+" + written[2:]
    elif trunk and written.startswith(trunk):
        number = f"+{calling_code}{written.removeprefix(trunk)}"
    elif trunk and not national:
        number = f"+{written}"
    elif not trunk and national:
        number = f"+{calling_code}{written}"
    else:
        return None
    international = f"+{calling_code}"
    if trunk and number.startswith(international + trunk):
        # +49 0221: written by people who know both prefixes.
        number = international + number.removeprefix(international + trunk)
    return number if is_e164(number) else None


def objection_to_typed(number: str) -> str | None:
    """Why a number that a person typed is refused, with the remedy; `None` if it is not."""
    if not is_e164(number):
        return "a number in E.164 is a plus sign and 7 to 15 digits, such as +49221123456"
    for code in _NEVER_A_ZERO_NEXT:
        if number.startswith(f"{code}0"):
            return f"no 0 follows {code}: leave it out, as in +49221123456"
    return None
