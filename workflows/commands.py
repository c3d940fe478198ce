"""Which command of an operator an order accepts in its current state. Pure functions."""

from datetime import datetime, timedelta

from number_orders.workflows.checks import Objection, objections_to_correction
from number_orders.workflows.corrections import corrected
from number_orders.workflows.messages import (
    Abandon,
    Completed,
    Correction,
    NotPlaced,
    Placed,
    Resolution,
)
from number_orders.workflows.models import NumberOrderInput, OrderStatus
from number_orders.workflows.phone_numbers import is_e164, typed_in_e164, unreadable
from number_orders.workflows.state import OrderState

NOT_PLACED_AFTER = timedelta(minutes=2)
"""How long an order is `outcome_unknown` before a person may report that it was not placed.

A call of a worker that was thought dead, or of a run before a reset, may still be under way: the
client limits it to a minute. A person who looks before it ends finds no order at TENIOS, and a
further attempt would then order a second number.
"""

CORRECTABLE_AFTER = timedelta(minutes=10)
"""How long an order call is repeated (`placing_order`) before the order can be corrected.

TENIOS may answer `BAD_CREDENTIALS` because of another identifier than the access key, such as the
verification id. Repeating the call does not help then.
"""

_MAY_BE_FOUND = {
    OrderStatus.OUTCOME_UNKNOWN: (Placed, NotPlaced, Completed, Abandon),
    OrderStatus.AWAITING_COMPLETION: (Completed, Abandon),
    OrderStatus.AWAITING_NUMBER: (Completed, Abandon),
    OrderStatus.OVERDUE: (Completed, Abandon),
    OrderStatus.CANCELLING: (Completed, Abandon),
}
"""What a person may have found out, by what the order waits for."""


def with_link_in_e164(order: NumberOrderInput, correction: Correction) -> Correction:
    """The correction with its number as it is read in the country that the order has then.

    A number that cannot be read stays as it is, and is objected to.
    """
    if correction.link_to_number is None:
        return correction
    number = _in_e164(corrected(order, correction), correction.link_to_number)
    return correction.model_copy(update={"link_to_number": number})


def with_number_in_e164(order: NumberOrderInput, resolution: Resolution) -> Resolution:
    """The finding with its number as it is read in the order's country; see `with_link_in_e164`."""
    finding = resolution.finding
    if not isinstance(finding, Completed):
        return resolution
    found = finding.model_copy(update={"phone_number": _in_e164(order, finding.phone_number)})
    return resolution.model_copy(update={"finding": found})


def objection_to_correction(state: OrderState, correction: Correction, now: datetime) -> str | None:
    """Why the order cannot be corrected now; `None` if it can."""
    if objection := _objection_after_the_end(state) or _objection_to_its_time(state, now):
        return objection
    if correction.document is not None and correction.store_id != state.order.store_id:
        return (
            "the document is in another evidence store than the order, whose attempt ledger it"
            " would lose: use the STORE_URL of the workers"
        )
    if correction.document is not None and correction.verification is not None:
        return "document and verification exclude each other"
    if state.correction is not None:
        return "another correction has just come in"
    changes = corrected(state.order, correction) != state.order
    if not changes and not (correction.unchanged and correction.reason):
        return (
            "the correction changes nothing, and TENIOS would check the same again: name what"
            " changes, or submit it as unchanged, with a reason"
        )
    order = corrected(state.order, correction)
    return _objection_to_number("link_to_number", order, correction.link_to_number)


def objection_to_resolution(state: OrderState, resolution: Resolution, now: datetime) -> str | None:
    """Why this finding does not fit the order now; `None` if it does."""
    possible, finding = _MAY_BE_FOUND.get(state.status, ()), resolution.finding
    if not isinstance(finding, possible):
        kinds = ", ".join(kind.model_fields["kind"].default for kind in possible)
        takes = f"only: {kinds}" if kinds else "no finding"
        return f"the order is {state.status}, which takes {takes}"
    known_from = state.since + NOT_PLACED_AFTER
    if isinstance(finding, NotPlaced) and now < known_from:
        return (
            "the call may still be under way, and the order come after you looked: look again at"
            f" {known_from:%H:%M:%S} UTC"
        )
    if state.resolution is not None:
        return "another resolution has just come in"
    if objection := _objection_after_the_end(state):
        return objection
    number = finding.phone_number if isinstance(finding, Completed) else None
    return _objection_to_number("phone_number", state.order, number)


def objection_to_cancellation(state: OrderState) -> str | None:
    """Why the order cannot be cancelled any more; `None` if it can."""
    return _objection_after_the_end(state)


def objection_to_values(state: OrderState, correction: Correction) -> str | None:
    """What is wrong with what was typed; asked where a command comes in, and never in a replay."""
    before, after = state.order, corrected(state.order, correction)
    found = [*objections_to_correction(correction, after)]
    if before.address.country != after.address.country:
        # What belongs to the country before is not taken over by mistake.
        if correction.numbering is None and "numbering" not in {one.field for one in found}:
            found.append(Objection("numbering", "is missing: another country has its own"))
        if correction.area_code is None and not correction.remove_area_code:
            message = "is missing: name one of the other country, or remove_area_code"
            found.append(Objection("area_code", message))
    return "; ".join(map(str, found)) or None


def _objection_to_its_time(state: OrderState, now: datetime) -> str | None:
    if state.is_given_up or state.correction_time_is_over:
        return "it was cancelled, or the time for a correction is over, and it ends soon"
    if state.status is OrderStatus.REJECTED:
        return None
    if state.status is not OrderStatus.PLACING_ORDER:
        return f"the order is {state.status}; only a rejected one can be corrected"
    if not state.rounds_left:
        return "the order was corrected as often as it may be"
    from_then = state.since + CORRECTABLE_AFTER
    if now < from_then:
        return (
            "the order is being placed; if it has not come through by then, it can be corrected"
            f" from {from_then:%H:%M:%S} UTC on"
        )
    return None


def _in_e164(order: NumberOrderInput, typed: str) -> str:
    number = typed_in_e164(
        typed,
        calling_code=order.numbering.calling_code,
        trunk_prefix=order.numbering.trunk_prefix,
        area_code=order.area_code,
    )
    return typed if number is None else number


def _objection_to_number(field: str, order: NumberOrderInput, number: str | None) -> str | None:
    if number is None or is_e164(number):
        return None
    return f"{field}: {unreadable(order.numbering.calling_code, order.area_code)}"


def _objection_after_the_end(state: OrderState) -> str | None:
    return f"the order has ended as {state.status}" if state.ended else None
