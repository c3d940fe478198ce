"""Text of others', made harmless."""

import re

# Its own list of characters: Python's idea of a printable one changes with its version, and a
# history has to read the same on all of them.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")

_MARKDOWN = re.compile(r"[\\`*\[\]<>!&@#|~]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)


def printable(text: str) -> str:
    """The text on one line, with a blank for whatever no list, mail or database takes."""
    return _UNPRINTABLE.sub(" ", text)


def unformatted(text: str) -> str:
    """The text as one line of Markdown that shows it as it is: no link, picture or fence is in it.

    An address alone is a link in the Web UI's Markdown.
    """
    return _MARKDOWN.sub(r"\\\g<0>", printable(text))
