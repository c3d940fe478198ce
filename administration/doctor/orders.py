"""Orders that stand still without waiting for anybody."""

import asyncio

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from number_orders.administration.doctor.finding import Finding, Findings, counted, fail, ok, warn
from number_orders.runtime.errors import UserError
from number_orders.starters.executions import (
    SOMETHING_IS_PAUSED,
    TASK_FAILS,
    Execution,
    describe,
    listed,
)
from number_orders.starters.standstill import failed_calls, failing_task, standstills
from number_orders.workflows.contract import ORDER_STATUS, WORKFLOW_TYPE
from number_orders.workflows.models import OrderStatus

_SHOWN = 5
_LOOKED_AT = 50
_IN_A_CALL = (
    OrderStatus.SUBMITTING_VERIFICATION,
    OrderStatus.PLACING_ORDER,
    OrderStatus.OUTCOME_UNKNOWN,
    OrderStatus.CANCELLING,
)
_OPEN = f"WorkflowType = '{WORKFLOW_TYPE}' AND CloseTime IS NULL"


async def orders(client: Client) -> Findings:
    """Those whose workflow task fails, and those that somebody paused or changed in Temporal.

    Only those are looked at that Temporal marks itself, that call TENIOS, or that have no status.
    """
    calling = " OR ".join(f"{ORDER_STATUS.name} = '{status}'" for status in _IN_A_CALL)
    candidates: dict[str, Execution] = {}
    for query in (
        f"{TASK_FAILS} IS NOT NULL",
        f"{SOMETHING_IS_PAUSED} IS NOT NULL",
        f"{ORDER_STATUS.name} IS NULL",
        f"({calling})",
    ):
        candidates |= await _found(client, query)
    found = [
        said
        for said in await asyncio.gather(
            *(_standing(client, execution) for execution in candidates.values())
        )
        if said is not None
    ]
    if not found:
        return [ok("orders", "none that was looked at stands still for another reason than people")]
    return [*found[:_SHOWN], *_further(len(found) - _SHOWN)]


async def _found(client: Client, query: str) -> dict[str, Execution]:
    try:
        return {
            execution.id: execution
            async for execution in listed(client, f"{_OPEN} AND {query}", at_most=_LOOKED_AT)
        }
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            # An older server has no such mark.
            return {}
        raise


async def _standing(client: Client, execution: Execution) -> Finding | None:
    try:
        description = await describe(client, execution.id)
    except UserError:
        # Gone meanwhile.
        return None
    if task := await failing_task(client, description):
        return fail("orders", f"{execution.id}: {task}")
    # A call that fails is TENIOS' matter or the network's, and `status` and an alert say it.
    expected = failed_calls(description.raw)
    said = [one for one in await standstills(client, description) if one not in expected]
    if not said:
        return None
    return warn("orders", f"{execution.id}: {' '.join(said)}", "undo it, unless it is meant")


def _further(count: int) -> Findings:
    if count <= 0:
        return []
    return [
        warn("orders", f"{counted(count, 'further one', 'further ones')} like these", "mend these")
    ]
