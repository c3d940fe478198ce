"""What a correction makes of an order. Pure."""

from number_orders.workflows.area_codes import typed_area_code
from number_orders.workflows.messages import Correction
from number_orders.workflows.models import NumberOrderInput


def corrected(order: NumberOrderInput, correction: Correction) -> NumberOrderInput:
    """The order as its next verification is submitted."""
    address = {name: value for name, value in correction.address if value is not None}
    numbering = correction.numbering or order.numbering
    area_code = correction.area_code
    if area_code is not None:
        area_code = typed_area_code(
            area_code,
            calling_code=numbering.calling_code,
            trunk_prefix=numbering.trunk_prefix,
        )
    changes: dict[str, object] = {
        "address": order.address.model_copy(update=address),
        "numbering": numbering,
        "area_code": area_code,
        "document": correction.document,
        "link_to_number": correction.link_to_number,
    }
    changed = {name: value for name, value in changes.items() if value is not None}
    if correction.remove_area_code:
        changed["area_code"] = None
    if correction.remove_link:
        changed["link_to_number"] = None
    if correction.document is not None or correction.verification is not None:
        # The one way to be verified takes the place of the one before.
        changed |= {
            "document": correction.document,
            "verification": correction.verification,
            "verification_from": None,
        }
    return order.model_copy(update=changed)
