"""`number-orders fence`: after the evidence store was restored from a copy that lacks attempts."""

import asyncio
import time

import typer

from evidence.store import EvidenceStore
from runtime.errors import UserError
from runtime.settings import StoreSettings, load
from runtime.temporal import connect
from starters.executions import listed
from workflows.contract import WORKFLOW_TYPE


def fence() -> None:
    """Let every order that Temporal knows ask a person before it is sent to TENIOS.

    For an evidence store that was restored from an older copy: its attempt ledger no longer tells
    which orders were sent. Run it before the workers are started. May be run again.
    """
    asyncio.run(_fence())


async def _fence() -> None:
    store = EvidenceStore.open(load(StoreSettings).store_url)
    if not await store.exists():
        raise UserError(
            "STORE_URL: this is no orders' evidence store: it holds no object `identity`; nothing"
            " was fenced"
        )
    client = await connect()
    # Those that have ended too: their location may be started again, or they be reset.
    query = f"WorkflowType = '{WORKFLOW_TYPE}'"
    orders = {execution.id async for execution in listed(client, query)}
    for order_id in orders:
        # To the ledger an entry without content: an attempt of which nobody can tell. Seconds are
        # beyond every number that an order may have settled, and beyond an earlier fence's.
        await store.create(f"attempts/{order_id}/{time.time():.0f}.intent", b"")
    typer.echo(f"{len(orders)} orders: each that comes to be placed asks a person first.")
    typer.echo(f"This stands in the evidence store {await store.fingerprint()}.")
