"""The forms in which an answer may come: the documented ones, and what servers make of them."""

import codecs
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from number_orders.sandbox.behaviour import AnswerForm

_NOTICE = "<br />\n<b>Warning</b>: Undefined variable $x in <b>/app/order.php</b> on line 7<br />\n"
_JSON = "application/json"

_MEMBERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "camel": lambda answer: {_camel(name): value for name, value in answer.items()},
    "text": lambda answer: {name: _as_text(value) for name, value in answer.items()},
    "float": lambda answer: {name: _as_float(value) for name, value in answer.items()},
    "latin1": lambda answer: {**answer, "note": "Prüfung läuft"},
}
"""What is done to an answer's members."""
_WRITTEN: dict[str, Callable[[str], bytes]] = {
    "bom": lambda text: codecs.BOM_UTF8 + text.encode(),
    "latin1": lambda text: text.encode("latin-1", "replace"),
    "utf16": lambda text: text.encode("utf-16"),
    "notice": lambda text: (_NOTICE + text).encode(),
    "comment": lambda text: f"{text}\n<!-- 0.03 s -->".encode(),
    "html": lambda text: f"<html><body>{text}</body></html>".encode(),
    "empty": lambda _: b"",
}
"""What is done to its text; JSON, in UTF-8, as it is if there is nothing here."""
_HEADERS = {
    "latin1": {"Content-Type": f"{_JSON}; charset=ISO-8859-1"},
    "utf16": {"Content-Type": f"{_JSON}; charset=UTF-16"},
    "encoding": {"Content-Type": _JSON, "Content-Encoding": "UTF-8"},
    "html": {"Content-Type": "text/html"},
}


def answered(answer: dict[str, Any], status: int, form: AnswerForm) -> Response:
    """An answer, a success or an error, in this form."""
    if form == "nested":
        is_success = status < HTTPStatus.MULTIPLE_CHOICES
        answer = {"success": True, "data": answer} if is_success else {"error": answer}
    elif form in _MEMBERS:
        answer = _MEMBERS[form](answer)
    # The charset that is declared needs the letters as they are.
    text = json.dumps(answer, ensure_ascii=form != "latin1")
    content = _WRITTEN[form](text) if form in _WRITTEN else text.encode()
    return Response(content, status, _HEADERS.get(form, {"Content-Type": _JSON}))


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.upper() if other == "id" else other.title() for other in others)


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _as_float(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_number else value
