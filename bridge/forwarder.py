"""Hands kept pushes to Temporal once it is back: in order, with backoff, also after a restart."""

import asyncio
import logging
import random

from temporalio.client import Client

from bridge.kept_pushes import KeptPushes
from bridge.received_push import ReceivedPush
from bridge.temporal_delivery import Handed, hand_over
from runtime.logs import about_order
from runtime.messenger import Messenger

_log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 5.0
"""Another bridge on the same store may have died and left something."""
_BACKOFF_SECONDS = (0.5, 10.0)
_TEMPORAL_LIMIT_SECONDS = 10.0


class Forwarder:
    """Works through the pending pushes. Several may do so at once: orders know deliveries."""

    def __init__(self, client: Client, kept: KeptPushes, messenger: Messenger) -> None:
        self._client = client
        self._kept = kept
        self._messenger = messenger
        self._kept_one = asyncio.Event()
        self._reporting: set[asyncio.Task[bool]] = set()
        self.has_backlog = True
        """Whether something may be pending: a push that comes now has to queue behind it."""

    def push_was_kept(self) -> None:
        """Something is pending from now on."""
        self.has_backlog = True
        self._kept_one.set()

    def report(self, push_id: str, why: str) -> None:
        """Tell people of a push that no order takes: money may have been spent on its number."""
        _log.error("Push %s is a dead letter: %s", push_id, why)
        reporting = asyncio.create_task(
            self._messenger.send(
                "A push of TENIOS' fits no order",
                f"{why}. See number-orders callbacks; to hand it over again:"
                f" number-orders callbacks replay {push_id}",
            )
        )
        # The loop itself keeps no task alive.
        self._reporting.add(reporting)
        reporting.add_done_callback(self._reporting.discard)

    async def work(self) -> None:
        """Work until cancelled."""
        backoff = _BACKOFF_SECONDS[0]
        while True:
            self._kept_one.clear()
            if await self._drain():
                backoff = _BACKOFF_SECONDS[0]
                await self._until_something_is_kept()
            else:
                # Several bridges do not come back all at once.
                await asyncio.sleep(backoff * random.uniform(0.5, 1.5))  # noqa: S311 -- no secret
                backoff = min(backoff * 2, _BACKOFF_SECONDS[1])

    async def _until_something_is_kept(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                await self._kept_one.wait()
        except TimeoutError:
            return

    async def _drain(self) -> bool:
        """Hand over what is pending; `False` if Temporal or the store is away."""
        try:
            for push_id in await self._kept.ids("pending"):
                self.has_backlog = True
                if not await self._forward(push_id):
                    return False
        except Exception as error:  # noqa: BLE001 -- whatever it was, what is pending is tried again
            # Not the error's own words: a store's may repeat credentials.
            _log.error("Kept pushes cannot be handed over (%s)", type(error).__name__)
            # What is pending nobody can tell. What comes now goes to Temporal, or is refused.
            self.has_backlog = False
            return False
        self.has_backlog = self._kept_one.is_set()
        return True

    async def _forward(self, push_id: str) -> bool:
        push = await self._kept.read("pending", push_id)
        if push is None:
            # Another bridge was faster, and then there is nothing to move; or nobody can read it.
            await self._bury(push_id, "it cannot be read")
            return True
        with about_order(push.workflow_id):
            return await self._hand_over(push_id, push)

    async def _hand_over(self, push_id: str, push: ReceivedPush) -> bool:
        handed = await hand_over(self._client, push, within_seconds=_TEMPORAL_LIMIT_SECONDS)
        match handed:
            case Handed.AWAY:
                return False
            case Handed.DELIVERED | Handed.ENDED:
                await self._kept.move(push_id, "pending", "archive")
                _log.info("%s: kept push %s: %s", push.workflow_id, push_id, handed)
            case Handed.TOO_LATE | Handed.UNKNOWN | Handed.REFUSED:
                await self._bury(push_id, f"{push.workflow_id}: {handed}")
        return True

    async def _bury(self, push_id: str, why: str) -> None:
        if await self._kept.move(push_id, "pending", "dead"):
            self.report(push_id, why)
