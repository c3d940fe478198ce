"""What an answer says against itself.

Documented is `error_code`, `error_message`, `fields`, and `"success": false`. Other signs of an
error beside a 2xx do not prove that nothing was done, but such an answer is no success either.
"""

import re
from typing import Any

from number_orders.tenios.answer_body import AnswerBody

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NO = frozenset({"false", "0", "no", "n", "off", "failed", "error"})
_NO_ERROR = frozenset({"", "0", "false", "none", "null", "no", "ok", "success"})
_ALARMING = re.compile(
    r"fail|error|exception|reject|refus|declin|denied|invalid|abort|forbid|unauthor|fehler",
    re.IGNORECASE,
)
_ERROR_KEY = re.compile(r"(error|exception|fault|failure)")
_YES_OR_NO = ("success", "successful", "issuccess", "issuccessful", "ok", "accepted", "valid")
_STATES = ("status", "state", "result", "outcome", "type", "code")
# Not `code` alone: an area has one, and Hannover's is 511.
_HTTP_STATUS = ("status", "statuscode", "httpstatus")


class ErrorBody:
    """The error in an answer's body, if there is one. Any part may be missing, or of any type."""

    def __init__(self, body: AnswerBody | None, *, is_success: bool) -> None:
        # With a 2xx, what is called code or error need not be one.
        code_names = ("error_code",) if is_success else ("error_code", "code", "error")
        codes = [text for text in _texts(body, *code_names) if text.lower() not in _NO_ERROR]
        self.code = next((text for text in codes if _CODE.fullmatch(text)), "")
        """The error code; empty if there is none that looks like one."""
        messages = _texts(body, *("error_message", "message", "error_description"))
        others = _texts(body, *("error", "errors", "detail", "reason", "error_code"))
        self.message = next((text for text in [*messages, *others] if text != self.code), "")
        self.fields = _fields(body) if body is not None else []
        refused = any(text.lower() in _NO for text in _texts(body, "success"))
        self.is_documented = bool(codes) or refused
        """Whether it says no in a documented form."""
        self.is_likely = self.is_documented or (body is not None and _is_hinted_at(body))
        """Whether anything in it looks like an error."""
        self.is_any = self.is_likely or bool(self.message or self.fields)
        """Whether it is an error body, given that the status is one of an error."""
        self.has_alarming_words = bool(self.fields) or bool(_ALARMING.search(self.message))


def _is_hinted_at(body: AnswerBody) -> bool:
    return any(_is_hint(name, value) for name, value in body.items())


def _is_hint(name: str, value: Any) -> bool:
    if isinstance(value, list):
        return any(_is_hint(name, item) for item in value)
    if isinstance(value, dict):
        return bool(value) and _ERROR_KEY.match(name) is not None
    text = "" if value is None else str(value).strip().lower()
    if _ERROR_KEY.match(name):
        return text not in _NO_ERROR
    if name in _YES_OR_NO:
        return text in _NO
    is_error_status = name in _HTTP_STATUS and re.fullmatch("[4-9][0-9][0-9]", text) is not None
    return is_error_status or (name in _STATES and _ALARMING.search(text) is not None)


def _texts(body: AnswerBody | None, *names: str) -> list[str]:
    """The texts and numbers under these names, in lists too."""
    if body is None:
        return []
    values = [value for name in names for value in body.values(name)]
    items = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [str(item).strip() for item in items if isinstance(item, str | int | float)]


def _fields(body: AnswerBody) -> list[str]:
    """The names of wrong fields: a list, one name, objects with a name, or an object by name."""
    names: list[Any] = []
    for value in body.values("fields", "field"):
        for item in value if isinstance(value, list) else [value]:
            # The members of an object are found by themselves under `field`.
            names += [] if isinstance(item, dict) else [item]
            if item is value and isinstance(value, dict):
                names += value
    return [name.strip() for name in names if isinstance(name, str) and name.strip()]
