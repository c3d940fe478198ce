"""The commands about number orders."""

import asyncio
import getpass
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import UsageError, UserError
from runtime.evidence_store import EvidenceStore
from runtime.settings import StoreSettings, load
from runtime.temporal import connect
from starters.order_form import build_order, keep_document, read_order_file, read_pdf, warnings
from starters.orders import StartedOrder, order_handle, start_number_order
from starters.pollers import check_store
from starters.watching import describe, next_step, pending_failures, snapshot
from workflows import contract
from workflows.messages import Decision
from workflows.models import DocumentType, NumberOrderInput, OrderStatus

LocationId = Annotated[str, typer.Argument(help="The location whose order is meant.")]
Number = Annotated[int, typer.Option(min=1, help="Which of the location's numbers.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def start(
    file: Annotated[
        Path | None, typer.Argument(help="A JSON file with the order's fields.")
    ] = None,
    location_id: Annotated[str | None, typer.Option()] = None,
    city: Annotated[str | None, typer.Option()] = None,
    zip_: Annotated[str | None, typer.Option("--zip")] = None,
    street: Annotated[str | None, typer.Option()] = None,
    house_number: Annotated[str | None, typer.Option()] = None,
    country: Annotated[str | None, typer.Option()] = None,
    area_code: Annotated[str | None, typer.Option(help="Such as 221 for Cologne.")] = None,
    document: Annotated[Path | None, typer.Option(help="The PDF that proves the address.")] = None,
    document_type: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(DocumentType)}.")
    ] = None,
    link_to_number: Annotated[str | None, typer.Option(help="E.164, such as +4922112345.")] = None,
    batch_id: Annotated[str | None, typer.Option()] = None,
    number: Annotated[int | None, typer.Option(help="2 for a location's second number.")] = None,
    as_json: Json = False,
) -> None:
    """Start an order from flags, from a JSON file, or from a file with flags on top."""
    flags = {
        "location_id": location_id,
        "city": city,
        "zip": zip_,
        "street": street,
        "house_number": house_number,
        "country": country,
        "area_code": area_code,
        "document": document and str(document),
        "document_type": document_type,
        "link_to_number": link_to_number,
        "batch_id": batch_id,
        "number": number,
    }
    given = {name: value for name, value in flags.items() if value is not None}
    fields = (read_order_file(file) if file else {}) | given
    origin = {
        name: f"{file}: {name}" if file and name not in given else f"--{name.replace('_', '-')}"
        for name in flags
    }
    if not isinstance(fields.get("document"), str):
        raise UsageError(f"{origin['document']}: is missing: name a PDF that proves the address")
    pdf = read_pdf(Path(fields["document"]))
    order = build_order(fields, pdf, origin)

    async def run() -> None:
        store = EvidenceStore.open(load(StoreSettings).store_url)
        client = await connect()
        await check_store(client, await store.fingerprint())
        started = await _started(client, await keep_document(order, pdf, store))
        if as_json:
            _print_json({"workflow_id": started.handle.id, "created": started.created})
            return
        for warning in warnings(order):
            typer.echo(f"Note: {warning}", err=True)
        if started.created:
            follow = next_step(order.location_id, order.number)
            typer.echo(f"Started {started.handle.id}. {follow}")
        else:
            description = await describe(started.handle)
            typer.echo(
                f"{started.handle.id} exists since {description.start_time:%Y-%m-%d %H:%M} UTC"
                f" ({_attribute(description, 'OrderStatus')}); nothing was changed. Another number"
                f" for the same location: --number {order.number + 1}"
            )

    asyncio.run(run())


async def _started(client: Client, order: NumberOrderInput) -> StartedOrder:
    try:
        return await start_number_order(client, order)
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in error.message:
            raise UserError(
                f"{error.message}: number-orders setup registers what is missing"
            ) from None
        raise


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
    status = _attribute(description, "OrderStatus")
    if status != OrderStatus.AWAITING_APPROVAL:
        raise UserError(
            f"{handle.id} is {status}, not {OrderStatus.AWAITING_APPROVAL}; nothing was sent"
        )
    decision = Decision(
        approved=approved,
        decided_by=by or whoever_this_is(),
        reason=reason,
        # Exactly the verification that the person saw, whatever comes next.
        verification_id=_attribute(description, "VerificationId") or None,
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
        _print_json(shown_json | {"ended_by_force": by_force})
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
            **{name: _attribute(execution, name) for name in names},
            "EndedByForce": _ended_by_force(execution) or "",
        }
        async for execution in client.list_workflows(query)
    ]
    if as_json:
        _print_json(rows)
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


def _attribute(execution: Any, name: str) -> str:
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


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
