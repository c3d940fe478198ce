"""The name under which a worker polls: it tells which settings the worker has, to whoever compares.

Seen in the Web UI too, so it carries the beginning of a hash and never a setting itself. It stands
in nearly each event of an order's history, so it is short.
"""

import hashlib
import os
import re
import socket

_SETTINGS = re.compile(
    r" (?P<store>[0-9a-f]{8}) (?P<url>[0-9a-f]{4}) (?P<tenios>[0-9a-f]{4})$", re.ASCII
)


def fingerprint(setting: str) -> str:
    """The beginning of a hash, for people who compare the settings of two processes."""
    return hashlib.sha256(setting.encode()).hexdigest()[:4]


def worker_identity(*, store: str, public_url: str, tenios_url: str) -> str:
    """A worker's identity.

    Args:
        store: The fingerprint of its evidence store.
        public_url: Its `BRIDGE_PUBLIC_URL`.
        tenios_url: Its `TENIOS_BASE_URL`.
    """
    fingerprints = f"{store} {fingerprint(public_url)} {fingerprint(tenios_url)}"
    return f"{os.getpid()}@{socket.gethostname()} {fingerprints}"


def settings_of(identity: str) -> dict[str, str]:
    """The fingerprints that a worker's identity carries: of its `store`, `url` and `tenios`."""
    found = _SETTINGS.search(identity)
    return found.groupdict() if found else {}
