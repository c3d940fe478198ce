"""Orders that nobody works on: what the bridge sees of an order is what Temporal says of it."""

import itertools
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from number_orders.evidence.kept_pushes import KeptPushes, Place
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.contract import (
    ORDER_STATUS,
    PHONE_NUMBER,
    TENIOS_ORDER_ID,
    WORKFLOW_TYPE,
)
from tests.support.until import until

_numbers = itertools.count(1)


async def until_kept(store: EvidenceStore, place: Place, count: int) -> list[str]:
    """Wait until so many pushes are in a place."""

    async def are_there() -> list[str]:
        ids = await KeptPushes(store).ids(place)
        assert len(ids) == count, f"{place} holds {ids}"
        return ids

    return await until(are_there)


async def idle_order(  # noqa: PLR0913 -- one for each thing that the bridge looks at
    client: Client,
    *,
    status: str = "awaiting_completion",
    phone_number: str | None = None,
    order_id: str | None = None,
    ended: bool = False,
    size: int = 0,
) -> WorkflowHandle[Any, Any]:
    """An order of these search attributes, whose history has at least this many bytes."""
    known: dict[SearchAttributeKey[str], str | None] = {
        ORDER_STATUS: status,
        PHONE_NUMBER: phone_number,
        TENIOS_ORDER_ID: order_id,
    }
    handle = await client.start_workflow(
        WORKFLOW_TYPE,
        "x" * size,
        id=f"number-order:idle-{next(_numbers)}",
        task_queue="nobody",
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(key, value) for key, value in known.items() if value is not None]
        ),
    )
    if ended:
        await handle.terminate()
    return handle


async def signals(handle: WorkflowHandle[Any, Any]) -> list[bytes]:
    """What an order was signalled."""
    return [
        event.workflow_execution_signaled_event_attributes.input.payloads[0].data
        for event in (await handle.fetch_history()).events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
