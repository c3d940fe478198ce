"""In what a location's order is another one than the one that is asked for."""

from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from number_orders.starters.errors import NotAnswered
from number_orders.starters.pollers import answered
from number_orders.workflows.checks import address_fingerprint, spelled
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import NumberOrderResult

_QUERY_LIMIT = timedelta(seconds=10)
# Temporal itself is away, or gives no right. Any other failure of a query is a worker's, or that
# there is none.
_NOT_ABOUT_WORKERS = frozenset(
    {
        RPCStatusCode.PERMISSION_DENIED,
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.UNAVAILABLE,
    }
)


async def differences_to(
    client: Client, handle: WorkflowHandle[NumberOrder, NumberOrderResult], order: NumberOrderInput
) -> tuple[str, ...] | None:
    """In which fields an order is another one, as it is now; `None` if that cannot be asked."""
    try:
        asked = handle.query(NumberOrder.status, rpc_timeout=_QUERY_LIMIT)
        there = await answered(client, asked)
    except (NotAnswered, WorkflowQueryFailedError, WorkflowQueryRejectedError, ValueError):
        # The last one for an answer of another build, or of a paused workflow, whose status the SDK
        # does not know.
        return None
    except RPCError as error:
        if error.status in _NOT_ABOUT_WORKERS:
            raise
        return None
    same = {
        "city": spelled(there.city) == spelled(order.address.city),
        "address": there.address_fingerprint == address_fingerprint(order.address),
        "area_code": there.area_code == order.area_code,
        "link_to_number": there.link_to_number == order.link_to_number,
    }
    if order.verification is not None:
        same["verification_id"] = there.verification_id == order.verification.verification_id
    # One of the two may use a verification of before, and have none.
    if there.document_sha256 is not None and order.document is not None:
        same["document"] = there.document_sha256 == order.document.sha256
        same["document_type"] = there.document_type == order.document.type
    return tuple(field for field, is_same in same.items() if not is_same)
