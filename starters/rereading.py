"""Reading again the pushes of an order, from its history: no store keeps what was delivered."""

import base64
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.pushes.reading import read
from number_orders.runtime.errors import UserError
from number_orders.starters.executions import is_unknown_order
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.push_judgement import PushReading


@dataclass(frozen=True)
class Reread:
    """A push that was delivered to an order, and what it says by the table of words as it is."""

    delivery: PushDelivery
    reading: PushReading

    @property
    def says_something_else(self) -> bool:
        """Whether it has another meaning now than when it was delivered."""
        return self.reading != self.delivery.reading


async def reread_pushes(client: Client, workflow_id: str) -> list[Reread]:
    """All pushes in the history that Temporal keeps of an order, read again; changes nothing.

    Raises:
        UserError: Temporal knows no such order.
    """
    return [
        Reread(delivery, read(base64.b64decode(delivery.body)))
        for delivery in await _deliveries(client, workflow_id)
    ]


async def hand_over_again(client: Client, workflow_id: str, push: Reread) -> None:
    """Deliver a push once more, with what it says now.

    Raises:
        UserError: The order has ended.
    """
    anew = push.delivery.model_copy(update={"reading": push.reading})
    try:
        await client.get_workflow_handle(workflow_id).signal(ORDER_COMPLETED, anew)
    except RPCError as error:
        if not is_unknown_order(error):
            raise
        raise UserError(f"{workflow_id} has ended: it takes no push any more") from None


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
