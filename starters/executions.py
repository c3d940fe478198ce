"""Runs of orders as Temporal describes them, whatever their state.

The SDK's own description raises for a state that it does not know, such as a paused run's. No state
may keep a command from showing an order.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.common.v1 import SearchAttributes
from temporalio.api.common.v1 import WorkflowExecution as ExecutionId
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from number_orders.runtime.errors import UserError
from number_orders.starters.errors import NoSuchOrder
from number_orders.workflows import contract
from number_orders.workflows.activity_interface import TeniosActivities

RUNNING, PAUSED, COMPLETED, FAILED = "running", "paused", "completed", "failed"
_ENDED = frozenset({COMPLETED, FAILED, "canceled", "terminated", "timed_out"})

# Search attributes of the server's own.
TASK_FAILS = "TemporalReportedProblems"
SOMETHING_IS_PAUSED = "TemporalPauseInfo"

_PAGE = 1000
_IDS_A_QUERY = 200


@dataclass(frozen=True)
class Execution:
    """One run of an order."""

    id: str
    run_id: str
    state: str
    """Temporal's word for how it is: `running`, `paused`, `completed`, `terminated`, ..."""
    start_time: datetime
    attributes: Mapping[str, str]
    """The search attributes as text."""

    @property
    def ended_by_force(self) -> str | None:
        """How Temporal, or a person with its tools, ended it, if it did not end by itself.

        No list holds why a run failed, which `ends.end_of` reads. But an order that ends without a
        number says so by its status, and waits for nothing; a run that was no order has no status.
        """
        if not self.has_ended or self.state == COMPLETED or self.is_no_order:
            return None
        is_own_end = self.state == FAILED and self.status in contract.FAILURE_TYPES
        return None if is_own_end and not self.attributes.get(contract.DUE_AT.name) else self.state

    @property
    def is_no_order(self) -> bool:
        """What was started was no order, and so ended at once."""
        return self.state == FAILED and not self.status

    @property
    def status(self) -> str:
        """The order's own status; empty if it has not said one."""
        return self.attributes.get(contract.ORDER_STATUS.name, "")

    @property
    def task_fails(self) -> bool:
        """Temporal says that its workflow task failed several times; some servers do not say it."""
        return bool(self.attributes.get(TASK_FAILS))

    @property
    def has_paused_call(self) -> bool:
        """Somebody paused one of its calls."""
        return bool(self.attributes.get(SOMETHING_IS_PAUSED))

    @property
    def has_ended(self) -> bool:
        """Nothing that is sent to it arrives. A state that nobody here knows is no end."""
        return self.state in _ENDED


@dataclass(frozen=True)
class Description:
    """An order's current run, and all that Temporal tells of it."""

    execution: Execution
    raw: DescribeWorkflowExecutionResponse

    @property
    def is_being_placed(self) -> bool:
        """Whether a call to place the order is under way, which lists show only after a minute."""
        name = TeniosActivities.place_order.__name__
        return any(call.activity_type.name == name for call in self.raw.pending_activities)


async def describe(client: Client, workflow_id: str) -> Description:
    """What Temporal knows of an order; needs no worker.

    Raises:
        NoSuchOrder: There is none, or Temporal has forgotten it.
        UserError: The workflow of this id is no number order.
    """
    try:
        raw = await client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=client.namespace, execution=ExecutionId(workflow_id=workflow_id)
            ),
            retry=True,
        )
    except RPCError as error:
        if is_unknown_order(error):
            raise NoSuchOrder(workflow_id) from None
        raise
    except UnicodeEncodeError:
        # An id that is no text cannot even be asked for.
        raise NoSuchOrder(workflow_id) from None
    info = raw.workflow_execution_info
    if info.type.name != contract.WORKFLOW_TYPE:
        raise UserError(f"{workflow_id} is no number order, but a workflow of another type")
    return Description(_execution(info), raw)


def is_unknown_order(error: RPCError) -> bool:
    """Whether Temporal has no such order, or it has ended. A missing namespace does not count."""
    return error.status is RPCStatusCode.NOT_FOUND and not error.message.startswith("Namespace ")


def orders_query(
    *, status: str | None = None, batch_id: str | None = None, location_id: str | None = None
) -> str:
    """What Temporal's visibility is asked for orders; finds runs that a reset left, too."""
    query = f"WorkflowType = '{contract.WORKFLOW_TYPE}' AND ExecutionStatus != 'ContinuedAsNew'"
    if status is not None:
        query += f" AND {contract.ORDER_STATUS.name} = '{status}'"
    if batch_id is not None:
        query += f" AND {contract.BATCH_ID.name} = '{batch_id}'"
    if location_id is not None:
        query += f" AND {contract.LOCATION_ID.name} = '{location_id}'"
    return query


async def list_orders(
    client: Client,
    *,
    status: str | None = None,
    batch_id: str | None = None,
    location_id: str | None = None,
    having: tuple[str, str] | None = None,
) -> list[Execution]:
    """Each order once, by its current run; the newest first.

    A reset, and an order that goes on in a new run, leave runs behind that are no orders. `having`
    is a search attribute and its value.
    """
    query = orders_query(status=status, batch_id=batch_id, location_id=location_id)
    if having is not None:
        query += f" AND {having[0]} = '{_quoted(having[1])}'"
    found = [execution async for execution in listed(client, query)]
    newest: dict[str, Execution] = {}

    def note(execution: Execution) -> None:
        known = newest.setdefault(execution.id, execution)
        if known.start_time < execution.start_time:
            newest[execution.id] = execution

    for execution in found:
        note(execution)
    # A run that has not ended is its order's current one. One that has may have been followed by
    # a run that the query did not find, in another status.
    is_partial = status is not None or batch_id is not None or having is not None
    ended = [execution.id for execution in found if execution.has_ended] if is_partial else []
    for ids in (ended[at : at + _IDS_A_QUERY] for at in range(0, len(ended), _IDS_A_QUERY)):
        names = ", ".join(f"'{_quoted(workflow_id)}'" for workflow_id in ids)
        async for other in listed(client, f"WorkflowId IN ({names})"):
            note(other)
    current = [
        execution
        for execution in found
        if not execution.has_ended or newest[execution.id].run_id == execution.run_id
    ]
    return sorted(current, key=lambda execution: execution.start_time, reverse=True)


async def existing_ids(client: Client, workflow_ids: Sequence[str]) -> set[str]:
    """Which of these ids have runs, as Temporal's visibility knows it.

    It lags behind: one that was started a moment ago may be missing.
    """
    found = set()
    for at in range(0, len(workflow_ids), _IDS_A_QUERY):
        names = ", ".join(f"'{_quoted(one)}'" for one in workflow_ids[at : at + _IDS_A_QUERY])
        query = f"WorkflowType = '{contract.WORKFLOW_TYPE}' AND WorkflowId IN ({names})"
        found |= {execution.id async for execution in listed(client, query)}
    return found


async def listed(
    client: Client, query: str, *, at_most: int | None = None
) -> AsyncIterator[Execution]:
    """All runs that a query of Temporal's visibility finds."""
    token, count = b"", 0
    while True:
        answer = await client.workflow_service.list_workflow_executions(
            ListWorkflowExecutionsRequest(
                namespace=client.namespace,
                query=query,
                page_size=min(_PAGE, at_most or _PAGE),
                next_page_token=token,
            ),
            retry=True,
        )
        for info in answer.executions:
            if at_most is not None and count == at_most:
                return
            count += 1
            yield _execution(info)
        token = answer.next_page_token
        if not token:
            return


def _execution(info: WorkflowExecutionInfo) -> Execution:
    return Execution(
        id=info.execution.workflow_id,
        run_id=info.execution.run_id,
        state=_state(info.status),
        start_time=info.start_time.ToDatetime(UTC),
        attributes=_attributes(info.search_attributes),
    )


def _state(number: int) -> str:
    known = WorkflowExecutionStatus.DESCRIPTOR.values_by_number.get(number)
    if known is None:
        return f"in Temporal's state {number}"
    return known.name.removeprefix("WORKFLOW_EXECUTION_STATUS_").lower()


def _attributes(attributes: SearchAttributes) -> dict[str, str]:
    return {name: _text(payload.data) for name, payload in attributes.indexed_fields.items()}


def _text(data: bytes) -> str:
    try:
        value = json.loads(data)
    except ValueError:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
