"""Text that a spreadsheet would take for a formula, in files that programs read too."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escaped(text: str) -> str:
    """Free text that no spreadsheet takes for a formula, with an apostrophe in front where needed.

    OWASP names what such text begins with: `=`, `+`, `-`, `@`, a tab and a carriage return.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def without_escape(text: str) -> str:
    """The text as it was before `escaped`."""
    return text[1:] if _ESCAPED.match(text) else text
