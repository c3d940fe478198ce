"""How an order ended, with a number or without one."""

from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from number_orders.starters.orders import OrderHandle
from number_orders.workflows.results import NumberOrderResult

WITHOUT_A_NUMBER = {"OrderRejected", "OrderTimedOut", "OrderCancelled"}


async def result_of_either_end(handle: OrderHandle) -> NumberOrderResult:
    """The result of an order that completed, or of one that failed without a number."""
    try:
        return await handle.result()
    except WorkflowFailureError as failed:
        failure = failed.cause
        if not isinstance(failure, ApplicationError) or failure.type not in WITHOUT_A_NUMBER:
            raise
        return NumberOrderResult.model_validate(failure.details[0])
