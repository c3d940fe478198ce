"""`number-orders worker`."""

import asyncio

from number_orders.worker.main import run


def worker() -> None:
    """Run workflows and activities."""
    asyncio.run(run())
