"""Starting the orders of a table: what is new, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from temporalio.client import Client

from number_orders.batches.comparison import ComparedRow, Comparison, at_once, with_existing
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UserError
from number_orders.starters.documents import read_pdf
from number_orders.starters.errors import told_apart
from number_orders.starters.orders import start_in_batch, start_number_order
from number_orders.starters.pollers import check_store
from number_orders.workflows.models import NumberOrderInput

_BATCH = "a table"
"""What orders are called that have no batch."""


class RowOutcome(StrEnum):
    """What became of a row."""

    STARTED = "started"
    UNCHANGED = "unchanged"
    NOT_STARTED = "not started"


@dataclass(frozen=True)
class AppliedRow:
    """A row, and what became of it."""

    compared: ComparedRow
    outcome: RowOutcome
    why: str | None = None
    """Why it was not started."""


async def apply(
    client: Client,
    store: EvidenceStore,
    rows: Sequence[ComparedRow],
    *,
    told: Callable[[], None] = lambda: None,
) -> list[AppliedRow]:
    """Start the orders that are not there. To call this once more, killed or not, is harmless.

    Args:
        client: Of `runtime.temporal.connect`.
        store: The workers' evidence store.
        rows: Of `comparison.compared`.
        told: Called after each row that was to be started.

    Raises:
        StoreDiffers, StoreAway, TemporalAway, TemporalRefused: What is needed cannot be used. What
            was started before that stays.
    """
    with told_apart():
        await check_store(client, await store.fingerprint())
        identity = await store.identity()
    to_start = [one for one in rows if one.comparison is Comparison.TO_START]
    await _keep_documents(store, to_start)

    async def start(one: ComparedRow) -> AppliedRow:
        order = one.order.model_copy(update={"store_id": identity})
        applied = await _started(client, store, one, order)
        told()
        return applied

    # A location's first number before its further ones, which look at the earlier ones.
    first = [one for one in to_start if one.order.number == 1]
    further = sorted(
        (one for one in to_start if one.order.number > 1), key=lambda one: one.order.number
    )
    applied = await at_once(start, first)
    for one in further:
        applied.append(await start(one))
    found = {one.compared.row.row: one for one in applied}
    return [found.get(one.row.row) or _left(one) for one in rows]


async def _keep_documents(store: EvidenceStore, rows: Sequence[ComparedRow]) -> None:
    """Put each document into the store once, before any order names it."""
    needed = {
        one.order.document.sha256: (one.row.document, one.order.document.type)
        for one in rows
        if one.order.document is not None and one.row.document is not None
    }

    async def keep(sha256: str) -> None:
        path, document_type = needed[sha256]
        kept = await store.keep_document(read_pdf(path), document_type)
        if kept.sha256 != sha256:
            raise UserError(f"{path} was changed meanwhile; nothing was started")

    with told_apart():
        await at_once(keep, list(needed))


async def _started(
    client: Client, store: EvidenceStore, one: ComparedRow, order: NumberOrderInput
) -> AppliedRow:
    if order.number > 1 or order.document is None:
        try:
            started = await start_number_order(client, order, store)
        except UserError as error:
            return AppliedRow(one, RowOutcome.NOT_STARTED, str(error))
        return AppliedRow(one, RowOutcome.STARTED if started.created else RowOutcome.UNCHANGED)
    if await start_in_batch(client, order, order.batch_id or _BATCH) is not None:
        return AppliedRow(one, RowOutcome.STARTED)
    # Somebody else was faster, or Temporal's lists did not have it yet.
    return _left(await with_existing(client, one.row, one.order))


def _left(one: ComparedRow) -> AppliedRow:
    """A row of which the location has an order."""
    if one.comparison is Comparison.UNCHANGED:
        return AppliedRow(one, RowOutcome.UNCHANGED)
    return AppliedRow(one, RowOutcome.NOT_STARTED, one.comparison)
