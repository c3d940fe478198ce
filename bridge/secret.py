"""Where TENIOS may present the push secret. Undocumented, so every likely place is looked at."""

import hmac
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl

from starlette.requests import Request

# Under these names only the push secret can stand: another value is a wrong one.
_OWN_NAMES = frozenset({"pushsecret", "xpushsecret", "xteniossecret"})
# Under these it may, but so may something else, such as a gateway's token or TENIOS' own key.
_SHARED_NAMES = frozenset({"secret", "accesskey", "authorization"})

# A shorter one is none, and would be blotted out of everything that happens to look like it.
_SHORTEST = 8

Presented = Literal["secret", "wrong", "absent"]


def presented_secret(request: Request, body: bytes, secret: str) -> Presented:
    """Whether the push presents the right secret, a wrong one, or none."""
    presented: Presented = "absent"
    for name, value in _candidates(request, body):
        # All are compared, each in constant time.
        if hmac.compare_digest(value.encode(errors="replace"), secret.encode()):
            presented = "secret"
        elif name in _OWN_NAMES and presented == "absent":
            presented = "wrong"
    return presented


def blot_out(body: bytes, *secrets: str) -> bytes:
    """The body without secrets, which must reach neither a history nor a log."""
    for secret in secrets:
        body = body.replace(secret.encode(), b"*" * len(secret))
    return body


def credentials_in(body: bytes) -> list[str]:
    """What a body's fields call a secret, whosever it is: other pushes of TENIOS' carry its key."""
    return [value for _, value in _named_like_secrets(_fields(body)) if len(value) >= _SHORTEST]


def _candidates(request: Request, body: bytes) -> Iterator[tuple[str, str]]:
    """Each value that may be the secret, with its normalised name."""
    places = (*request.headers.items(), *request.query_params.items(), *_fields(body))
    return _named_like_secrets(places)


def _named_like_secrets(places: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for place, value in places:
        name = re.sub(r"[^a-z0-9]", "", place.lower())
        if name in _OWN_NAMES | _SHARED_NAMES and isinstance(value, str):
            yield name, re.sub("^bearer ", "", value, flags=re.IGNORECASE)


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
