"""Takes a push to where it cannot get lost: to Temporal, or into the evidence store."""

import logging
from enum import StrEnum

from temporalio.client import Client

from number_orders.bridge.dead_letters import DeadLetters
from number_orders.bridge.forwarder import Forwarder
from number_orders.bridge.temporal_delivery import DeliveryOutcome, deliver
from number_orders.evidence.kept_pushes import KeptPushes, Place
from number_orders.evidence.received_push import ReceivedPush

_log = logging.getLogger(__name__)

TEMPORAL_LIMIT_SECONDS = 2.0
"""For handing a push over while TENIOS waits for our answer, for a time that nobody documented.
After it the push is kept."""


class Receipt(StrEnum):
    """Where a push is now, as the answer says it."""

    DELIVERED = "delivered"
    ARCHIVED = "the order has already ended"
    KEPT = "kept"


class Intake:
    """The one place that decides when a push may be acknowledged."""

    def __init__(
        self,
        client: Client,
        kept: KeptPushes,
        forwarder: Forwarder,
        dead_letters: DeadLetters,
        temporal_limit_seconds: float,
    ) -> None:
        self._client = client
        self._kept = kept
        self._forwarder = forwarder
        self._dead_letters = dead_letters
        self._temporal_limit_seconds = temporal_limit_seconds

    async def take(self, push: ReceivedPush, *, is_usual: bool) -> Receipt:
        """Take a push; raises what the store raises if it is neither in Temporal nor kept.

        Nobody looks at the order before a usual one, which fills no history.
        """
        outcome = DeliveryOutcome.AWAY
        if not self._forwarder.has_backlog(push.workflow_id):
            outcome = await deliver(
                self._client,
                push,
                within_seconds=self._temporal_limit_seconds,
                look_first=not is_usual,
            )
        match outcome:
            case DeliveryOutcome.DELIVERED:
                _log.info("%s: push %s delivered", push.workflow_id, push.delivery.delivery_id)
                return Receipt.DELIVERED
            case DeliveryOutcome.ENDED:
                await self._keep(push, "archive", outcome)
                return Receipt.ARCHIVED
            case DeliveryOutcome.AWAY | DeliveryOutcome.FULL:
                await self._keep(push, "pending", outcome)
                self._forwarder.push_was_kept()
            case DeliveryOutcome.NEWS | DeliveryOutcome.TOO_LATE | DeliveryOutcome.UNKNOWN:
                dead = push.model_copy(update={"why_dead": outcome})
                push_id = await self._keep(dead, "dead", outcome)
                self._dead_letters.push_is_dead(push_id, f"{push.workflow_id}: {outcome}")
        return Receipt.KEPT

    async def _keep(self, push: ReceivedPush, place: Place, why: DeliveryOutcome) -> str:
        push_id = await self._kept.keep(push, place)
        _log.info("%s: push kept as %s/%s: %s", push.workflow_id, place, push_id, why)
        return push_id
