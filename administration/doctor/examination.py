"""Which checks are made, and what each needs of the others."""

import asyncio
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.administration.doctor import temporal
from number_orders.administration.doctor.bridge import bridge
from number_orders.administration.doctor.finding import Findings, Level, bounded, skip
from number_orders.administration.doctor.http import tenios
from number_orders.administration.doctor.orders import orders
from number_orders.administration.doctor.settings import is_encrypted_or_local, read_settings
from number_orders.administration.doctor.store import kept_pushes, store
from number_orders.administration.doctor.workers import workers
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.temporal import connect, connect_config
from number_orders.runtime.worker_identity import fingerprint


class Examination:
    """One look at everything."""

    def __init__(self) -> None:
        self._settings, self._of_settings = read_settings()
        self._client: Client | None = None
        self._store: EvidenceStore | None = None
        self._fingerprint: str | None = None

    async def run(self) -> Findings:
        """All findings, in the order in which things depend on each other."""
        of_temporal, of_store = await asyncio.gather(
            bounded("temporal", self._reach_temporal()), bounded("store", self._open_store())
        )
        inside, kept, bridge, tenios = await asyncio.gather(
            self._inside_temporal(), self._kept_pushes(), self._bridge(), self._tenios()
        )
        parts = (self._of_settings, of_temporal, inside, of_store, kept, bridge, tenios)
        return [finding for part in parts for finding in part]

    async def _reach_temporal(self) -> Findings:
        client = await connect()
        findings = await temporal.server(client, connect_config())
        self._client = client
        return findings

    async def _open_store(self) -> Findings:
        if self._settings.store_url is None:
            # Said among the settings.
            return []
        opened = EvidenceStore.open(self._settings.store_url)
        findings = await store(opened, self._settings.store_url)
        self._store, self._fingerprint = opened, await opened.fingerprint()
        return findings

    async def _inside_temporal(self) -> Findings:
        inside = ("search attributes", "temporal clock", "workers", "orders")
        if self._client is None:
            return [skip(check, "Temporal is not reachable") for check in ("namespace", *inside)]
        of_namespace = await bounded("namespace", temporal.namespace_found(self._client))
        if any(finding.level is Level.FAIL for finding in of_namespace):
            return [*of_namespace, *(skip(check, "needs the namespace") for check in inside)]
        of_attributes, of_workers, of_orders = await asyncio.gather(
            bounded("search attributes", temporal.search_attributes(self._client)),
            bounded("workers", self._clock_and_workers(self._client)),
            bounded("orders", orders(self._client)),
        )
        return [*of_namespace, *of_attributes, *of_workers, *of_orders]

    async def _clock_and_workers(self, client: Client) -> Findings:
        try:
            ahead = await temporal.clock_offset(client)
        except RPCError:
            ahead = None
        clock = (
            [skip("temporal clock", "Temporal does not tell the time")]
            if ahead is None
            else temporal.clock_compared("temporal clock", ahead)
        )
        found = await workers(
            client,
            self._settings.deployment_name,
            {
                "store": self._fingerprint,
                "url": _fingerprint(self._settings.public_url),
                "tenios": _fingerprint(self._settings.tenios_url),
            },
            # Who is late in polling is judged by Temporal's own clock.
            ahead or timedelta(0),
        )
        return [*clock, *found]

    async def _kept_pushes(self) -> Findings:
        if self._store is None:
            return [skip("kept pushes", "the store cannot be used")]
        return await bounded("kept pushes", kept_pushes(self._store))

    async def _bridge(self) -> Findings:
        if self._settings.public_url is None or self._settings.keys is None:
            return [skip("bridge", "needs BRIDGE_PUBLIC_URL and BRIDGE_KEYS")]
        if not is_encrypted_or_local(self._settings.public_url):
            return [skip("bridge", "is not asked in plain text")]
        return await bounded(
            "bridge",
            bridge(
                self._settings.public_url,
                self._settings.keys,
                self._fingerprint,
                self._client.namespace if self._client else None,
            ),
        )

    async def _tenios(self) -> Findings:
        if self._settings.tenios_url is None:
            # Said among the settings.
            return []
        return await bounded("tenios", tenios(self._settings.tenios_url))


def _fingerprint(setting: str | None) -> str | None:
    return None if setting is None else fingerprint(setting)
