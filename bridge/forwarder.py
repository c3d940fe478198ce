"""Hands kept pushes to Temporal once it is back: in order, with backoff, also after a restart."""

import asyncio
import contextlib
import logging
import math
import random
import time
from dataclasses import dataclass

from temporalio.client import Client

from number_orders.bridge.dead_letters import DeadLetters
from number_orders.bridge.probe import temporal_reachable
from number_orders.bridge.temporal_delivery import DeliveryOutcome, deliver
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.received_push import ReceivedPush
from number_orders.runtime.logs import about_order

_log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 5.0
"""Another bridge on the same store may have died and left something."""
_BACKOFF_SECONDS = (0.5, 10.0)
_ORDER_BACKOFF_SECONDS = (1.0, 300.0)
_TEMPORAL_LIMIT_SECONDS = 10.0
_STORE_FAILURES_AT_MOST = 3
"""After so many in one round the store is taken for away."""


@dataclass
class _Rest:
    """An order that did not take its push, while Temporal was there."""

    until: float
    backoff: float


class Forwarder:
    """Works through the pending pushes. Several may do so at once: orders know deliveries."""

    def __init__(self, client: Client, kept: KeptPushes, dead_letters: DeadLetters) -> None:
        self._client = client
        self._kept = kept
        self._dead_letters = dead_letters
        self._kept_one = asyncio.Event()
        self._is_away = True
        """A new push of any order queues: Temporal is away, or not all pending pushes were read."""
        self._behind: set[str] = set()
        """Orders of which something is pending."""
        self._resting: dict[str, _Rest] = {}
        self._orders: dict[str, str] = {}
        """The orders of pushes that had to stay, so that they need not be read again."""

    def has_backlog(self, workflow_id: str) -> bool:
        """Whether a push that comes now has to queue behind others."""
        return self._is_away or workflow_id in self._behind

    def push_was_kept(self) -> None:
        """Something is pending from now on. What comes before we have looked at it queues too."""
        self._is_away = True
        self._kept_one.set()

    async def work(self) -> None:
        """Work until cancelled."""
        backoff = _BACKOFF_SECONDS[0]
        while True:
            self._kept_one.clear()
            if await self._drain():
                backoff = _BACKOFF_SECONDS[0]
                await self._until_something_is_to_do()
            else:
                # Several bridges do not come back all at once.
                await asyncio.sleep(backoff * random.uniform(0.5, 1.5))  # noqa: S311 -- no secret
                backoff = min(backoff * 2, _BACKOFF_SECONDS[1])

    async def _until_something_is_to_do(self) -> None:
        soonest = min((rest.until for rest in self._resting.values()), default=math.inf)
        pause = min(max(soonest - time.monotonic(), 0.05), _LOOK_EVERY_SECONDS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._kept_one.wait()

    async def _drain(self) -> bool:
        """Hand over what is pending; `False` if Temporal or the store is away."""
        left: dict[str, str] = {}
        failures = 0
        try:
            for push_id in await self._kept.ids("pending"):
                try:
                    workflow_id = await self._forward(push_id, stays_behind=set(left.values()))
                except OSError as error:
                    # One file may be at fault, or the store.
                    failures += 1
                    if failures == _STORE_FAILURES_AT_MOST:
                        raise
                    _log.error("Push %s cannot be handed over (%s)", push_id, type(error).__name__)
                    continue
                if workflow_id is not None:
                    left[push_id] = workflow_id
        except _TemporalIsAwayError:
            self._is_away = True
            return False
        except Exception as error:  # noqa: BLE001 -- whatever it was, what is pending is tried again
            # Not the error's own words: a store's may repeat credentials.
            _log.error("Kept pushes cannot be handed over (%s)", type(error).__name__)
            # What is pending nobody can tell. What comes now goes to Temporal, or is refused.
            self._is_away = False
            self._behind = set()
            return False
        self._orders = left
        self._behind = set(left.values())
        self._resting = {one: rest for one, rest in self._resting.items() if one in self._behind}
        self._is_away = self._kept_one.is_set()
        return True

    async def _forward(self, push_id: str, *, stays_behind: set[str]) -> str | None:
        """Hand over one push; its order if it has to stay pending."""
        if _waits(workflow_id := self._orders.get(push_id), self._resting, stays_behind):
            return workflow_id
        push = await self._kept.read("pending", push_id)
        if push is None:
            # Another bridge was faster, and then there is nothing to move; or nobody can read it.
            await self._bury(push_id, None, "it cannot be read")
            return None
        self._behind.add(push.workflow_id)
        if _waits(push.workflow_id, self._resting, stays_behind):
            return push.workflow_id
        with about_order(push.workflow_id):
            return None if await self._hand_over(push_id, push) else push.workflow_id

    async def _hand_over(self, push_id: str, push: ReceivedPush) -> bool:
        """Whether the push is pending no longer."""
        outcome = await deliver(self._client, push, within_seconds=_TEMPORAL_LIMIT_SECONDS)
        match outcome:
            case DeliveryOutcome.AWAY | DeliveryOutcome.FULL:
                if not await temporal_reachable(self._client):
                    raise _TemporalIsAwayError
                self._rest(push.workflow_id)
                _log.warning("%s: kept push %s stays: %s", push.workflow_id, push_id, outcome)
                return False
            case DeliveryOutcome.DELIVERED | DeliveryOutcome.ENDED:
                await self._kept.move(push_id, "pending", "archive")
                _log.info("%s: kept push %s: %s", push.workflow_id, push_id, outcome)
            case DeliveryOutcome.NEWS | DeliveryOutcome.TOO_LATE | DeliveryOutcome.UNKNOWN:
                await self._bury(push_id, push, outcome)
        self._resting.pop(push.workflow_id, None)
        return True

    def _rest(self, workflow_id: str) -> None:
        """Try this order again later; the others do not wait for it."""
        shortest, longest = _ORDER_BACKOFF_SECONDS
        before = self._resting.get(workflow_id)
        backoff = min(before.backoff * 2, longest) if before else shortest
        self._resting[workflow_id] = _Rest(time.monotonic() + backoff, backoff)

    async def _bury(self, push_id: str, push: ReceivedPush | None, why: str) -> None:
        dead = push.model_copy(update={"why_dead": why}) if push else None
        if await self._kept.move(push_id, "pending", "dead", dead):
            about = f"{push.workflow_id}: " if push else ""
            self._dead_letters.push_is_dead(push_id, f"{about}{why}")


class _TemporalIsAwayError(Exception):
    """No push can be handed over now, whosever it is."""


def _waits(workflow_id: str | None, resting: dict[str, _Rest], stays_behind: set[str]) -> bool:
    """Whether this order's push has to wait: an earlier one does, or the order rests."""
    if workflow_id is None:
        return False
    rest = resting.get(workflow_id)
    return workflow_id in stays_behind or (rest is not None and rest.until > time.monotonic())
