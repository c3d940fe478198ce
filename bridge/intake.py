"""Takes a push to where it cannot get lost: to Temporal, or into the evidence store."""

import logging
from enum import StrEnum

from temporalio.client import Client

from number_orders.bridge.dead_letters import DeadLetters
from number_orders.bridge.forwarder import Forwarder
from number_orders.bridge.temporal_delivery import Handed, hand_over
from number_orders.evidence.kept_pushes import KeptPushes, Place
from number_orders.evidence.received_push import ReceivedPush

_log = logging.getLogger(__name__)

# TENIOS waits for our answer, for a time that nobody documented. After this one the push is kept.
_TEMPORAL_LIMIT_SECONDS = 2.0


class Taken(StrEnum):
    """Where a push is now, as the answer says it."""

    DELIVERED = "delivered"
    ARCHIVED = "the order has already ended"
    KEPT = "kept"


class Intake:
    """The one place that decides when a push may be acknowledged."""

    def __init__(
        self, client: Client, kept: KeptPushes, forwarder: Forwarder, dead_letters: DeadLetters
    ) -> None:
        self._client = client
        self._kept = kept
        self._forwarder = forwarder
        self._dead_letters = dead_letters

    async def take(self, push: ReceivedPush) -> Taken:
        """Take a push; raises what the store raises if it is neither in Temporal nor kept."""
        handed = Handed.AWAY
        if not self._forwarder.has_backlog(push.workflow_id):
            handed = await hand_over(self._client, push, within_seconds=_TEMPORAL_LIMIT_SECONDS)
        match handed:
            case Handed.DELIVERED:
                _log.info("%s: push %s delivered", push.workflow_id, push.delivery.delivery_id)
                return Taken.DELIVERED
            case Handed.ENDED:
                await self._keep(push, "archive", handed)
                return Taken.ARCHIVED
            case Handed.AWAY | Handed.FULL:
                await self._keep(push, "pending", handed)
                self._forwarder.push_was_kept()
            case Handed.NEWS | Handed.TOO_LATE | Handed.UNKNOWN:
                dead = push.model_copy(update={"why_dead": handed})
                push_id = await self._keep(dead, "dead", handed)
                self._dead_letters.push_was_buried(push_id, f"{push.workflow_id}: {handed}")
        return Taken.KEPT

    async def _keep(self, push: ReceivedPush, place: Place, why: Handed) -> str:
        push_id = await self._kept.keep(push, place)
        _log.info("%s: push kept as %s/%s: %s", push.workflow_id, place, push_id, why)
        return push_id
