"""Where TENIOS may present the push secret. Undocumented, so every likely place is looked at."""

import hmac
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from starlette.requests import Request

from bridge.signature import is_signed
from pushes.fields import content_of, key_of

# Under these names only the push secret can stand: another value is a wrong one.
_OWN_NAMES = frozenset({"pushsecret", "xpushsecret", "xteniossecret"})
# Under these it may, but so may something else, such as a gateway's token or TENIOS' own key.
_SHARED_NAMES = frozenset({"secret", "accesskey", "authorization"})

# A shorter one is none, and would be blotted out of everything that happens to look like it.
_SHORTEST = 8
_MOST_CREDENTIALS = 50

Presented = Literal["secret", "wrong", "absent"]

_Place = tuple[tuple[str, ...], object]
"""The keys that lead to a value, and the value."""


def presented_secret(request: Request, body: bytes, secret: str) -> Presented:
    """Whether the push presents the right secret, a wrong one, or none.

    It may be a value or the key of a signature. A signature that does not fit is none: others sign
    too, such as a gateway. A wrong value counts where ours would stand, not deep in the body.
    """
    presented: Presented = "absent"
    places = [
        *(((key_of(name),), value) for name, value in request.headers.items()),
        *(((key_of(name),), value) for name, value in request.query_params.multi_items()),
        *_fields(body, request.headers.get("content-type")),
    ]
    for path, value in _named_like_secrets(places):
        # All are compared, each in constant time.
        if hmac.compare_digest(value.encode(errors="replace"), secret.encode()):
            presented = "secret"
        elif path[0] in _OWN_NAMES and len(path) == 1 and presented == "absent":
            presented = "wrong"
    return "secret" if is_signed(request, body, secret) else presented


def credentials_in(body: bytes, content_type: str | None = None) -> list[str]:
    """What a body's fields call a secret, whosever it is: other pushes of TENIOS' carry its key."""
    named = _named_like_secrets(_fields(body, content_type))
    values = dict.fromkeys(value for _, value in named if len(value) >= _SHORTEST)
    return list(values)[:_MOST_CREDENTIALS]


def _fields(body: bytes, content_type: str | None) -> list[_Place]:
    return [(field.path, field.value) for field in content_of(body, content_type).fields]


def _named_like_secrets(places: Iterable[_Place]) -> Iterator[tuple[tuple[str, ...], str]]:
    for path, value in places:
        name = next((key for key in reversed(path) if key), "")
        if name in _OWN_NAMES | _SHARED_NAMES and isinstance(value, str):
            yield path, re.sub("^bearer ", "", value, flags=re.IGNORECASE)
