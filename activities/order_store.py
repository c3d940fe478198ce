"""Is the worker's evidence store the one that an order was started with?"""

from number_orders.evidence.store import EvidenceStore


class StoreDiffersError(Exception):
    """This worker's store is not the order's. A worker with the right one goes on by itself."""


async def check_store(store: EvidenceStore, store_id: str) -> None:
    """Raise a `StoreDiffersError` if the store has another identity."""
    if await store.identity() != store_id:
        raise StoreDiffersError(
            "This worker's evidence store is not the one that the order was started with, and"
            " without its attempt ledger an order could be placed twice: give all workers and"
            " starters the same STORE_URL"
        )
