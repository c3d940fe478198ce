"""How many orders there are in each status, and how long the oldest of them has been in it.

Asked of Temporal's visibility, which can count but neither group by our status nor sort: the
oldest is found by counting how many are older than some age. Every worker asks for itself, and all
report the same; whoever adds them up counts orders more than once.
"""

import asyncio
import logging
import random
import time
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecutionCount

from number_orders.runtime.telemetry import meter_of
from number_orders.workflows.contract import ORDER_STATUS, STATUS_SINCE, WORKFLOW_TYPE
from number_orders.workflows.models import OrderStatus

_log = logging.getLogger(__name__)

_MEASURE_EVERY_SECONDS = 60.0
_PAUSE_SECONDS = 0.2
"""Between two questions: Temporal limits how many a second a namespace may ask."""

_OLDEST = timedelta(days=3 * 365)
_ENDED = ("Completed", "Failed", "Canceled", "Terminated", "TimedOut")
_PRECISION = 1.05
"""By which factor a measured age may be too low."""


class OrderGauges:
    """Gauges of all orders in the client's namespace."""

    def __init__(self, client: Client, *, pause_seconds: float = _PAUSE_SECONDS) -> None:
        self._client = client
        self._pause_seconds = pause_seconds
        meter = meter_of(client)
        self._orders = meter.create_gauge(
            "number_orders_orders",
            "Orders by status, and whether they still run; those that Temporal remembers",
        )
        self._oldest = meter.create_gauge_float(
            "number_orders_oldest_order_age_seconds",
            "For how long the order that has been longest in a status has been in it",
        )
        self._counted_at = meter.create_gauge_float(
            "number_orders_orders_counted_timestamp_seconds", "When the orders were last counted"
        )

    async def work(self) -> None:
        """Measure again and again until cancelled."""
        while True:
            try:
                await self.measure()
            except Exception as error:  # noqa: BLE001 -- the worker goes on; the timestamp tells
                _log.warning("Orders cannot be counted (%s)", type(error).__name__)
            # Several workers do not ask all at once.
            await asyncio.sleep(_MEASURE_EVERY_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 -- no secret

    async def measure(self) -> None:
        """Measure once; raises what Temporal raises."""
        for status in OrderStatus:
            counted = await self._count(f"{_is(status)} GROUP BY ExecutionStatus")
            groups = {str(group.group_values[0]): group.count for group in counted.groups}
            ended = sum(groups.get(state, 0) for state in _ENDED)
            # Also one that is paused, or in a state of Temporal's that nobody knows here.
            running = sum(groups.values()) - ended
            self._orders.set(running, {"status": status, "state": "running"})
            self._orders.set(ended, {"status": status, "state": "ended"})
            age = await self._oldest_age(status) if running else timedelta(0)
            self._oldest.set(age.total_seconds(), {"status": status})
        self._counted_at.set(time.time())

    async def _oldest_age(self, status: OrderStatus) -> timedelta:
        """An age that some order has and none exceeds by more than the precision; 1 s at least."""
        now = datetime.now(UTC)
        younger, older = timedelta(seconds=1), _OLDEST
        while older / younger > _PRECISION:
            middle = younger * (older / younger) ** 0.5
            since = f"'{now - middle:%Y-%m-%dT%H:%M:%S.%fZ}'"
            # An order from before the attribute existed says no more than since when it runs.
            found = await self._count(
                f"{_is(status)} AND CloseTime IS NULL AND"
                f" ({STATUS_SINCE.name} < {since}"
                f" OR ({STATUS_SINCE.name} IS NULL AND StartTime < {since}))"
            )
            if found.count:
                younger = middle
            else:
                older = middle
        return younger

    async def _count(self, query: str) -> WorkflowExecutionCount:
        await asyncio.sleep(self._pause_seconds)
        return await self._client.count_workflows(query)


def _is(status: OrderStatus) -> str:
    # An order that goes on in a new run leaves one behind that is no order.
    return (
        f"WorkflowType = '{WORKFLOW_TYPE}' AND {ORDER_STATUS.name} = '{status}'"
        " AND ExecutionStatus != 'ContinuedAsNew'"
    )
