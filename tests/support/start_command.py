"""`number-orders start` for a test's location."""

import json
from pathlib import Path

from tests.support.command import Run, run
from tests.support.order_driver import PDF, OrderDriver, order_fields


async def start(driver: OrderDriver, folder: Path, store_url: str, *options: str) -> Run:
    """The driver's location, as its order file has it, with more options."""
    # Nobody but a worker makes the store.
    await driver.store.identity()
    (folder / "proof.pdf").write_bytes(PDF)
    fields = order_fields(driver.location_id, document="proof.pdf")
    (folder / "order.json").write_text(json.dumps(fields))
    address = driver.temporal.client.service_client.config.target_host
    given = {"TEMPORAL_ADDRESS": address, "STORE_URL": store_url}
    return await run(folder, "start", "order.json", *options, **given)
