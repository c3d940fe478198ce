"""The name under which a worker polls: it tells which settings the worker has, to whoever compares.

Seen in the Web UI too, so it carries the beginning of a hash and never a setting itself.
"""

import hashlib
import os
import re
import socket

_SETTING = re.compile(r" (store|url|tenios) ([0-9a-f]{8})(?= |$)")


def fingerprint(setting: str) -> str:
    """The beginning of a hash, for people who compare the settings of two processes."""
    return hashlib.sha256(setting.encode()).hexdigest()[:8]


def worker_identity(*, store: str, public_url: str, tenios_url: str) -> str:
    """A worker's identity.

    Args:
        store: The fingerprint of its evidence store.
        public_url: Its `BRIDGE_PUBLIC_URL`.
        tenios_url: Its `TENIOS_BASE_URL`.
    """
    return (
        f"{os.getpid()}@{socket.gethostname()} store {store}"
        f" url {fingerprint(public_url)} tenios {fingerprint(tenios_url)}"
    )


def settings_of(identity: str) -> dict[str, str]:
    """The fingerprints that a worker's identity carries: of its `store`, `url` and `tenios`."""
    return dict(_SETTING.findall(identity))
