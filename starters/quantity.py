"""Several numbers for one location, with one verification."""

from dataclasses import dataclass

from temporalio.client import Client

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UserError
from number_orders.starters.differences import differences_to
from number_orders.starters.existing import existing_order
from number_orders.starters.orders import StartedOrder, order_handle, start_number_order
from number_orders.starters.verifications import with_recorded_verification
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.models import NumberOrderInput, OrderStatus
from number_orders.workflows.naming import command, start_again

LEADER = 1
"""The number that has the verification checked; the others wait for it."""
_AT_MOST = 999
_NOT_APPROVED = (OrderStatus.SUBMITTING_VERIFICATION, OrderStatus.AWAITING_APPROVAL)
_PLACE = frozenset({"city", "address", "area_code"})


@dataclass(frozen=True)
class LeadingNumber:
    """The location's number 1, as a further number finds it."""

    status: str
    differences: tuple[str, ...]
    """In what it is another order: see `StartedOrder.differences`."""

    @property
    def is_elsewhere(self) -> bool:
        """It has another address or area code, so that no verification serves both."""
        return not _PLACE.isdisjoint(self.differences)

    @property
    def is_being_checked(self) -> bool:
        """People at TENIOS have its document before them."""
        return self.status in _NOT_APPROVED


async def start_numbers(  # noqa: PLR0913 -- what a single order takes, and how many
    client: Client,
    order: NumberOrderInput,
    store: EvidenceStore,
    pdf: bytes | None,
    quantity: int,
    *,
    again: bool = False,
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
        again: As for `start_number_order`.
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
        client, order.model_copy(update={"number": LEADER}), store, pdf, again=again, force=force
    )
    started = [first]
    if first.differences != ():
        return started
    if quantity > LEADER:
        await _check_that_others_can_follow(client, first, order, store, quantity)
    for number in range(LEADER + 1, quantity + 1):
        further = order.model_copy(
            update={
                "number": number,
                "document": None,
                "verification": None,
                "verification_from": LEADER,
            }
        )
        started.append(
            await start_number_order(
                client,
                further,
                store,
                again=again,
                despite_unknown=despite_unknown,
                force=force,
            )
        )
    return started


async def leading_number(client: Client, started: StartedOrder) -> LeadingNumber | None:
    """Number 1 beside a further one that has just submitted a document of its own.

    `None` if it has ended, or nobody can say how it compares.
    """
    order = started.order
    if not started.created or order.number == LEADER or order.document is None:
        return None
    existing = await existing_order(client, workflow_id(order.location_id, LEADER))
    if existing is None or existing.end is not None:
        return None
    handle = order_handle(client, order.location_id, LEADER)
    differences = await differences_to(client, handle, order)
    return None if differences is None else LeadingNumber(existing.status, differences)


async def _check_that_others_can_follow(
    client: Client, first: StartedOrder, order: NumberOrderInput, store: EvidenceStore, upto: int
) -> None:
    if first.existing is None or first.existing.end is None:
        return
    further = order.model_copy(update={"number": LEADER + 1, "verification": None})
    if (await with_recorded_verification(further, store)).verification is not None:
        return
    there = {
        number: existing
        for number in range(LEADER + 1, upto + 1)
        if (existing := await existing_order(client, workflow_id(order.location_id, number)))
    }
    free = next((number for number in range(LEADER + 1, upto + 1) if number not in there), None)
    remedies = []
    for existing in there.values():
        if existing.by_force is not None:
            remedies.append(start_again(existing.workflow_id))
        elif existing.status == OrderStatus.REJECTED and existing.end is None:
            document = "--document FILE --document-type TYPE"
            remedies.append(command("resubmit", existing.workflow_id, document))
    if free is not None:
        remedies.append(f"number-orders start --number {free}, which submits the document")
    # Numbers that wait, or have all they need, need nothing.
    if not remedies:
        return
    raise UserError(
        f"{first.handle.id} has ended as {first.existing.status}, and no verification of this"
        " address and area code is recorded as approved, which the others could use. Let one of"
        f" them have the document checked: {', or '.join(remedies)}; nothing was started"
    )
