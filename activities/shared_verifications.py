"""What orders that share a verification ask about it."""

from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from number_orders.activities.execution import heartbeating, own_workflow_id
from number_orders.activities.order_store import check_store
from number_orders.evidence.order_verification import taken_with
from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.executions import ENDED
from number_orders.workflows.shared_verifications import (
    LookedForVerification,
    LookForVerification,
    NoVerification,
    RecordTaken,
    VerificationActivities,
    VerificationFound,
    VerificationPending,
)


class SharedVerifications(VerificationActivities):
    """Asks the evidence store and Temporal. Raises, and so is tried again, if they are away."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store
        self._verifications = VerificationRecords(store)

    @activity.defn
    async def look_for_verification(self, request: LookForVerification) -> LookedForVerification:
        """An approved one of the same address and area code, or whether one may still come."""
        async with heartbeating():
            await check_store(self._store, request.store_id)
            # First, since an order may end right after it has recorded its verification.
            goes_on = await _goes_on(activity.client(), request.workflow_id)
            verification = await self._verifications.approved(request.data)
            if verification is not None:
                return VerificationFound(verification=verification)
            if goes_on:
                return VerificationPending()
            return NoVerification(
                reason=f"{request.workflow_id} has ended without one of this address and area code"
            )

    @activity.defn
    async def record_taken(self, request: RecordTaken) -> bool:
        """What `place_order` records, which a failing store may have missed, and no push tells."""
        async with heartbeating():
            order = request.order
            await check_store(self._store, order.store_id)
            taken = await taken_with(self._store, own_workflow_id(), request.order_id)
            if taken != order.verification_id:
                return False
            await self._verifications.record_taken(order, own_workflow_id())
            return True


async def _goes_on(client: Client, workflow_id: str) -> bool:
    """Whether an order has not ended; Temporal may have forgotten one that has."""
    # The raw description: the SDK's own raises for a state that it does not know.
    request = DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    try:
        described = await client.workflow_service.describe_workflow_execution(request)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.workflow_execution_info.status not in ENDED
