"""With which verification an order was sent, as far as the attempt ledger tells."""

from number_orders.evidence.attempt_entries import Entry, Intent
from number_orders.evidence.attempt_folder import AttemptFolder
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import OrderPlaced


async def sent_with(store: EvidenceStore, workflow_id: str, attempt: int) -> str | None:
    """The verification that an attempt was sent with; `None` if it was not sent."""
    folder = AttemptFolder(store, workflow_id)
    entries = await folder.entries(await folder.names())
    return next((_sent(entry) for entry in entries if entry.number == attempt), None)


async def taken_with(store: EvidenceStore, workflow_id: str, order_id: str | None) -> str | None:
    """The verification with which TENIOS took an order; `None` if it may be one of several.

    A push proves an order, and does not say which of several attempts it was.

    Args:
        store: The evidence store.
        workflow_id: The order's.
        order_id: By which TENIOS names it, if that is known.
    """
    folder = AttemptFolder(store, workflow_id)
    entries = await folder.entries(await folder.names())
    answered = {_sent(entry) for entry in entries if order_id in _order_ids(entry)}
    possible = answered or {_sent(entry) for entry in entries if entry.may_have_been_taken}
    return possible.pop() if len(possible) == 1 else None


def _sent(entry: Entry) -> str | None:
    intent = entry.intent
    return intent.verification_id if isinstance(intent, Intent) and intent.sends else None


def _order_ids(entry: Entry) -> set[str]:
    return {said.order_id for said in (entry.outcome, entry.late) if isinstance(said, OrderPlaced)}
