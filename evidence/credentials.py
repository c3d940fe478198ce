"""What a push's fields call a secret: its own one, or somebody's who sends through us."""

import re
from collections.abc import Iterable, Iterator

from number_orders.pushes.fields import Field

# Under these names only the push secret can stand: another value is a wrong one.
OWN_NAMES = frozenset({"pushsecret", "xpushsecret", "xteniossecret"})
# Under these it may, but so may something else, such as a gateway's token or TENIOS' own key.
_SHARED_NAMES = frozenset({"secret", "accesskey", "authorization"})

# A shorter one is none, and would be redacted in everything that happens to look like it.
_SHORTEST = 8
_MOST_CREDENTIALS = 50


def credentials_in(fields: Iterable[Field]) -> list[str]:
    """What fields call a secret, whosever it is: other pushes of TENIOS' carry its key."""
    named = named_like_secrets(fields)
    values = dict.fromkeys(value for _, value in named if len(value) >= _SHORTEST)
    return list(values)[:_MOST_CREDENTIALS]


def named_like_secrets(fields: Iterable[Field]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Path and value of each field whose nearest key is a secret's name.

    `Bearer` before a value is left out.
    """
    for field in fields:
        name = next((key for key in reversed(field.path) if key), "")
        if name in OWN_NAMES | _SHARED_NAMES and isinstance(field.value, str):
            yield field.path, re.sub("^bearer ", "", field.value, flags=re.IGNORECASE)
