"""Where TENIOS may present the push secret. Undocumented, so every likely place is looked at."""

import hmac
import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl

from starlette.requests import Request

_NAMES = frozenset({"pushsecret", "secret", "accesskey", "xpushsecret", "xteniossecret"})

Presented = Literal["secret", "wrong", "absent"]


def presented_secret(request: Request, body: bytes, secret: str) -> Presented:
    """Whether the push presents the right secret, a wrong one, or none."""
    candidates = list(_candidates(request, body))
    if not candidates:
        return "absent"
    # All are compared, each in constant time.
    matches = [
        hmac.compare_digest(candidate.encode(errors="replace"), secret.encode())
        for candidate in candidates
    ]
    return "secret" if any(matches) else "wrong"


def blot_out(body: bytes, secret: str) -> bytes:
    """The body without the secret, which must reach neither a history nor a log."""
    return body.replace(secret.encode(), b"*" * len(secret))


def _candidates(request: Request, body: bytes) -> Iterator[str]:
    for name, value in (*request.headers.items(), *request.query_params.items()):
        if _is_secret(name):
            yield value
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield credentials.strip()
    for name, value in _fields(body):
        if _is_secret(name) and isinstance(value, str):
            yield value


def _is_secret(name: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", name.lower()) in _NAMES


def _fields(body: bytes) -> list[tuple[str, Any]]:
    """The top-level fields of a JSON object or a form; none for anything else."""
    try:
        text = body.decode("utf-8-sig")
    except ValueError:
        return []
    try:
        content = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        try:
            return list(parse_qsl(text, max_num_fields=100))
        except ValueError:
            return []
    is_object = isinstance(content, list) and all(
        isinstance(pair, tuple) and isinstance(pair[0], str) for pair in content
    )
    return content if is_object else []
