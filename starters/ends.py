"""How a run of an order ended, as its last event says it."""

from dataclasses import dataclass

from pydantic import ValidationError
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError

from number_orders.starters.executions import COMPLETED, FAILED, Execution
from number_orders.starters.text import one_line
from number_orders.workflows.contract import FAILURE_TYPES, NOT_AN_ORDER
from number_orders.workflows.naming import start_again
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import NumberOrderResult


@dataclass(frozen=True)
class End:
    """How a run ended: with a result, as no order, or by force."""

    result: NumberOrderResult | None = None
    """The order's own; `None` as well if it is of another form, such as another version's."""
    no_order: str | None = None
    """Why what was started was no order."""
    by_force: str | None = None
    """Temporal's word for how it was ended, if it did not end by itself."""


async def end_of(client: Client, run: Execution) -> End:
    """How a run that has ended did so; needs no worker."""
    if run.state not in {COMPLETED, FAILED}:
        return End(by_force=run.state)
    handle = client.get_workflow_handle_for(NumberOrder.run, run.id, run_id=run.run_id)
    try:
        # Any workflow may have the order's type, and end with nothing.
        result: object = await handle.result(follow_runs=False)
    except WorkflowFailureError as failed:
        return _end_by(failed)
    except ValidationError:
        return End()
    return End(result if isinstance(result, NumberOrderResult) else None)


def result_in(failed: WorkflowFailureError) -> NumberOrderResult | None:
    """The result of an order that ended without a number; `None` for every other failure.

    Raises Pydantic's `ValidationError` if the result is of another form.
    """
    failure = failed.cause
    if not isinstance(failure, ApplicationError) or failure.type not in FAILURE_TYPES.values():
        return None
    return NumberOrderResult.model_validate(next(iter(failure.details), None))


def how_it_ended(run: Execution, end: End) -> str:
    """How an order ended, as a sentence, with the way back if that was by force."""
    if end.no_order is not None:
        return f"{one_line(end.no_order).rstrip('.')}. Start an order with number-orders start"
    status = run.status or "without a status"
    if end.by_force is None:
        return f"the order has ended as {status}"
    return (
        f"the workflow was {end.by_force} in Temporal when the order was {status}. The way back:"
        f" {start_again(run.id)}; what may have been sent to TENIOS is asked about first"
    )


def _end_by(failed: WorkflowFailureError) -> End:
    failure = failed.cause
    if isinstance(failure, ApplicationError) and failure.type == NOT_AN_ORDER:
        return End(no_order=failure.message)
    try:
        result = result_in(failed)
    except ValidationError:
        return End()
    return End(by_force=FAILED) if result is None else End(result)
