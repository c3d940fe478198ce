"""`number-orders fence`: after the evidence store was restored from a copy that lacks attempts."""

import asyncio

import typer

from number_orders.administration.fence import fence as fence_orders
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.settings import StoreSettings, load


def fence() -> None:
    """Let every order ask a person before it is sent.

    For an evidence store that was restored from an older copy: its attempt ledger no longer tells
    which orders were sent. Run it before the workers are started. May be run again.
    """
    asyncio.run(_fence())


async def _fence() -> None:
    store = EvidenceStore.open(load(StoreSettings).store_url)
    orders = await fence_orders(store)
    typer.echo(f"{orders} orders: each that comes to be placed asks a person first.")
    typer.echo(f"This stands in the evidence store {await store.fingerprint()}.")
