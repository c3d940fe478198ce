"""`number-orders callbacks`: pushes that the bridge keeps, and what a person does about them."""

import asyncio
import json
import re
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bridge.kept_pushes import KeptPushes, Place
from bridge.temporal_delivery import Handed, hand_over
from runtime.errors import UsageError, UserError
from runtime.evidence_store import EvidenceStore
from runtime.settings import StoreSettings, load
from runtime.temporal import connect

_HAND_OVER_LIMIT_SECONDS = 10.0
_SHOWN: tuple[Place, ...] = ("pending", "dead")
# An order that was reset may want one again that it had before.
_PLACES: tuple[Place, ...] = (*_SHOWN, "archive")

callbacks = typer.Typer(help="Show and replay pushes that the bridge keeps.", add_completion=False)


@callbacks.callback(invoke_without_command=True)
def list_callbacks(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the pushes that wait for Temporal (pending) and those that fit no order (dead)."""
    if context.invoked_subcommand is None:
        asyncio.run(_list(as_json=as_json))


@callbacks.command()
def replay(push_id: Annotated[str, typer.Argument(help="As the list shows it.")]) -> None:
    """Hand a push to its order now."""
    asyncio.run(_replay(push_id))


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
                }
            )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("id", "place", "order", "received")
    for row in rows:
        table.add_row(row["id"], row["place"], row["workflow_id"], row["received_at"][:19])
    console = Console()
    # Ids are there to be copied: never cut them, even where nobody looks.
    console.width = max(console.width, 160)
    console.print(table if rows else "No pushes are kept: all are with their orders.")


async def _replay(push_id: str) -> None:
    kept = _kept()
    if not re.fullmatch(r"[A-Za-z0-9-]+", push_id):
        raise UsageError("ID: expected one that number-orders callbacks shows")
    for place in _PLACES:
        push = await kept.read(place, push_id)
        if push is not None:
            break
    else:
        raise UserError(f"There is no readable push {push_id}: see number-orders callbacks")
    handed = await hand_over(await connect(), push, within_seconds=_HAND_OVER_LIMIT_SECONDS)
    if handed not in {Handed.DELIVERED, Handed.ENDED}:
        raise UserError(f"{push.workflow_id}: {handed}; the push stays where it is ({place})")
    if place != "archive":
        await kept.move(push_id, place, "archive")
    typer.echo(f"{push.workflow_id}: {handed}; the push is archived")
