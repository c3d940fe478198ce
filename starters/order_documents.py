"""The document of an order that is about to start, as it is given or in the store."""

import asyncio
import hashlib

from number_orders.evidence.store import EvidenceStore
from number_orders.starters.documents import objection_to_document, without_preamble
from number_orders.starters.errors import OrderRefused
from number_orders.workflows.checks import Objection


async def check_document(store: EvidenceStore, sha256: str, given: bytes | None = None) -> None:
    """Look whether a person could open an order's document, as it is given or in the store.

    Raises:
        OrderRefused: Nobody could, it is not there, or it is another one.
    """
    pdf = await store.document(sha256) if given is None else given
    if pdf is None:
        raise OrderRefused([Objection("document", "is not in the evidence store; give its bytes")])
    objection = await asyncio.to_thread(objection_to_document, pdf)
    if objection is None and hashlib.sha256(pdf).hexdigest() != sha256:
        objection = "is not the one that the order names by its SHA-256"
    if objection is not None:
        raise OrderRefused([Objection("document", objection)])


def without_preamble_of(given: bytes | None) -> bytes | None:
    """A document from its mark on; an `OrderRefused` if a program gives what is none."""
    if not isinstance(given, bytes | None):
        raise OrderRefused([Objection("document", "expected its bytes, as from Path.read_bytes()")])
    return None if given is None else without_preamble(given)
