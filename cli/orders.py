"""Looking at number orders: `status` and `list`."""

import asyncio
from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from temporalio.client import Client

from number_orders.cli.arguments import BatchId, Json, LocationId, Number, OfLocation
from number_orders.cli.output import print_json, print_table
from number_orders.runtime.errors import UserError
from number_orders.runtime.settings import WebUiSettings, load
from number_orders.runtime.temporal import connect
from number_orders.runtime.web_ui import WebUi
from number_orders.starters import executions
from number_orders.starters.ends import End, end_of, how_it_ended
from number_orders.starters.errors import NotAnswered
from number_orders.starters.executions import Description, Execution, describe
from number_orders.starters.leading_number import awaited_number
from number_orders.starters.orders import OrderHandle, order_handle
from number_orders.starters.standstill import paused, standstills
from number_orders.starters.text import one_line
from number_orders.starters.watching import silence, snapshot
from number_orders.workflows import contract
from number_orders.workflows.activity_interface import Approval, ApprovalSource
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.naming import listed
from number_orders.workflows.results import OrderSnapshot

_FACTS = {
    "verification_id": "verification id",
    "order_id": "order id",
    "phone_number": "phone number",
    "due_at": "due at",
    "reason": "reason",
}
_KNOWN_TO_TEMPORAL: Mapping[str, str] = {
    "location_id": contract.LOCATION_ID.name,
    "city": contract.CITY.name,
    "area_code": contract.AREA_CODE.name,
    "batch_id": contract.BATCH_ID.name,
    "status": contract.ORDER_STATUS.name,
    "since": contract.STATUS_SINCE.name,
    "verification_id": contract.VERIFICATION_ID.name,
    "order_id": contract.TENIOS_ORDER_ID.name,
    "phone_number": contract.PHONE_NUMBER.name,
    "due_at": contract.DUE_AT.name,
}
_LISTED = tuple(
    key.name
    for key in (
        contract.LOCATION_ID,
        contract.CITY,
        contract.AREA_CODE,
        contract.ORDER_STATUS,
        contract.TENIOS_ORDER_ID,
        contract.PHONE_NUMBER,
    )
)


def status(location_id: LocationId, number: Number = 1, as_json: Json = False) -> None:
    """Show where an order stands and what it waits for."""
    asyncio.run(_status(location_id, number, as_json=as_json))


async def _status(location_id: str, number: int, *, as_json: bool) -> None:
    web_ui_url = load(WebUiSettings).temporal_ui_url
    client = await connect()
    handle = order_handle(client, location_id, number)
    description = await describe(client, handle.id)
    execution = description.execution
    end = await end_of(client, execution) if execution.has_ended else None
    shown = await _shown(client, handle, description, end)
    failures = await standstills(client, description)
    awaited = await awaited_number(client, description)
    if as_json:
        print_json(
            shown
            | {
                "failures": failures,
                "awaited_number": awaited,
                "ended_by_force": end and end.by_force,
                "state": execution.state,
            }
        )
        return
    is_dead = end is not None and (end.by_force or end.no_order)
    dead = how_it_ended(execution, end) if end is not None and is_dead else None
    _show(execution, shown, failures, dead, awaited)
    if web_ui := WebUi.of(web_ui_url, client.namespace):
        typer.echo(f"  Web UI: {web_ui.order(handle.id)}")


async def _shown(
    client: Client, handle: OrderHandle, description: Description, end: End | None
) -> dict[str, Any]:
    if paused(description):
        # It answers no query.
        return _as_visibility_knows_it(description.execution)
    try:
        return (await snapshot(client, handle)).model_dump(mode="json")
    except UserError as error:
        if end is not None:
            return _as_temporal_knows_it(description.execution, end)
        if isinstance(error, NotAnswered):
            raise UserError(f"{handle.id}: {await silence(client, description)}") from None
        raise


def _as_temporal_knows_it(execution: Execution, end: End) -> dict[str, Any]:
    """What a snapshot says of an ended order, as far as its result says it too."""
    known = _as_visibility_knows_it(execution)
    if end.result is None:
        return known
    told = end.result.model_dump(mode="json")
    both = {name: told[name] for name in told.keys() & OrderSnapshot.model_fields.keys()}
    return known | both | {"waits_for": end.result.summary}


def _as_visibility_knows_it(execution: Execution) -> dict[str, Any]:
    """What a snapshot says, as far as the search attributes say it too."""
    known = {
        name: execution.attributes.get(attribute) or None
        for name, attribute in _KNOWN_TO_TEMPORAL.items()
    }
    return {**known, "attention": [], "messages": []}


def _show(
    execution: Execution,
    shown: Mapping[str, Any],
    failures: list[str],
    dead: str | None,
    awaited: str | None,
) -> None:
    console = Console(highlight=False, soft_wrap=True)
    since = f"since {_time(shown['since'])}" if shown["since"] else ""
    console.print(f"[bold]{execution.id}[/]  {shown['status'] or 'no status'}  {since}")

    def line(text: str) -> None:
        # Others wrote some of it, and a terminal obeys what it is sent.
        console.print(text[: len(text) - len(text.lstrip())] + one_line(text), markup=False)

    if dead:
        line(f"Nothing goes on: {dead}.")
    elif "waits_for" in shown:
        line(shown["waits_for"])
    elif execution.has_ended:
        line("Nothing: it has ended. A worker knows more, and none answers.")
    if awaited:
        line(f"  {awaited}.")
    for fact in _facts(shown):
        line(f"  {fact}")
    for note in (*failures, *shown["attention"]):
        line(f"  please look: {note}")
    for message in shown["messages"]:
        line(
            f"  {_time(message['received_at'])} {message['signal']}: {message['summary']}"
            f" ({message['effect']})"
        )


def _facts(shown: Mapping[str, Any]) -> list[str]:
    facts = [
        f"{title}: {_time(value) if name == 'due_at' else value}"
        for name, title in _FACTS.items()
        if (value := shown.get(name))
    ]
    if reused := _reused_approval(shown):
        facts.append(reused)
    if earlier := shown.get("earlier_verification_ids"):
        facts.append(f"earlier verifications: {', '.join(earlier)}")
    return facts


def _reused_approval(shown: Mapping[str, Any]) -> str | None:
    """By whose word the order uses a verification of before; `None` if it has one of its own."""
    approval = Approval.model_validate(shown["approval"]) if shown.get("approval") else None
    if approval is None or not approval.is_reused:
        return None
    whose = "another number's" if approval.source is ApprovalSource.ANOTHER_NUMBER else "a given"
    at = f"{approval.approved_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"uses {whose} verification, approved since {at} by the word of {approval.approved_by}"


def _time(value: str) -> str:
    """A time in ISO 8601, to the second."""
    return f"{value[:19].replace('T', ' ')} UTC"


def list_orders(
    status: Annotated[
        OrderStatus | None, typer.Option(help="Only orders with this status.")
    ] = None,
    batch_id: BatchId = None,
    location: OfLocation = None,
    as_json: Json = False,
) -> None:
    """List orders, the newest first."""
    asyncio.run(_list(status, batch_id, location, as_json=as_json))


async def _list(
    status: OrderStatus | None, batch_id: str | None, location_id: str | None, *, as_json: bool
) -> None:
    web_ui_url = load(WebUiSettings).temporal_ui_url
    client = await connect()
    orders = await executions.list_orders(
        client, status=status, batch_id=batch_id, location_id=location_id
    )
    if as_json:
        print_json(
            [
                {
                    "WorkflowId": order.id,
                    **{name: order.attributes.get(name, "") for name in _LISTED},
                    "State": order.state,
                    "EndedByForce": order.ended_by_force or "",
                    "TaskFails": order.task_fails,
                }
                for order in orders
            ]
        )
        return
    table = Table("order", "city", "area code", "status", "order id", "number")
    for order in orders:
        cells = [order.attributes.get(name, "") for name in _LISTED[1:]]
        cells[2] = " ".join(part for part in (cells[2], _remark(order)) if part)
        table.add_row(*(Text(one_line(cell)) for cell in (listed(order.id), *cells)))
    if orders:
        print_table(table)
    else:
        typer.echo("No orders.")
    if web_ui := WebUi.of(web_ui_url, client.namespace):
        query = executions.orders_query(status=status, batch_id=batch_id, location_id=location_id)
        typer.echo(f"Web UI: {web_ui.orders(query)}")


def _remark(order: Execution) -> str:
    """What a person has to know beside the status."""
    if order.task_fails:
        return "(its workflow task fails)"
    if order.is_no_order:
        return "(no order)"
    if order.state == executions.RUNNING:
        return "(a call is paused)" if order.has_paused_call else ""
    return "" if order.has_ended and not order.ended_by_force else f"({order.state})"
