"""Verifications that were approved before, for orders that are about to start."""

from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verifications import VerificationRecords
from number_orders.workflows.activity_interface import VerifiedData
from number_orders.workflows.models import NumberOrderInput


async def with_recorded_verification(
    order: NumberOrderInput, store: EvidenceStore
) -> NumberOrderInput:
    """The order with the verification of its address and area code that the store has, if any.

    Only a location's further number gets one. A new location is checked by people at TENIOS, also
    where it has another one's address: it may be that one, mistyped.
    """
    if order.number == 1 or order.verification is not None:
        return order
    data = VerifiedData(
        location_id=order.location_id, address=order.address, area_code=order.area_code
    )
    approved = await VerificationRecords(store).approved(data)
    if approved is None:
        return order
    return order.model_copy(
        update={"document": None, "verification_from": None, "verification": approved}
    )
