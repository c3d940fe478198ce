"""What a spreadsheet has made of what was typed, and what that probably was.

A proposal is only made where all that was typed is still there.
"""

import datetime as dt
import re

from number_orders.spreadsheets.tables import Cell, CellKind
from number_orders.starters.numbering import numbering_of
from number_orders.workflows.area_codes import GERMANY
from number_orders.workflows.phone_numbers import is_e164

_WITH_POINT = re.compile("([0-9]+)[.,]0+")
"""What programs write of a whole number that they take for another one."""
_SHORT_FORM = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+([0-9]{1,2})", re.IGNORECASE)
"""What a spreadsheet shows of a number of many digits: `4,92211E+10`."""
_OF_DIGITS = frozenset(
    {"location_id", "zip", "house_number", "area_code", "number", "link_to_number"}
)

_LONGEST_COUNT = 3
"""The digits of 999."""

_FIRST_DAY = dt.date(1899, 12, 30)
"""The day from which spreadsheets count."""
_DAYS = range(36526, 73051)
"""From 2000 to 2099 as spreadsheets count days."""
_MONTHS = (
    "jan",
    "feb",
    "mä|mrz|mae",
    "apr",
    "mai",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dez",
)
_WRITTEN_DATES = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})( 00:00:00)?"),
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})\. ?(?P<name>[a-zä]+)\.?", re.IGNORECASE),
)


def objection_to_cell(field: str, cell: Cell) -> str | None:
    """Why a cell does not hold what was typed, where its text alone does not show it.

    Args:
        field: The order's field that the cell is for.
        cell: The cell.
    """
    text = cell.text.strip()
    if cell.objection:
        return cell.objection
    if cell.kind is CellKind.DATE:
        as_text = "format the column as text, and type it anew"
        if field == "house_number":
            return f"is a date, which a spreadsheet made of it; {as_text}, such as 3-5"
        return f"is a date or a time, which a spreadsheet may have made of it; {as_text}"
    if field in _OF_DIGITS and _WITH_POINT.fullmatch(text):
        return f"is {text}, a whole number with a decimal point; write it without"
    if field in _OF_DIGITS and _SHORT_FORM.fullmatch(text):
        return (
            f"is {text}, the short form of a number; format the column as text, and type all its"
            " digits"
        )
    return None


def proposal(field: str, cell: Cell, *, country: str, area_code: str | None) -> str | None:
    """What was probably typed into a cell that is objected to; `None` if nobody can tell.

    Args:
        field: The order's field that the cell is for.
        cell: The cell.
        country: The code of the order's country.
        area_code: The order's, as it was typed.
    """
    if cell.kind not in {CellKind.TEXT, CellKind.NUMBER, CellKind.DATE}:
        return None
    text = cell.text.strip()
    digits = _digits(text)
    proposed = None
    match field:
        case "house_number":
            proposed = _house_number(text)
        case "zip":
            is_short = country == GERMANY and re.fullmatch("[0-9]{4}", digits or text)
            proposed = f"0{digits or text}" if is_short else digits
        case "link_to_number":
            proposed = _phone_number(digits or text, country, area_code)
        case "location_id" | "area_code":
            proposed = digits
        case "number":
            proposed = digits if len(digits or "") <= _LONGEST_COUNT else None
    return proposed


def _digits(text: str) -> str | None:
    """The digits of a whole number with a decimal point or in short form, if all are there."""
    if found := _WITH_POINT.fullmatch(text):
        return found[1]
    if found := _SHORT_FORM.fullmatch(text):
        first, rest, exponent = found[1], found[2] or "", int(found[3])
        return first + rest if len(rest) == exponent else None
    return None


def _house_number(text: str) -> str | None:
    """The two numbers that a date was made of, as a German spreadsheet reads them: day and month.

    Of the first of a month nobody knows: German spreadsheets read `5-24` as May 2024.
    """
    if digits := _digits(text):
        return digits
    if re.fullmatch("[0-9]{5}", text) and int(text) in _DAYS:
        date = _FIRST_DAY + dt.timedelta(days=int(text))
        return _day_and_month(date.day, date.month)
    for form in _WRITTEN_DATES:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = int(parts["month"]) if "month" in parts else _month(parts["name"])
            return _day_and_month(int(parts["day"]), month)
    return None


def _month(name: str) -> int:
    """A month by its German name or the beginning of it; 0 if there is none."""
    for number, beginning in enumerate(_MONTHS, 1):
        if re.match(beginning, name.lower()):
            return number
    return 0


def _day_and_month(day: int, month: int) -> str | None:
    is_one = 1 < day <= 31 and 1 <= month <= 12  # noqa: PLR2004 -- a calendar's
    return f"{day}-{month}" if is_one else None


def _phone_number(digits: str, country: str, area_code: str | None) -> str | None:
    """A number whose plus sign or whose zero a spreadsheet has dropped."""
    if not (digits.isascii() and digits.isdecimal()):
        return None
    numbering = numbering_of(country)
    if digits.startswith(numbering.calling_code):
        return f"+{digits}" if is_e164(f"+{digits}") else None
    national = (area_code or "").removeprefix(numbering.trunk_prefix)
    if national and digits.startswith(national):
        return numbering.trunk_prefix + digits
    return None
