"""The evidence store, and what the bridge has put aside in it."""

from urllib.parse import urlsplit

from number_orders.administration.doctor.finding import Findings, counted, ok, warn
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.store import EvidenceStore


async def store(opened: EvidenceStore, url: str) -> Findings:
    """Whether the store can be written to, and is a lock."""
    await opened.check()
    parts = urlsplit(url)
    # Neither what may stand before the host nor a query: credentials.
    shown = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    found = f"{shown} ({await opened.fingerprint()}) is writable and refuses to create twice"
    return [ok("store", found)]


async def kept_pushes(opened: EvidenceStore) -> Findings:
    """Whether callbacks wait, for Temporal or for a person."""
    kept = KeptPushes(opened)
    pending, dead = len(await kept.ids("pending")), len(await kept.ids("dead"))
    if not pending and not dead:
        return [ok("kept pushes", "none waits for Temporal, none is a dead letter")]
    return [
        warn(
            "kept pushes",
            f"{counted(pending, 'waits', 'wait')} for Temporal,"
            f" {counted(dead, 'is a dead letter', 'are dead letters')}",
            "number-orders callbacks lists them",
        )
    ]
