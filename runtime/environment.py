"""Values from the environment, `.env` and secret files, without what slips in beside them.

Files end with line breaks, editors write byte order marks, and who copies from a web page copies
what nobody sees. At the ends of a value it is taken away; inside it the value is refused by name.
"""

import io
import os
import re
import unicodedata
from pathlib import Path

from dotenv import load_dotenv
from dotenv.parser import parse_stream

from number_orders.runtime.errors import UsageError

_DOT_ENV = Path(".env")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
# Letters, marks and symbols by their category, though they have no shape of their own.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    map(chr, range(0x180B, 0x1810)), map(chr, range(0xFE00, 0xFE10))
)
_PAIRED_QUOTES = "\"'"
_QUOTES = f"{_PAIRED_QUOTES}`´“”„‘’‚«»"  # noqa: RUF001 -- those of word processors are meant
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def stripped(text: str) -> str:
    """A value without blanks, what nobody sees, and one pair of quotes around it."""
    text = _trimmed(text)
    if len(text) > 1 and text[0] in _PAIRED_QUOTES and text[0] == text[-1]:
        inside = text[1:-1]
        # In a list of quoted entries they belong to the first and to the last one.
        if text[0] not in inside:
            return _trimmed(inside)
    return text


def entries(text: str) -> list[str]:
    """The entries of a list with commas or line breaks between them."""
    parts = (stripped(part) for part in re.split(r"[,\r\n]", stripped(text)))
    return [part for part in parts if part]


def fault(text: str) -> str | None:
    """Why a stripped value cannot be what was meant, or `None`; does not repeat it."""
    for position, character in enumerate(text, start=1):
        if character != " " and _is_unseen(character):
            name = unicodedata.name(character, "a control character or no UTF-8")
            return (
                f"its character {position} is not visible (U+{ord(character):04X}, {name}):"
                " type it anew"
            )
    if text and (text[0] in _QUOTES or text[-1] in _QUOTES):
        return "a quote stands at its begin or end: leave it out"
    return None


def variable(name: str) -> str | None:
    """A variable of the environment, stripped; `None` for an empty one. Raises a `UsageError`."""
    text = stripped(os.environ.get(name, ""))
    if problem := fault(text):
        raise UsageError(f"{name} is wrong: {problem}")
    return text or None


def given(setting: str) -> str | None:
    """A setting's value from the environment, or else from its file in `SECRETS_DIR`; stripped.

    `None` if it is empty in both. Raises a `UsageError` if its file cannot be read.
    """
    if text := stripped(os.environ.get(setting.upper(), "")):
        return text
    folder = variable("SECRETS_DIR")
    if folder is None:
        return None
    if not Path(folder).is_dir():
        raise UsageError("SECRETS_DIR: there is no such folder")
    # Named like the setting in small letters: how containers are given secrets.
    file = Path(folder) / setting.lower()
    try:
        return stripped(file.read_bytes().decode("utf-8-sig")) or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read ({error.strerror}): it is to be a file that this user may read"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not text in UTF-8") from None


def load_dot_env() -> None:
    """Read `.env` of the current folder into the environment, which wins where both speak.

    Raises a `UsageError` that names the line, and does not repeat it.
    """
    try:
        content = _DOT_ENV.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return
    except OSError as error:
        raise UsageError(
            f"{_DOT_ENV.absolute()}: cannot be read ({error.strerror}): let this user read it, or"
            " run the command in another folder"
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f".env: line {line} is not UTF-8: save the file as UTF-8") from None
    if "\0" in text:
        # So UTF-16 looks, and the environment takes none.
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UsageError(f".env: line {line} holds a NUL character: save the file as UTF-8")
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key is not None and not _NAME.fullmatch(binding.key)):
            # Empty lines before it belong to it.
            original = binding.original.string
            empty = original[: len(original) - len(original.lstrip())].count("\n")
            line = binding.original.line + empty
            raise UsageError(f".env: line {line} is not of the form NAME=value")
    load_dotenv(stream=io.StringIO(text))


def _trimmed(text: str) -> str:
    visible = [place for place, character in enumerate(text) if not _is_unseen(character)]
    return text[visible[0] : visible[-1] + 1] if visible else ""


def _is_unseen(character: str) -> bool:
    return character in _UNSEEN or unicodedata.category(character) in _UNSEEN_CATEGORIES
