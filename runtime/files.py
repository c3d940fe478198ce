"""Files that a person names, read with a bound."""

import stat
from pathlib import Path

from number_orders.runtime.errors import UsageError


def read_file(path: Path, limit: int, place: str, if_too_large: str) -> bytes:
    """A file's content.

    Args:
        path: The file.
        limit: How many bytes it may have at most; in whole MiB.
        place: What an error begins with.
        if_too_large: What to do about a larger one.

    Raises:
        UsageError: It is no file, cannot be read, or is larger.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "no file but a pipe or a device"
            raise UsageError(f"{place} is {kind}; name a file")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{place} cannot be read ({error.strerror})") from None
    except ValueError:
        raise UsageError(f"{place!r} cannot be read: no path has such a character") from None
    if len(content) > limit:
        raise UsageError(f"{place} is larger than {limit // 2**20} MiB; {if_too_large}")
    return content
