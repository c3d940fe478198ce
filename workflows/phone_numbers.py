"""Phone numbers as ITU-T E.164 writes them, by plain string work: the same in every replay.

What differs between countries comes with the order (`models.Numbering`), computed where it was
started: a library's data changes with its versions, and a replay must not.
"""

import re

_DIGITS = range(7, 16)
"""How many digits a number has after its plus sign."""

TYPED_NUMBER = r"^\+?[0-9 ()./-]{2,40}$"
"""What people write a number with."""

_CALLING_CODE = re.compile(
    "1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2}"
)
"""As ITU-T E.164 divides them, which has not changed for decades: one, two or three digits."""


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


def in_e164(
    written: str, *, calling_code: str, trunk_prefix: str, area_code: str | None
) -> str | None:
    """A number in E.164; `None` if it cannot be told which one it is.

    Args:
        written: Digits with an optional plus sign, as a push's reading has them: international,
            with 00 for the plus sign, national with its trunk prefix, or without any sign.
        calling_code: Of the country that national numbers belong to.
        trunk_prefix: What national numbers begin with there; empty where they have no such prefix.
        area_code: The one that the number is expected in. It decides what may be two numbers.
    """
    own = f"+{calling_code}"
    if written.startswith("+"):
        number = _without_trunk_prefix(written, own, trunk_prefix, area_code)
    elif written.startswith("00"):
        number = _without_trunk_prefix(f"+{written[2:]}", own, trunk_prefix, area_code)
    elif trunk_prefix and written.startswith(trunk_prefix):
        rest = written.removeprefix(trunk_prefix)
        is_clear = trunk_prefix == "0" or (area_code is not None and rest.startswith(area_code))
        number = own + rest if is_clear else None
    elif not trunk_prefix and not written.startswith(calling_code):
        number = own + written
    else:
        number = _without_trunk_prefix(f"+{written}", own, trunk_prefix, area_code)
        is_clear = (
            area_code is not None
            and (number or "").startswith(own + area_code)
            and not written.startswith(area_code)
        )
        number = number if is_clear else None
    return number if number is not None and is_e164(number) else None


def typed_in_e164(
    typed: str, *, calling_code: str, trunk_prefix: str, area_code: str | None
) -> str | None:
    """A number that a person typed, in E.164; `None` if it cannot be told which one it is.

    As `in_e164`, with what people write between digits: `+49 (0)221 / 12 34 56`.
    """
    written = without_separators(typed)
    number = in_e164(
        written, calling_code=calling_code, trunk_prefix=trunk_prefix, area_code=area_code
    )
    if number is None and trunk_prefix != "0" and is_e164(written):
        # A person knows what the plus sign means.
        return written
    return number


def without_separators(typed: str) -> str:
    """A number, or a part of one, without what people write between its digits."""
    return re.sub(r"[ ()./-]", "", typed)


def unreadable(calling_code: str, area_code: str | None) -> str:
    """That `typed_in_e164` can make nothing of a number, with the remedy."""
    return (
        "cannot be told from other numbers; type it with its country's calling code, such as"
        f" +{calling_code}{area_code or ''}123456"
    )


def is_spelling_of(written: str, number: str) -> bool:
    """Whether a number as it is written is the one in E.164, whatever country that is in."""
    digits = number.removeprefix("+")
    calling_code = _CALLING_CODE.match(digits)
    if calling_code is None:
        return written == number
    rest = digits[calling_code.end() :]
    international = {digits, f"{calling_code[0]}0{rest}"}
    spellings = {f"+{one}" for one in international} | {f"00{one}" for one in international}
    return written in spellings | international | {f"0{rest}", rest}


def _without_trunk_prefix(
    number: str, own: str, trunk_prefix: str, area_code: str | None
) -> str | None:
    """An international number without the trunk prefix that only national ones have.

    `None` if that may as well be the beginning of another area code, as Russia's 8 is.
    """
    after = number.removeprefix(own)
    if not trunk_prefix or after == number or not after.startswith(trunk_prefix):
        return number
    if trunk_prefix == "0":
        # +49 0221: written by people who know both prefixes. No area code there begins with 0.
        return None if after.startswith("00") else own + after[1:]
    return number if area_code is not None and after.startswith(area_code) else None
