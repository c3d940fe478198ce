"""What a push's fields call a secret: its own one, or somebody's who sends through us."""

import re
from collections.abc import Iterable, Iterator

from number_orders.pushes.fields import content_of

# Under these names only the push secret can stand: another value is a wrong one.
OWN_NAMES = frozenset({"pushsecret", "xpushsecret", "xteniossecret"})
# Under these it may, but so may something else, such as a gateway's token or TENIOS' own key.
_SHARED_NAMES = frozenset({"secret", "accesskey", "authorization"})

# A shorter one is none, and would be redacted in everything that happens to look like it.
_SHORTEST = 8
_MOST_CREDENTIALS = 50

Place = tuple[tuple[str, ...], object]
"""The keys that lead to a value, and the value."""


def credentials_in(body: bytes, content_type: str | None = None) -> list[str]:
    """What a body's fields call a secret, whosever it is: other pushes of TENIOS' carry its key."""
    named = named_like_secrets(fields_of(body, content_type))
    values = dict.fromkeys(value for _, value in named if len(value) >= _SHORTEST)
    return list(values)[:_MOST_CREDENTIALS]


def fields_of(body: bytes, content_type: str | None) -> list[Place]:
    """Every field of a body with the keys that lead to it; none where it has no fields."""
    return [(field.path, field.value) for field in content_of(body, content_type).fields]


def named_like_secrets(places: Iterable[Place]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The places whose nearest key is a secret's name, without `Bearer` before their value."""
    for path, value in places:
        name = next((key for key in reversed(path) if key), "")
        if name in OWN_NAMES | _SHARED_NAMES and isinstance(value, str):
            yield path, re.sub("^bearer ", "", value, flags=re.IGNORECASE)
