"""How the number stands whose verification another number of the location waits for."""

from temporalio.client import Client

from number_orders.runtime.errors import UserError
from number_orders.starters.ends import end_of, how_it_ended
from number_orders.starters.errors import NoSuchOrder
from number_orders.starters.executions import Description, describe
from number_orders.starters.watching import snapshot
from number_orders.workflows import contract, wording
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.naming import listed
from number_orders.workflows.number_order import NumberOrder


async def awaited_number(client: Client, description: Description) -> str | None:
    """How the number stands that an order waits for, and what brings that one on, in a sentence.

    `None` if the order waits for none, or no worker says for which.
    """
    run = description.execution
    if run.status != OrderStatus.AWAITING_VERIFICATION:
        return None
    handle = client.get_workflow_handle_for(NumberOrder.run, run.id)
    try:
        there = await snapshot(client, handle)
    except UserError:
        return None
    number = there.verification_from
    if number is None:
        return None
    leading = contract.workflow_id(there.location_id, number)
    return f"Number {number} ({listed(leading)}) {await how_it_stands(client, leading)}"


async def how_it_stands(client: Client, workflow_id: str) -> str:
    """How an order stands and what brings it on, as the rest of a sentence; needs no worker."""
    try:
        run = (await describe(client, workflow_id)).execution
    except NoSuchOrder:
        return "is not there"
    if run.has_ended:
        end = await end_of(client, run)
        if end.by_force is None and end.no_order is None:
            return f"has ended as {run.status}"
        return f"has ended: {how_it_ended(run, end)}"
    if run.status not in set(OrderStatus):
        return "has just been started"
    by_command = wording.by_command(OrderStatus(run.status), workflow_id)
    return f"is {run.status}: {by_command}" if by_command else f"is {run.status}"
