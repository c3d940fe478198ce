"""Text in one form, whoever wrote it: what is compared is normalised here, and nowhere else."""

import unicodedata
from functools import lru_cache

_MOST_MARKS = 30
"""Combining marks in a row; no language has more than a few. Unicode's own bound for streams."""
_LONGEST_EXPANSION = 6
"""Characters that one may become. Three become more, such as whole Arabic phrases."""


def plain(text: str) -> str:
    """The text as NFKC has it, at a cost that grows with its length alone.

    To normalise a row of combining marks costs the square of its length, in which no other thread
    runs: a row is cut to what can be meant.
    """
    return text if text.isascii() else unicodedata.normalize("NFKC", _bounded(text))


def _bounded(text: str) -> str:
    # Each character is looked up once: a body has thousands, but few different ones.
    kinds = {character: _kind(character) for character in set(text)}
    if "mark" not in kinds.values() and "phrase" not in kinds.values():
        return text
    kept = list[str]()
    marks = 0
    for character in text:
        kind = kinds[character]
        marks = marks + 1 if kind == "mark" else 0
        if marks <= _MOST_MARKS:
            kept.append("\ufffd" if kind == "phrase" else character)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """`mark`, `phrase` or `other`."""
    if not unicodedata.decomposition(character):
        return "mark" if unicodedata.combining(character) else "other"
    # Some are marks only once they are taken apart, such as U+0F73 and U+FF9E.
    apart = unicodedata.normalize("NFKD", character)
    if unicodedata.combining(apart[0]):
        return "mark"
    return "phrase" if len(apart) > _LONGEST_EXPANSION else "other"
