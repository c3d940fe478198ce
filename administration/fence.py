"""After a restore of the evidence store from a copy that lacks attempts: orders ask a person."""

from number_orders.evidence.attempt_folder import AttemptFolder
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UserError
from number_orders.runtime.temporal import connect
from number_orders.starters.executions import listed
from number_orders.workflows.contract import WORKFLOW_TYPE


async def fence(store: EvidenceStore) -> int:
    """Let every order that Temporal knows ask a person before it is sent; how many they are.

    Raises:
        UserError: The store is not one of orders.
    """
    if not await store.exists():
        raise UserError(
            "STORE_URL: this is no orders' evidence store: it holds no object `identity`; nothing"
            " was fenced"
        )
    client = await connect()
    # Those that have ended too: their location may be started again, or they be reset.
    query = f"WorkflowType = '{WORKFLOW_TYPE}'"
    orders = {execution.id async for execution in listed(client, query)}
    for order_id in orders:
        await AttemptFolder(store, order_id).fence()
    return len(orders)
