"""Reading again the pushes of an order, from its history: no store keeps what was delivered."""

import base64

import typer
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError

from pushes.reading import read
from runtime.errors import UserError
from runtime.temporal import connect
from starters.executions import is_unknown_order
from workflows.contract import ORDER_COMPLETED, workflow_id
from workflows.messages import PushDelivery, PushReading


async def reread_order(location_id: str, number: int) -> None:
    """Read all pushes of an order again, and hand over those that say something else now."""
    client = await connect()
    order_id = workflow_id(location_id, number)
    deliveries = await _deliveries(client, order_id)
    if not deliveries:
        typer.echo(f"{order_id} has no push in the history that Temporal keeps of it")
    for delivery in deliveries:
        reading = read(base64.b64decode(delivery.body))
        typer.echo(change(delivery, reading))
        if reading == delivery.reading:
            continue
        anew = delivery.model_copy(update={"reading": reading})
        try:
            await client.get_workflow_handle(order_id).signal(ORDER_COMPLETED, anew)
        except RPCError as error:
            if not is_unknown_order(error):
                raise
            raise UserError(f"{order_id} has ended: it takes no push any more") from None
        typer.echo(f"{order_id}: push {delivery.delivery_id} handed over with what it says now")


def change(delivery: PushDelivery, now: PushReading) -> str:
    """What a push says by the table as it is, and what it said before, for people."""
    before = _in_words(delivery.reading) if delivery.reading else "not read"
    said = _in_words(now)
    lines = [f"push {delivery.delivery_id}: {now.excerpt}", f"  says {said}"]
    lines.append("  as before" if said == before else f"  before: {before}")
    return "\n".join(lines)


def _in_words(reading: PushReading) -> str:
    parts = [
        f"order {', '.join(reading.order_ids)}" if reading.order_ids else "",
        f"number {', '.join(reading.phone_numbers)}" if reading.phone_numbers else "",
        "completed" if reading.success else "",
        f"to be looked at: {reading.objection}" if reading.objection else "",
    ]
    return "; ".join(filter(None, parts)) or "nothing"


async def _deliveries(client: Client, order_id: str) -> list[PushDelivery]:
    """The last signal of each delivery; an order that lives long has a history of several runs."""
    runs: list[list[PushDelivery]] = []
    run_id: str | None = None
    while run_id != "":
        handle = client.get_workflow_handle(order_id, run_id=run_id)
        try:
            events = [event async for event in handle.fetch_history_events()]
        except RPCError as error:
            if not is_unknown_order(error):
                raise
            if not runs:
                raise UserError(f"Temporal knows no order {order_id}") from None
            # Temporal keeps what was continued only so long.
            break
        runs.append([found for event in events if (found := await _delivery(client, event))])
        started = events[0].workflow_execution_started_event_attributes
        run_id = started.continued_execution_run_id
    # The last one of each id is what the order has.
    return list({one.delivery_id: one for run in reversed(runs) for one in run}.values())


async def _delivery(client: Client, event: HistoryEvent) -> PushDelivery | None:
    signalled = event.workflow_execution_signaled_event_attributes
    is_signal = event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
    if not is_signal or signalled.signal_name != ORDER_COMPLETED:
        return None
    try:
        [delivery] = await client.data_converter.decode(signalled.input.payloads, [PushDelivery])
        base64.b64decode(delivery.body, validate=True)
    except Exception:  # noqa: BLE001 -- whatever somebody signalled, the order could not use it either
        return None
    return delivery if isinstance(delivery, PushDelivery) else None
