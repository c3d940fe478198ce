"""`number-orders fence`: after the evidence store was restored from a copy that lacks attempts."""

import asyncio
import time

import typer

from runtime.evidence_store import EvidenceStore
from runtime.settings import StoreSettings, load
from runtime.temporal import connect
from workflows.contract import WORKFLOW_TYPE


def fence() -> None:
    """Let every open order ask a person before it is sent to TENIOS.

    For an evidence store that was restored from an older copy: its attempt ledger no longer tells
    which orders were sent. Run it before the workers are started. May be run again.
    """
    count = asyncio.run(_fence())
    typer.echo(f"{count} open orders: each that comes to be placed asks a person first.")


async def _fence() -> int:
    store = EvidenceStore.open(load(StoreSettings).store_url)
    client = await connect()
    count = 0
    query = f"WorkflowType = '{WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
    async for order in client.list_workflows(query):
        # To the ledger an entry without content: an attempt of which nobody can tell. Seconds are
        # beyond every number that an order may have settled, and beyond an earlier fence's.
        await store.create(f"attempts/{order.id}/{time.time():.0f}.intent", b"")
        count += 1
    return count
