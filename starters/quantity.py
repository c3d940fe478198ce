"""Several numbers for one location, with one verification."""

from temporalio.client import Client

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UserError
from number_orders.starters.orders import StartedOrder, start_number_order
from number_orders.starters.verifications import with_recorded_verification
from number_orders.workflows.models import NumberOrderInput

_LEADER = 1
"""The number that has the verification checked; the others wait for it."""
_AT_MOST = 999


async def start_numbers(  # noqa: PLR0913 -- what a single order takes, and how many
    client: Client,
    order: NumberOrderInput,
    store: EvidenceStore,
    pdf: bytes | None,
    quantity: int,
    *,
    despite_unknown: str | None = None,
    force: bool = False,
) -> list[StartedOrder]:
    """Start the numbers 1 to `quantity` of a location, or return those that it has.

    Number 1 submits the document, or has the verification that is given. The others use its
    verification once TENIOS has taken its order, or at once if it is recorded as approved. To call
    this once more is harmless.

    Args:
        client: Of `runtime.temporal.connect`.
        order: Of `build_order`; its `number` does not count.
        store: The workers' evidence store.
        pdf: The order's document, as for `start_number_order`.
        quantity: How many numbers the location is to have, from 1 to 999.
        despite_unknown: As for `start_number_order`.
        force: As for `start_number_order`.

    Returns:
        One for each number; only number 1 if that is there with other data.

    Raises:
        UserError: `quantity` is none; or number 1 has ended, and there is no verification that the
            others could use.
        OrderRefused, OrderEndedByForce, EarlierNumberUnknown, StoreDiffers, StoreAway: As for
            `start_number_order`. The numbers before that one are started.
        TemporalAway, TemporalRefused: What is needed cannot be used.
    """
    # A program may pass what is no whole number, and True counts as one.
    if type(quantity) is not int or quantity not in range(1, _AT_MOST + 1):
        raise UserError(f"quantity: expected a whole number from 1 to {_AT_MOST}")
    first = await start_number_order(
        client, order.model_copy(update={"number": _LEADER}), store, pdf, force=force
    )
    started = [first]
    if first.differences != ():
        return started
    if quantity > _LEADER:
        await _check_that_others_can_follow(first, order, store)
    for number in range(_LEADER + 1, quantity + 1):
        further = order.model_copy(
            update={
                "number": number,
                "document": None,
                "verification": None,
                "verification_from": _LEADER,
            }
        )
        started.append(
            await start_number_order(
                client, further, store, despite_unknown=despite_unknown, force=force
            )
        )
    return started


async def _check_that_others_can_follow(
    first: StartedOrder, order: NumberOrderInput, store: EvidenceStore
) -> None:
    if first.existing is None or first.existing.end is None:
        return
    further = order.model_copy(update={"number": _LEADER + 1, "verification": None})
    if (await with_recorded_verification(further, store)).verification is None:
        raise UserError(
            f"{first.handle.id} has ended, and no verification of this address and area code is"
            " recorded as approved: start the others by --number, which submits the document;"
            " nothing was started"
        )
