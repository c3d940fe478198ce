"""The commands about number orders."""

import asyncio
import getpass
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus

from runtime.errors import UsageError, UserError
from runtime.temporal import connect
from starters.orders import order_handle
from starters.watching import describe, pending_failures, snapshot
from workflows import contract
from workflows.messages import Decision
from workflows.models import OrderStatus

LocationId = Annotated[str, typer.Argument(help="The location whose order is meant.")]
Number = Annotated[int, typer.Option(min=1, help="Which of the location's numbers.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def approve(
    location_id: LocationId,
    by: Annotated[str | None, typer.Option(help="Who says so; by default you.")] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    number: Number = 1,
) -> None:
    """Say that TENIOS approved the order's verification: the number is ordered."""
    asyncio.run(_decide(location_id, number, approved=True, by=by, reason=reason))


def reject(
    location_id: LocationId,
    by: Annotated[str | None, typer.Option(help="Who says so; by default you.")] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    number: Number = 1,
) -> None:
    """Say that TENIOS rejected the order's verification."""
    asyncio.run(_decide(location_id, number, approved=False, by=by, reason=reason))


async def _decide(
    location_id: str, number: int, *, approved: bool, by: str | None, reason: str | None
) -> None:
    handle = order_handle(await connect(), location_id, number)
    description = await describe(handle)
    status = attribute(description, "OrderStatus")
    if status != OrderStatus.AWAITING_APPROVAL:
        raise UserError(
            f"{handle.id} is {status}, not {OrderStatus.AWAITING_APPROVAL}; nothing was sent"
        )
    decision = Decision(
        approved=approved,
        decided_by=by or whoever_this_is(),
        reason=reason,
        # Exactly the verification that the person saw, whatever comes next.
        verification_id=attribute(description, "VerificationId") or None,
    )
    await handle.signal(contract.VERIFICATION_DECIDED, decision)
    verb = "Approved" if approved else "Rejected"
    typer.echo(f"{verb} verification {decision.verification_id} of {handle.id}.")


def status(location_id: LocationId, number: Number = 1, as_json: Json = False) -> None:
    """Show where an order stands, what it waits for and what it received."""
    asyncio.run(_status(location_id, number, as_json=as_json))


async def _status(location_id: str, number: int, *, as_json: bool) -> None:
    handle = order_handle(await connect(), location_id, number)
    description = await describe(handle)
    shown = await snapshot(handle)
    failures = pending_failures(description)
    by_force = _ended_by_force(description)
    if as_json:
        shown_json = {**shown.model_dump(mode="json"), "failures": failures}
        print_json(shown_json | {"ended_by_force": by_force})
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"[bold]{handle.id}[/]  {shown.status}  since {shown.since:%Y-%m-%d %H:%M:%S} UTC"
    )
    if by_force:
        console.print(
            f"Nothing: the workflow was {by_force} in Temporal, whatever it had begun at TENIOS."
        )
    else:
        console.print(shown.waits_for, markup=False)
    earlier = ", ".join(shown.earlier_verification_ids)
    facts = {
        "verification id": shown.verification_id,
        "earlier verifications": earlier,
        "order id": shown.order_id,
        "phone number": shown.phone_number,
        "due at": shown.due_at,
        "reason": shown.reason,
    }
    for name, value in facts.items():
        if value:
            console.print(f"  {name}: {value}", markup=False)
    for note in (*failures, *shown.attention):
        console.print(f"  please look: {note}", markup=False)
    for message in shown.messages:
        console.print(
            f"  {message.received_at:%Y-%m-%d %H:%M:%S} {message.signal}: {message.summary}"
            f" ({message.effect})",
            markup=False,
        )


def list_orders(
    status: Annotated[
        OrderStatus | None, typer.Option(help="Only orders with this status.")
    ] = None,
    batch_id: Annotated[str | None, typer.Option(help="Only orders of this batch.")] = None,
    as_json: Json = False,
) -> None:
    """List orders, the newest first."""
    asyncio.run(_list(status, batch_id, as_json=as_json))


async def _list(status: OrderStatus | None, batch_id: str | None, *, as_json: bool) -> None:
    query = f"WorkflowType = '{contract.WORKFLOW_TYPE}'"
    if status is not None:
        query += f" AND OrderStatus = '{status}'"
    if batch_id is not None:
        query += " AND BatchId = '{}'".format(batch_id.replace("'", "\\'"))
    names = ("LocationId", "City", "AreaCode", "OrderStatus", "TeniosOrderId", "PhoneNumber")
    client = await connect()
    rows = [
        {
            "WorkflowId": execution.id,
            **{name: attribute(execution, name) for name in names},
            "EndedByForce": _ended_by_force(execution) or "",
        }
        async for execution in client.list_workflows(query)
    ]
    if as_json:
        print_json(rows)
        return
    table = Table("order", "city", "area code", "status", "order id", "number")
    for row in rows:
        order = row["WorkflowId"].removeprefix(contract.WORKFLOW_ID_PREFIX)
        cells = {name: row[name] for name in names[1:]}
        if row["EndedByForce"]:
            cells["OrderStatus"] += f" ({row['EndedByForce']})"
        table.add_row(order, *(Text(cell) for cell in cells.values()))
    console = Console()
    # Numbers are there to be copied: never cut them, even where nobody looks.
    console.width = max(console.width, 130)
    console.print(table if rows else "No orders.")


def _ended_by_force(execution: WorkflowExecution) -> str | None:
    """How Temporal ended the workflow, if it did not end by itself."""
    status = execution.status
    by_itself = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
    return None if status is None or status in by_itself else status.name.lower()


def attribute(execution: Any, name: str) -> str:
    """A search attribute as text; empty if it is not set."""
    value = execution.typed_search_attributes.get(
        next(key for key in contract.SEARCH_ATTRIBUTES if key.name == name)
    )
    return "" if value is None else str(value)


def whoever_this_is() -> str:
    """The name of the person at the keyboard."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        # A container's user may have a number and no name.
        raise UsageError("--by is missing: nobody knows your name here") from None


def print_json(content: object) -> None:
    """Print for a program."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
