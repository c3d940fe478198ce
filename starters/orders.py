"""Starting number orders, and finding them again."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import (
    Client,
    WorkflowHandle,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from number_orders.evidence.store import EvidenceStore
from number_orders.starters.cleaning import clean_text
from number_orders.starters.differences import differences_to
from number_orders.starters.errors import (
    NoSuchOrder,
    OrderEndedByForce,
    OrderRefused,
    StoreDiffers,
    told_apart,
)
from number_orders.starters.existing import (
    ExistingOrder,
    check_spelling,
    existing_order,
    remark_on_earlier_numbers,
)
from number_orders.starters.order_documents import check_document, without_preamble_of
from number_orders.starters.order_form import NO_STORE_YET, checked
from number_orders.starters.places import notes
from number_orders.starters.pollers import check_store
from number_orders.starters.verifications import (
    check_verification,
    with_recorded_verification,
)
from number_orders.workflows import contract, priorities, search_attributes, wording
from number_orders.workflows.checks import (
    Objection,
    objection_to_text,
)
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import NumberOrderResult

OrderHandle = WorkflowHandle[NumberOrder, NumberOrderResult]


@dataclass(frozen=True)
class StartedOrder:
    """The order that a location has now, and how it compares with what was asked for."""

    handle: OrderHandle
    order: NumberOrderInput = field(repr=False)
    """What was asked for, without what nobody sees in what was given."""
    existing: ExistingOrder | None = None
    """What was there; nothing of it was changed. `None` if this call created the order."""
    differences: tuple[str, ...] | None = ()
    """The fields in which the order that was there is another one now: `city`, `address` (zip,
    street, house number, country), `area_code`, `link_to_number`, `verification_id`, `document`,
    `document_type`. Empty if it is the same; `None` if nobody could say, mostly since no worker
    answers."""

    @property
    def created(self) -> bool:
        """Whether this call created the order."""
        return self.existing is None

    @property
    def location_id(self) -> str:
        """The location, as its order is named."""
        return self.order.location_id

    @property
    def number(self) -> int:
        """Which of the location's numbers."""
        return self.order.number

    @property
    def notes(self) -> tuple[str, ...]:
        """What looks wrong in what was asked for, and did not block: `starters.places.notes`."""
        return notes(self.order)


async def start_number_order(  # noqa: PLR0913 -- three of them are for what hardly ever happens
    client: Client,
    order: NumberOrderInput,
    store: EvidenceStore,
    pdf: bytes | None = None,
    *,
    again: bool = False,
    despite_unknown: str | None = None,
    new_verification: bool = False,
    force: bool = False,
) -> StartedOrder:
    """Start an order, or return the one that its location has; then nothing is changed.

    To call this once more with the same order is harmless, whatever it raised before.

    A further number of a location submits no document if the store has an approved verification of
    the same address and area code: it uses that.

    Args:
        client: Of `runtime.temporal.connect`.
        order: Of `build_order`, or made by hand. It is cleaned and checked.
        store: The workers' evidence store.
        pdf: The order's document, which is put into the store unless the order is refused. Without
            it, the document has to be there.
        again: Start an order that was ended in Temporal by force once more.
        despite_unknown: Why a further number of the location is wanted although nobody knows what
            became of an earlier one. It is kept with the order.
        new_verification: Submit the document, whatever the store has.
        force: Take an area code that is clearly wrong, or none where a country has them.

    Raises:
        OrderRefused: The order's data or its document cannot be taken.
        OrderEndedByForce: The order was ended in Temporal, and `again` is not set.
        EarlierNumberUnknown: An earlier number of the location has to be cleared up first.
        StoreDiffers: The order or the workers have another evidence store.
        StoreAway, TemporalAway, TemporalRefused: What is needed cannot be used.
    """
    order = checked(order, force=force)
    pdf = without_preamble_of(pdf)
    reason = _reason(despite_unknown)
    with told_apart():
        order = await _in_store(order, store)
        if order.document is not None:
            await check_document(store, order.document.sha256, pdf)
        await check_store(client, await store.fingerprint())
        workflow_id = contract.workflow_id(order.location_id, order.number)
        existing = await existing_order(client, workflow_id)
        if existing is None:
            await check_spelling(client, order)
        if existing is None or (existing.by_force and again):
            remark = await remark_on_earlier_numbers(client, order, reason)
            await check_verification(order, store)
            if not new_verification:
                order = await with_recorded_verification(order, store)
            await _keep(store, order, pdf)
            started = await _started(client, order, remark, again=again)
            if started is not None:
                return started
            # Somebody else was faster.
            existing = await existing_order(client, workflow_id)
        if existing is None:
            raise NoSuchOrder(workflow_id)
        if existing.by_force:
            raise OrderEndedByForce(workflow_id, existing.by_force, existing.status)
        handle = _handle(client, order, existing.first_run_id)
        differences = await differences_to(client, handle, order)
        if differences == ():
            # It may have been lost.
            await _keep(store, order, pdf)
        return StartedOrder(handle, order, existing, differences)


def order_handle(client: Client, location_id: str, number: int = 1) -> OrderHandle:
    """A typed handle for an order that may or may not exist."""
    return client.get_workflow_handle_for(
        NumberOrder.run, contract.workflow_id(location_id, number)
    )


async def find_order(client: Client, location_id: str, number: int = 1) -> OrderHandle:
    """The order of a location, such as after a restart of the program that started it.

    Raises:
        NoSuchOrder: There is none, or Temporal has forgotten it.
        TemporalAway, TemporalRefused: Temporal cannot be asked.
    """
    handle = order_handle(client, location_id, number)
    with told_apart():
        if await existing_order(client, handle.id) is None:
            raise NoSuchOrder(handle.id)
    return handle


async def _in_store(order: NumberOrderInput, store: EvidenceStore) -> NumberOrderInput:
    identity = await store.identity()
    if order.store_id not in {NO_STORE_YET, identity}:
        raise StoreDiffers(
            "store_id: the order's evidence store is not the one that was given; nothing was"
            " started"
        )
    return order.model_copy(update={"store_id": identity})


async def _keep(store: EvidenceStore, order: NumberOrderInput, pdf: bytes | None) -> None:
    if pdf is not None and order.document is not None:
        await store.keep_document(pdf, order.document.type)


def _reason(text: str | None) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise OrderRefused([Objection("despite_unknown", "expected text")])
    reason = clean_text(text)
    if objection := objection_to_text(reason):
        raise OrderRefused([Objection("despite_unknown", objection)])
    return reason


async def start_in_batch(client: Client, order: NumberOrderInput, batch: str) -> OrderHandle | None:
    """Start an order of many, behind those that were started alone; `None` if there is one already.

    Unlike `start_number_order` it looks at nothing: order, document, store, workers and the
    location's other numbers have been looked at for all of them.

    Args:
        client: Of `runtime.temporal.connect`.
        order: As it can be started, in its store.
        batch: What the batch is called, for Temporal to share its tasks fairly among batches.

    Raises:
        TemporalAway, TemporalRefused: Temporal cannot be used. To call this once more is harmless.
    """
    priority = priorities.in_batch(batch)
    with told_apart():
        started = await _created(
            client, order, None, WorkflowIDReusePolicy.REJECT_DUPLICATE, priority
        )
    return None if started is None else started.handle


async def _started(
    client: Client, order: NumberOrderInput, remark: str | None, *, again: bool
) -> StartedOrder | None:
    """The new order; `None` if there is one already."""
    # Temporal cannot tell an order that ended by itself as failed from one that was ended by force,
    # and somebody may have started and ended one since we looked. So nothing is started over a run
    # but right after a look at it, and over one that completed never.
    priority = priorities.alone()
    started = await _created(
        client, order, remark, WorkflowIDReusePolicy.REJECT_DUPLICATE, priority
    )
    if started is not None:
        return started
    existing = await existing_order(client, contract.workflow_id(order.location_id, order.number))
    if existing is not None and not (existing.by_force and again):
        return None
    return await _created(
        client, order, remark, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY, priority
    )


async def _created(
    client: Client,
    order: NumberOrderInput,
    remark: str | None,
    reuse: WorkflowIDReusePolicy,
    priority: Priority,
) -> StartedOrder | None:
    """The new order; `None` if Temporal has a run of its id over which none may be started."""
    try:
        created = await client.start_workflow(
            NumberOrder.run,
            order,
            id=contract.workflow_id(order.location_id, order.number),
            task_queue=contract.TASK_QUEUE,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=wording.title(order),
            static_details=remark,
            search_attributes=search_attributes.at_start(order, datetime.now(UTC)),
            priority=priority,
        )
    except WorkflowAlreadyStartedError:
        return None
    handle = _handle(client, order, created.first_execution_run_id)
    return StartedOrder(handle, order)


def _handle(client: Client, order: NumberOrderInput, first_run_id: str | None) -> OrderHandle:
    """A handle that follows the order through resets, and takes no later order for it."""
    return client.get_workflow_handle_for(
        NumberOrder.run,
        contract.workflow_id(order.location_id, order.number),
        first_execution_run_id=first_run_id,
    )
