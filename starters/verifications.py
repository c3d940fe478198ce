"""Verifications that were approved before, for orders that are about to start."""

from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verifications import VerificationRecords
from number_orders.starters.errors import OrderRefused
from number_orders.workflows.activity_interface import VerifiedData
from number_orders.workflows.checks import Objection
from number_orders.workflows.models import NumberOrderInput


async def check_verification(order: NumberOrderInput, store: EvidenceStore) -> None:
    """Raise an `OrderRefused` if the order's verification is known not to be for it.

    The worker looks again before it places the order.
    """
    if order.verification is None:
        return
    records = VerificationRecords(store)
    record = await records.record(order.verification.verification_id)
    if record is None:
        return
    if objection := await records.objection_to_record(record, _data(order)):
        raise OrderRefused([Objection("verification_id", objection)])


async def with_recorded_verification(
    order: NumberOrderInput, store: EvidenceStore
) -> NumberOrderInput:
    """The order with the verification of its address and area code that the store has, if any.

    Only a location's further number gets one. A new location is checked by people at TENIOS, also
    where it has another one's address: it may be that one, mistyped.
    """
    if order.number == 1 or order.verification is not None:
        return order
    approved = await VerificationRecords(store).approved(_data(order))
    if approved is None:
        return order
    return order.model_copy(
        update={"document": None, "verification_from": None, "verification": approved}
    )


def _data(order: NumberOrderInput) -> VerifiedData:
    return VerifiedData(
        location_id=order.location_id, address=order.address, area_code=order.area_code
    )
