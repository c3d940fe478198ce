"""What people do not see in what they typed or copied is taken out before anything is checked."""

import re
import unicodedata
from enum import Enum
from typing import Any

from pydantic import BaseModel

from number_orders.workflows.checks import INVISIBLE, LINE_BREAKS

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_BLANKS = re.compile(f"[ \t{LINE_BREAKS}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")


def clean_text(text: str) -> str:
    """Composed as Unicode's NFC, without invisible characters, and in one line.

    Any blanks and line breaks become one plain blank. What cannot be taken out without a guess,
    such as a control character, stays, and is refused by `workflows.checks`.
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", text))).strip(" ")


def clean(value: Any) -> Any:
    """The same with every text cleaned; models become objects of all that was put into them."""
    match value:
        case Enum():
            return value
        case str():
            return clean_text(value)
        case BaseModel():
            return clean(vars(value))
        case dict():
            return {name: clean(member) for name, member in value.items()}
        case _:
            return value
