"""Waiting for an order's end, which is days away and behind restarts of everything."""

import asyncio

from pydantic import ValidationError
from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from number_orders.runtime.errors import UserError
from number_orders.starters.ends import result_in
from number_orders.starters.errors import NoSuchOrder, OrderEndedByForce, TemporalAway, told_apart
from number_orders.starters.executions import is_unknown_order
from number_orders.starters.existing import existing_order
from number_orders.starters.orders import OrderHandle, order_handle
from number_orders.workflows.results import NumberOrderResult

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0


async def result_of(client: Client, location_id: str, number: int = 1) -> NumberOrderResult:
    """Wait until a location's order has ended, whatever is restarted meanwhile.

    It follows the order when Temporal resets it, and asks again for as long as Temporal is away. An
    order that ended without a number has a result as well, though its workflow has failed.

    Raises:
        UserError: Its result is of another version of this package.
        OrderEndedByForce: Somebody ended the order in Temporal.
        NoSuchOrder: There is none, or Temporal has forgotten it.
        TemporalRefused: Temporal does not tell, such as without the right to.
    """
    handle = order_handle(client, location_id, number)
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            with told_apart():
                order = await existing_order(client, handle.id)
                if order is None:
                    raise NoSuchOrder(handle.id)
                if order.by_force:
                    raise OrderEndedByForce(handle.id, order.by_force, order.status)
                if (result := await _result(handle)) is not None:
                    return result
                # That run was ended: by force, or by a reset, after which the order goes on in
                # another.
                pause = _FIRST_PAUSE_SECONDS
        except ValidationError:
            raise UserError(
                f"{handle.id}: it ended with a result of another form: use the package of the"
                " workers' build, or look at it in the Web UI"
            ) from None
        except TemporalAway:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


async def _result(handle: OrderHandle) -> NumberOrderResult | None:
    """The result; `None` if the run did not end by itself."""
    try:
        # Any workflow may have the order's type, and end with nothing.
        result: object = await handle.result()
    except WorkflowFailureError as failed:
        return result_in(failed)
    except RPCError as error:
        if not is_unknown_order(error):
            raise
        # Temporal has forgotten it since we looked, or is another Temporal now.
        raise NoSuchOrder(handle.id) from None
    return NumberOrderResult.model_validate(result)
