"""`number-orders callbacks`: pushes that the bridge keeps, and what a person does about them."""

import asyncio
import json
from typing import Annotated

import typer
from rich.table import Table

from number_orders.bridge.temporal_delivery import DeliveryOutcome, deliver
from number_orders.cli.arguments import Number, location_id
from number_orders.cli.output import wide_console
from number_orders.evidence.kept_pushes import KeptPushes, Place, is_push_id
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError, UserError
from number_orders.runtime.settings import StoreSettings, load
from number_orders.runtime.temporal import connect
from number_orders.starters.rereading import hand_over_again, reread_pushes
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.push_judgement import PushReading

_HAND_OVER_LIMIT_SECONDS = 10.0
_SHOWN: tuple[Place, ...] = ("pending", "dead")
# An order that was reset may want one again that it had before.
_PLACES: tuple[Place, ...] = (*_SHOWN, "archive")


def _push_id(value: str | None) -> str | None:
    if value is None or is_push_id(value):
        return value
    raise UsageError("ID: expected one that number-orders callbacks shows")


_PUSH_ID = typer.Argument(help="As the list shows it.", callback=_push_id)

callbacks = typer.Typer(help="Show, replay and reread pushes.", add_completion=False)


@callbacks.callback(invoke_without_command=True)
def list_callbacks(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the pushes that wait for Temporal (pending) and those that fit no order (dead)."""
    if context.invoked_subcommand is None:
        asyncio.run(_list(as_json=as_json))


@callbacks.command()
def replay(push_id: Annotated[str, _PUSH_ID]) -> None:
    """Hand a push to its order now."""
    asyncio.run(_replay(push_id))


@callbacks.command()
def reread(
    push_id: Annotated[str | None, _PUSH_ID] = None,
    order: Annotated[
        str | None,
        typer.Option(
            metavar="LOCATION_ID",
            help="All pushes that this location's order has.",
            callback=location_id,
        ),
    ] = None,
    number: Number = 1,
) -> None:
    """Read a push again, after the table of words was extended, and hand it over anew."""
    if order is not None and push_id is None:
        asyncio.run(_reread_order(workflow_id(order, number)))
    elif push_id is not None and order is None:
        asyncio.run(_reread(push_id))
    else:
        raise UsageError("Give either the ID of a kept push, or --order LOCATION_ID")


def _kept() -> KeptPushes:
    return KeptPushes(EvidenceStore.open(load(StoreSettings).store_url))


async def _list(*, as_json: bool) -> None:
    kept = _kept()
    rows = []
    for place in _SHOWN:
        for push_id in await kept.ids(place):
            push = await kept.read(place, push_id)
            rows.append(
                {
                    "id": push_id,
                    "place": place,
                    "workflow_id": push.workflow_id if push else "not readable",
                    "received_at": push.delivery.received_at.isoformat() if push else "",
                    "why": (push.why_dead if push else None) or "",
                }
            )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("id", "place", "order", "received", "why")
    for row in rows:
        table.add_row(
            row["id"], row["place"], row["workflow_id"], row["received_at"][:19], row["why"]
        )
    wide_console(160).print(table if rows else "No pushes are kept: all are with their orders.")


async def _replay(push_id: str) -> None:
    kept = _kept()
    place, push = await _found(kept, push_id)
    await _hand_over(kept, place, push_id, push)


async def _reread(push_id: str) -> None:
    kept = _kept()
    place, push = await _found(kept, push_id)
    reading = push.read_anew()
    typer.echo(_change(push.delivery, reading))
    await _hand_over(kept, place, push_id, push.with_reading(reading))


async def _reread_order(order_id: str) -> None:
    client = await connect()
    pushes = await reread_pushes(client, order_id)
    if not pushes:
        typer.echo(f"{order_id} has no push in the history that Temporal keeps of it")
    for push in pushes:
        typer.echo(_change(push.delivery, push.reading))
        if push.says_something_else:
            await hand_over_again(client, order_id, push)
            typer.echo(
                f"{order_id}: push {push.delivery.delivery_id} handed over with what it says now"
            )


def _change(delivery: PushDelivery, now: PushReading) -> str:
    """What a push says by the table as it is, and what it said before."""
    before = _in_words(delivery.reading) if delivery.reading else "not read"
    said = _in_words(now)
    lines = [f"push {delivery.delivery_id}: {now.excerpt}", f"  says {said}"]
    lines.append("  as before" if said == before else f"  before: {before}")
    return "\n".join(lines)


def _in_words(reading: PushReading) -> str:
    parts = [
        f"order {', '.join(reading.order_ids)}" if reading.order_ids else "",
        f"number {', '.join(reading.phone_numbers)}" if reading.phone_numbers else "",
        "completed" if reading.success else "",
        f"to be looked at: {reading.objection}" if reading.objection else "",
    ]
    return "; ".join(filter(None, parts)) or "nothing"


async def _found(kept: KeptPushes, push_id: str) -> tuple[Place, ReceivedPush]:
    for place in _PLACES:
        push = await kept.read(place, push_id)
        if push is not None:
            return place, push
    raise UserError(f"There is no readable push {push_id}: see number-orders callbacks")


async def _hand_over(kept: KeptPushes, place: Place, push_id: str, push: ReceivedPush) -> None:
    outcome = await deliver(await connect(), push, within_seconds=_HAND_OVER_LIMIT_SECONDS)
    if outcome not in {DeliveryOutcome.DELIVERED, DeliveryOutcome.ENDED}:
        raise UserError(f"{push.workflow_id}: {outcome}; the push stays where it is ({place})")
    if place != "archive":
        await kept.move(push_id, place, "archive", push)
    typer.echo(f"{push.workflow_id}: {outcome}; the push is archived")
