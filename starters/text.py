"""Text that a person typed, or that somebody else wrote, as one line that shows what it holds."""

import unicodedata


def one_line(text: str) -> str:
    """The text without control characters and invisible ones, with single blanks.

    Line breaks and tabs become blanks. What a terminal would obey is gone.
    """
    spaced = "".join(" " if character.isspace() else character for character in text)
    visible = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", visible).split())
