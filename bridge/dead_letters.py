"""Tells people of pushes that no order takes: again and again until the telling succeeded."""

import asyncio
import contextlib
import logging
import math
import time

from number_orders.bridge.temporal_delivery import DeliveryOutcome
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.runtime.logs import about_order
from number_orders.runtime.messenger import Messenger
from number_orders.workflows.contract import location_id_of

_log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 30.0
"""Another bridge on the same store may have died before it told."""
_BACKOFF_SECONDS = (5.0, 600.0)
_ONCE_IN_SECONDS = 3600.0
"""Of one order's dead letters. Whoever knows an address can make many of them."""


class DeadLetters:
    """What people are told of is marked in the store, so that it survives a restart.

    Several bridges may tell of the same one; none is left untold.
    """

    def __init__(self, kept: KeptPushes, messenger: Messenger) -> None:
        self._kept = kept
        self._messenger = messenger
        self._found_one = asyncio.Event()
        self._told_at: dict[str, float] = {}

    def push_is_dead(self, push_id: str, why: str) -> None:
        """There is a dead letter: money may have been spent on its number."""
        _log.error("Push %s is a dead letter: %s", push_id, why)
        self._found_one.set()

    async def work(self) -> None:
        """Tell until cancelled."""
        backoff = _BACKOFF_SECONDS[0]
        while True:
            self._found_one.clear()
            try:
                told = await self._tell()
            except Exception as error:  # noqa: BLE001 -- whatever it was, it is tried again
                # Not the error's own words: a store's may repeat credentials.
                _log.error("Nobody can be told of dead letters (%s)", type(error).__name__)
                told = False
            if told:
                backoff = _BACKOFF_SECONDS[0]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                        await self._found_one.wait()
            else:
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, _BACKOFF_SECONDS[1])

    async def _tell(self) -> bool:
        """Tell of all that nobody was told of; `False` if a channel did not take it."""
        for workflow_id, untold in (await self._untold()).items():
            now = time.monotonic()
            if now - self._told_at.get(workflow_id, -math.inf) < _ONCE_IN_SECONDS:
                continue
            with about_order(workflow_id):
                if not await self._told_of(workflow_id, untold):
                    return False
            self._told_at[workflow_id] = now
            for push_id in untold:
                await self._kept.mark_told(push_id)
        return True

    async def _untold(self) -> dict[str, dict[str, str]]:
        """By order, why each of its pushes is a dead letter."""
        untold: dict[str, dict[str, str]] = {}
        for push_id in await self._kept.untold():
            push = await self._kept.read("dead", push_id)
            workflow_id = push.workflow_id if push else push_id
            why = push.why_dead or "no order takes it" if push else "it cannot be read"
            untold.setdefault(workflow_id, {})[push_id] = why
        return untold

    async def _told_of(self, workflow_id: str, untold: dict[str, str]) -> bool:
        first, why = next(iter(untold.items()))
        # What cannot be read stands there by the push's own id, and names no order.
        has_page = location_id_of(workflow_id) is not None and why != DeliveryOutcome.UNKNOWN
        others = f" (and {len(untold) - 1} more of this order)" if len(untold) > 1 else ""
        return await self._messenger.send(
            "A push of TENIOS' fits no order",
            f"{workflow_id}: {why}{others}. See number-orders callbacks; to hand it over again:"
            f" number-orders callbacks replay {first}",
            workflow_id=workflow_id if has_page else None,
        )
