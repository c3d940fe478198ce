"""From a file to its sheets, by what is in it; nothing is read without a bound."""

import io
import zipfile
from pathlib import Path

from number_orders.runtime.errors import UsageError
from number_orders.runtime.files import read_file
from number_orders.spreadsheets.csv_reading import read_csv
from number_orders.spreadsheets.tables import TableFile
from number_orders.spreadsheets.workbooks import read_workbook

FILE_BYTES_AT_MOST = 20 * 2**20
_UNPACKED_BYTES_AT_MOST = 100 * 2**20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
"""The stream of a workbook that Office has encrypted, as its container names it."""

_OPEN_AND_SAVE = "open it in a spreadsheet, and save it as .xlsx"
_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm"),
    "xls": (".xls",),
    "ods": (".ods",),
    "csv": (".csv", ".txt", ".tsv"),
}
_NAMES = {
    "xlsx": "an .xlsx workbook",
    "xls": "an old .xls workbook",
    "ods": "an OpenDocument spreadsheet",
    "csv": "plain text",
}


def read_table_file(path: Path, *, encoding: str | None = None) -> TableFile:
    """The sheets of a spreadsheet, or the one of a CSV file.

    Args:
        path: A file of up to 20 MiB whose name ends in `.xlsx`, `.xlsm`, `.xls`, `.ods`,
            or `.csv`, `.txt` or `.tsv`.
        encoding: The CSV file's, as Python names it; by default what it can be.

    Raises:
        UsageError: It cannot be read, is not what its name says, is protected by a password, or
            has too many rows or columns. It begins with the file's name.
    """
    suffix = path.suffix.lower()
    if suffix not in {suffix for suffixes in _SUFFIXES.values() for suffix in suffixes}:
        raise UsageError(f"{path}: expected an .xlsx, .xls, .ods or .csv; save it as one of them")
    if encoding is not None and suffix not in _SUFFIXES["csv"]:
        raise UsageError(f"{path}: only a .csv has an encoding to name; leave --encoding out")
    content = read_file(path, FILE_BYTES_AT_MOST, f"{path}:", "split it")
    try:
        return _table_file(content, suffix, encoding)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def _table_file(content: bytes, suffix: str, encoding: str | None) -> TableFile:
    kind = _kind(content)
    if suffix not in _SUFFIXES[kind]:
        raise UsageError(
            f"is {_NAMES[kind]}, although its name ends in {suffix}; {_rename_or_save(kind)}"
        )
    if kind == "csv":
        return read_csv(content, encoding=encoding)
    return read_workbook(content, kind=kind)


def _rename_or_save(kind: str) -> str:
    if kind == "csv":
        return f"rename it to .csv if it is a table, or {_OPEN_AND_SAVE}"
    return f"rename it to {_SUFFIXES[kind][0]}"


def _kind(content: bytes) -> str:
    """What a file is by its content."""
    if not content:
        raise UsageError("is empty")
    if content.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in content:
            raise UsageError("is protected by a password; save it without one")
        return "xls"
    if content.startswith(b"PK"):
        return _kind_of_archive(content)
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<", b"%pdf")):
        raise UsageError(f"is a web page, XML or a PDF, and no table; {_OPEN_AND_SAVE}")
    return "csv"


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UsageError(f"is damaged; fetch it again, or {_OPEN_AND_SAVE}") from None
    if unpacked > _UNPACKED_BYTES_AT_MOST:
        raise UsageError(
            f"is larger than {_UNPACKED_BYTES_AT_MOST // 2**20} MiB when it is unpacked; delete"
            " what is not needed, or save the rows as .csv"
        )
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise UsageError(f"is an archive, and no workbook that we know; {_OPEN_AND_SAVE}")
