"""`number-orders bridge`."""

import asyncio

from number_orders.bridge.main import run


def bridge() -> None:
    """Receive TENIOS' pushes and pass them on as signals."""
    asyncio.run(run())
