"""What an answer means: by its error code first, by its status second."""

import re
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from number_orders.tenios.answer_body import AnswerBody
from number_orders.tenios.error_body import ErrorBody
from number_orders.tenios.errors import (
    CredentialsRefused,
    MethodUnknown,
    NotExecuted,
    RequestRefused,
    ServerFailed,
    Throttled,
    UnreadableAnswer,
)
from number_orders.tenios.redaction import Redaction

UNSPECIFIED = "UNSPECIFIED"
"""The code of a refusal that has none."""
CODE_AT_MOST = 64
MESSAGE_AT_MOST = 500
FIELD_AT_MOST = 64
FIELDS_AT_MOST = 20

_KEY_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_NO_METHOD = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
# Some proxies say these, too, once they gave up waiting for an answer.
_GAVE_UP = frozenset({HTTPStatus.REQUEST_TIMEOUT, 499})
DOCUMENTED_CODES = frozenset(
    {
        *("BAD_CREDENTIALS", "INVALID_VALUE", "INVALID_FIELD"),
        *("FIELD_IS_REQUIRED", "INVALID_JSON", "AGENT_NOT_FOUND"),
    }
)
_METHOD_CODE = re.compile(
    r"METHOD|ENDPOINT|ROUTE|PATH|UR[IL]$|^(HTTP_?)?(404|405|NOT_?FOUND)$", re.IGNORECASE
)

_Answer = TypeVar("_Answer", bound=BaseModel)


def classify(
    status: int, body: AnswerBody | None, answer_type: type[_Answer], redaction: Redaction
) -> _Answer:
    """The result that an answer holds.

    Args:
        status: The HTTP status.
        body: The JSON object of the body; `None` if there is none.
        answer_type: The expected result, whose fields are looked for in the body.
        redaction: What removes the request's secrets and address from TENIOS' words.

    Raises:
        UnreadableAnswer: It is in no known form, or contains both a result and an error.
        TeniosError: It is a refusal or a failure.
    """
    is_success = HTTPStatus(200) <= status < HTTPStatus(300)
    error = ErrorBody(body, is_success=is_success)
    names = list(answer_type.model_fields)
    if body is not None and any(body.has(name) for name in names):
        if error.is_likely or not is_success:
            raise UnreadableAnswer(status, "with both an error and a result")
        found = {name: body.distinct(name) for name in names}
        if any(len(values) != 1 for values in found.values()):
            raise UnreadableAnswer(status, f"without one usable {', '.join(names)}")
        return _validated(status, answer_type, {name: found[name][0] for name in names})
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _GAVE_UP:
        raise ServerFailed(f"TENIOS failed (status {status})")
    no = _no(status, error, redaction)
    if no is not None:
        raise no
    if body is None or not is_success or not body.is_bare:
        raise UnreadableAnswer(status, "without a usable body")
    if error.is_likely or error.has_alarming_words:
        raise UnreadableAnswer(status, f"with an error and without a usable {', '.join(names)}")
    return _validated(status, answer_type, {})


def _validated(status: int, answer_type: type[_Answer], result: dict[str, object]) -> _Answer:
    try:
        return answer_type.model_validate(result)
    except ValidationError:
        named = ", ".join(answer_type.model_fields)
    raise UnreadableAnswer(status, f"without a usable {named}")


def _no(status: int, error: ErrorBody, redaction: Redaction) -> NotExecuted | None:
    """The answer that nothing was done, if it is one."""
    code = error.code.upper()
    names_key = [redaction.known_field(name) for name in error.fields] == ["access_key"]
    if names_key or (
        (status in _KEY_REFUSED or code == "BAD_CREDENTIALS")
        and not error.fields
        and code not in DOCUMENTED_CODES - {"BAD_CREDENTIALS"}
    ):
        is_clear = status in _KEY_REFUSED and code in {"", "BAD_CREDENTIALS"}
        return CredentialsRefused(status, is_ambiguous=not (names_key or is_clear))
    if status in _NO_METHOD and not error.fields and (not code or _METHOD_CODE.search(code)):
        return MethodUnknown(
            f"TENIOS knows no such method (status {status}): check TENIOS_BASE_URL"
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled("TENIOS asks for fewer calls (status 429)")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not error.is_any:
        # Said by the server in front, in no form of TENIOS'; the same request fails again.
        return RequestRefused("HTTP_413", "The request is larger than TENIOS takes", [])
    is_client_error = status // 100 == HTTPStatus.BAD_REQUEST // 100
    if error.is_documented or (is_client_error and error.is_any):
        return _refused(error, redaction)
    return None


def _refused(error: ErrorBody, redaction: Redaction) -> RequestRefused:
    """TENIOS' refusal in words that may be kept: bounded, printable, without what was sent."""
    code, message = error.code, error.message
    if code.upper() not in DOCUMENTED_CODES and redaction(code, CODE_AT_MOST) != code:
        code = ""
    fields = [
        redaction.known_field(name) or redaction(name, FIELD_AT_MOST)
        for name in error.fields[:FIELDS_AT_MOST]
    ]
    return RequestRefused(code or UNSPECIFIED, redaction(message, MESSAGE_AT_MOST), fields)
