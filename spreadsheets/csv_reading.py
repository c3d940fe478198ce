"""CSV as Excel, LibreOffice and programs write it."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.escaping import without_escape
from number_orders.spreadsheets.tables import (
    CELL_CHARACTERS_AT_MOST,
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    Cell,
    Row,
    Sheet,
    TableFile,
    column_letters,
)

_DELIMITERS = (";", ",", "\t")
_ROWS_LOOKED_AT = 50
_NAME_ENCODING = "name its encoding: --encoding utf-8, cp1252, mac-roman, ..."

# The limit of the standard library is a process's; ours is given below, by row and column.
csv.field_size_limit(2**25)


def read_csv(content: bytes, *, encoding: str | None = None) -> TableFile:
    """The table of a CSV file: separated by semicolons, commas or tabs.

    Args:
        content: The file's bytes.
        encoding: As Python names it; by default UTF-16 if it begins with its mark, else UTF-8 if it
            is, else Windows-1252.

    Raises:
        UsageError: It is in another encoding, or has too many rows or columns.
    """
    text, used = _decoded(content, encoding)
    delimiter, text = _declared_delimiter(text)
    rows = []
    try:
        # A line `sep=;` is not counted, as no spreadsheet shows it.
        for number, fields in enumerate(_records(text, delimiter or _likely_delimiter(text)), 1):
            rows.append(_row(number, fields))
    except csv.Error:
        raise UsageError("is no CSV; open it in a spreadsheet, and save it as .xlsx") from None
    return TableFile((Sheet("", tuple(rows)),), used)


def _row(number: int, fields: list[str]) -> Row:
    if number > ROWS_AT_MOST:
        raise UsageError(f"has more than {ROWS_AT_MOST} rows; split it")
    if len(fields) > COLUMNS_AT_MOST:
        raise UsageError(f"row {number} has more than {COLUMNS_AT_MOST} columns; delete the others")
    for column, field in enumerate(fields):
        if len(field) > CELL_CHARACTERS_AT_MOST:
            raise UsageError(
                f"row {number}, column {column_letters(column)}: has more than"
                f" {CELL_CHARACTERS_AT_MOST} characters; is a quotation mark missing?"
            )
    return Row(number, tuple(Cell(without_escape(field)) for field in fields))


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text without a mark, and its encoding."""
    used = _likely_encoding(content) if encoding is None else _known_encoding(encoding)
    try:
        text = content.decode(used)
    except ValueError:
        raise UsageError(f"is not in the encoding {used}; {_NAME_ENCODING}") from None
    if "\0" in text:
        raise UsageError(f"is not in the encoding {used}, or no text; {_NAME_ENCODING}")
    return text.removeprefix("\ufeff"), used


def _likely_encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _known_encoding(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        # Python's list has what makes no text of bytes, such as base64.
        "".encode(name)
    except (LookupError, ValueError):
        raise UsageError(f"there is no encoding of that name; {_NAME_ENCODING}") from None
    return name


def _declared_delimiter(text: str) -> tuple[str | None, str]:
    """The delimiter that a first line `sep=;` names, as Excel knows it, and what follows it."""
    first, _, rest = text.partition("\n")
    line = first.rstrip("\r")
    if line.lower().startswith("sep=") and line[4:] in _DELIMITERS:
        return line[4:], rest
    return None, text


def _records(text: str, delimiter: str, *, strict: bool = False) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _likely_delimiter(text: str) -> str:
    """The one that makes a table: most rows have as many columns, and the more the better."""
    return max(_DELIMITERS, key=lambda delimiter: _columns_made(text, delimiter))


def _columns_made(text: str, delimiter: str) -> int:
    widths: Counter[int] = Counter()
    try:
        # Strictly, since text behind a closing quotation mark shows that it is another one.
        for _, fields in zip(
            range(_ROWS_LOOKED_AT), _records(text, delimiter, strict=True), strict=False
        ):
            widths[len(fields)] += 1
    except csv.Error:
        return 0
    return max((rows * (width - 1) for width, rows in widths.items()), default=0)
