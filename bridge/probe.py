"""The bridge's answer to `number-orders doctor`, which knocks as TENIOS would.

A probe comes in as a push, since a proxy lets nothing else through. It has an address of its own
kind, which only a holder of a key can make. No order hears of it, and nothing of it is kept.
"""

import asyncio
import contextlib
import importlib.metadata
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel
from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import Callback, CallbackKeys
from number_orders.runtime.errors import UserError

_STORE_LIMIT_SECONDS = 3.0
_TEMPORAL_LIMIT_SECONDS = 2.0


class ProbeAnswer(BaseModel):
    """What the bridge says about itself."""

    status: Literal["probe"] = "probe"
    proof: str
    """That the bridge has the key with which the probe was signed."""
    secret_arrived: bool
    """Whether the header with the push secret came through."""
    version: str
    build_id: str | None
    temporal_reachable: bool
    namespace: str
    """Of Temporal, where it looks for orders."""
    store: str | None
    """The fingerprint of a store that is writable and a lock; `None` if it is not."""
    at: AwareDatetime
    """The bridge's clock."""


async def temporal_reachable(client: Client) -> bool:
    """Whether Temporal answers within 2 s."""
    try:
        # The call's own limit does not hold for its first connection.
        async with asyncio.timeout(_TEMPORAL_LIMIT_SECONDS):
            return await client.service_client.check_health(
                timeout=timedelta(seconds=_TEMPORAL_LIMIT_SECONDS)
            )
    except (RPCError, RuntimeError, TimeoutError):
        return False


class Probes:
    """Answers probes."""

    def __init__(
        self, client: Client, keys: CallbackKeys, store: EvidenceStore, build_id: str | None
    ) -> None:
        self._client = client
        self._keys = keys
        self._store = store
        self._build_id = build_id

    async def answer(self, probe: Callback, *, secret_arrived: bool) -> ProbeAnswer:
        """Answer a probe whose token was right."""
        at = datetime.now(UTC)
        reachable, store = await asyncio.gather(temporal_reachable(self._client), self._looked_at())
        return ProbeAnswer(
            proof=self._keys.proof(probe),
            secret_arrived=secret_arrived,
            version=importlib.metadata.version("number-orders"),
            build_id=self._build_id,
            temporal_reachable=reachable,
            namespace=self._client.namespace,
            store=store,
            at=at,
        )

    async def _looked_at(self) -> str | None:
        with contextlib.suppress(OSError, UserError):  # TimeoutError is an OSError
            async with asyncio.timeout(_STORE_LIMIT_SECONDS):
                await self._store.check()
                return await self._store.fingerprint()
        return None
