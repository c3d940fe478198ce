"""Which PDF belongs to which location, and whether it can be sent; each file is read once."""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from number_orders.runtime.errors import UsageError
from number_orders.starters.documents import read_pdf

FILES_AT_MOST = 40_000
_NAMED_AT_MOST = 3
_OF_PROGRAMS = frozenset({"desktop.ini", "thumbs.db"})
_BEHIND_AN_ID = (" ", "_")


@dataclass(frozen=True)
class DocumentFile:
    """A PDF that can be sent."""

    path: Path
    sha256: str
    """Of its bytes as they are kept."""


@dataclass
class DocumentFolder:
    """A folder of PDFs, and whose they are by their names.

    A file's name without `.pdf` is a location's id, or begins with the id and a blank or `_`, in
    capitals or not: `koeln-1_lease.pdf` is of `koeln-1`, and `koeln-10.pdf` is not.
    """

    path: Path
    by_location: Mapping[str, tuple[Path, ...]]
    """By the id in lower case."""
    ambiguous: Mapping[Path, tuple[str, ...]]
    """Files whose names fit several locations, with their ids."""
    others: tuple[Path, ...]
    """Files that fit none, or are no PDF by their name."""
    used: set[Path] = field(default_factory=set)

    def of_location(self, location_id: str) -> Path:
        """The location's PDF.

        Raises:
            UsageError: There is none, or several.
        """
        found = self.by_location.get(location_id.casefold(), ())
        self.used.update(found)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"is one of {_named(found)}; leave one, or name it in a column")
        for file, ids in self.ambiguous.items():
            if location_id in ids:
                raise UsageError(f"is unclear: {file.name} {_fits(ids)}")
        raise UsageError(
            f"is missing: no PDF in {self.path} has a name that is the id, or begins with it and a"
            " blank or _; name it in a column, or rename it"
        )

    def unused(self) -> tuple[str, ...]:
        """What is said about the files that no location has."""
        fitting = {file for files in self.by_location.values() for file in files}
        unused = sorted({*self.others, *fitting} - self.used)
        told = [f"{path}: belongs to no location of the table" for path in unused]
        for file, ids in sorted(self.ambiguous.items()):
            if file not in self.used:
                told.append(f"{file}: {_fits(ids)}")
        return tuple(told)


def open_folder(path: Path, location_ids: Collection[str]) -> DocumentFolder:
    """A folder's files, by the location that each belongs to.

    Raises:
        UsageError: The folder cannot be read, or has too many files.
    """
    ids = {location_id.casefold(): location_id for location_id in location_ids}
    by_location: dict[str, list[Path]] = {}
    ambiguous = {}
    others = []
    for file in _files(path):
        owners = _owners(file, ids) if file.suffix.casefold() == ".pdf" else []
        match owners:
            case []:
                others.append(file)
            case [owner]:
                by_location.setdefault(owner, []).append(file)
            case _:
                ambiguous[file] = tuple(ids[owner] for owner in owners)
    paths = {owner: tuple(files) for owner, files in by_location.items()}
    return DocumentFolder(path, paths, ambiguous, tuple(others))


def _files(path: Path) -> list[Path]:
    try:
        files = sorted(file for file in path.iterdir() if file.is_file())
    except (OSError, ValueError):
        raise UsageError(
            f"{path}: is no folder that can be read; name the folder of PDFs"
        ) from None
    if len(files) > FILES_AT_MOST:
        raise UsageError(f"{path}: has more than {FILES_AT_MOST} files; name the folder of PDFs")
    return [
        file
        for file in files
        if not file.name.startswith(".") and file.name.casefold() not in _OF_PROGRAMS
    ]


def _owners(file: Path, ids: Mapping[str, str]) -> list[str]:
    """The locations that a file's name fits; the one that it is, if it is an id as a whole."""
    stem = unicodedata.normalize("NFC", file.stem).casefold()
    if stem in ids:
        return [stem]
    ends = [place for place, character in enumerate(stem) if character in _BEHIND_AN_ID]
    return [stem[:end] for end in ends if stem[:end] in ids]


def file_in(folder: Path, name: str) -> Path:
    """The file that a table names, below a folder.

    Raises:
        UsageError: It would be outside of the folder: a table from somebody else must not send a
            file of yours.
    """
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise UsageError(f"expected the name of a file below {folder}")
    return path


@dataclass
class CheckedDocuments:
    """Documents that were read and looked at, by their paths."""

    _found: dict[Path, DocumentFile | str] = field(default_factory=dict)

    def read(self, path: Path) -> DocumentFile:
        """A document that can be sent.

        Raises:
            UsageError: It cannot be. It begins with the file's name.
        """
        if path not in self._found:
            try:
                digest = hashlib.sha256(read_pdf(path)).hexdigest()
                self._found[path] = DocumentFile(path, digest)
            except UsageError as error:
                self._found[path] = str(error)
        found = self._found[path]
        if isinstance(found, str):
            raise UsageError(found)
        return found


def _fits(ids: Collection[str]) -> str:
    return f"fits {' and '.join(ids)}; rename it, or name it in a column"


def _named(files: Collection[Path]) -> str:
    names = [file.name for file in files]
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return ", ".join(names[:_NAMED_AT_MOST]) + more
