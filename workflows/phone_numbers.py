"""Phone numbers by plain string work: a library's data changes, and a replay must not."""

import re


def is_e164(number: str) -> bool:
    """Whether this is an international number as ITU-T E.164 writes it."""
    return re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is not None


def in_e164(written: str, calling_code: str = "49", trunk: str = "0") -> str | None:
    """A number in E.164, from its digits with or without a plus sign; `None` if it is none."""
    digits = written
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith(trunk):
        digits = f"+{calling_code}{digits[len(trunk) :]}"
    elif digits.startswith(calling_code):
        digits = "+" + digits
    international = f"+{calling_code}{trunk}"
    if digits.startswith(international):
        digits = f"+{calling_code}{digits[len(international) :]}"
    return digits if is_e164(digits) else None


def objection_to_typed(number: str) -> str | None:
    """Why a person should look at a number again; `None` if nothing speaks against it."""
    if number.startswith("+490"):
        return "after +49 no 0 follows: +49 0221 123 is +49221123"
    return None
