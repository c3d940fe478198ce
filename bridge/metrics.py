"""What the bridge counts: pushes by what became of them, and the kept ones that are waiting."""

import asyncio
import logging
import time

from temporalio.client import Client
from temporalio.common import MetricMeter

from number_orders.bridge.intake import Receipt
from number_orders.evidence.kept_pushes import KeptPushes, Place
from number_orders.runtime.telemetry import meter_of

_log = logging.getLogger(__name__)

_COUNT_EVERY_SECONDS = 30.0
_COUNTED_PLACES: tuple[Place, ...] = ("pending", "dead")


class CallbackMetrics:
    """The bridge's metrics. They do nothing in a process that is not scraped."""

    def __init__(self, client: Client) -> None:
        meter = meter_of(client)
        self._is_scraped = meter is not MetricMeter.noop
        self._received = meter.create_counter(
            "number_orders_callbacks",
            "Pushes by what became of them, and the status they were answered",
        )
        self._kept = meter.create_gauge(
            "number_orders_callbacks_kept",
            "Pushes in the evidence store that wait for Temporal, or that no order takes",
        )
        self._counted_at = meter.create_gauge_float(
            "number_orders_callbacks_counted_timestamp_seconds",
            "When the kept pushes were last counted",
        )
        # There from the start, so that the first one is an increase.
        for taken in Receipt:
            self._add(taken.name.lower(), 202 if taken is Receipt.KEPT else 200, 0)
        for code in (401, 404, 429, 503):
            self._add("refused", code, 0)

    def count_taken(self, taken: Receipt, code: int) -> None:
        """A push was taken."""
        self._add(taken.name.lower(), code, 1)

    def count_refused(self, code: int) -> None:
        """A request was refused."""
        self._add("refused", code, 1)

    async def watch(self, kept: KeptPushes) -> None:
        """Count what is kept, again and again until cancelled, if anybody may look."""
        while self._is_scraped:
            try:
                for place in _COUNTED_PLACES:
                    self._kept.set(len(await kept.ids(place)), {"place": place})
                self._counted_at.set(time.time())
            except Exception as error:  # noqa: BLE001 -- the bridge goes on; the timestamp tells
                # Not the error's own words: a store's may repeat credentials.
                _log.warning("Kept pushes cannot be counted (%s)", type(error).__name__)
            await asyncio.sleep(_COUNT_EVERY_SECONDS)

    def _add(self, result: str, code: int, number: int) -> None:
        self._received.add(number, {"result": result, "code": str(code)})
