"""An upgrade under running orders, with the services of docker-compose.yml."""

import asyncio
import contextlib
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.enums.v1 import VersionDrainageStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
)
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from bridge.kept_pushes import KeptPushes
from runtime.evidence_store import EvidenceStore
from starters.orders import OrderHandle, order_handle, start_number_order
from tests.compose.composed import ComposedServices
from tests.office import PDF, order_input
from tests.processes import until_answers, until_connected
from tests.tools import needs
from workflows.contract import VERIFICATION_DECIDED
from workflows.messages import Decision
from workflows.models import OrderStatus
from workflows.number_order import NumberOrder

DEPLOYMENT = "number-orders"
OLD, NEW = "2026-11-24", "2026-11-25"
BEFORE = [f"before-{n:02}" for n in range(25)]
"""Locations whose orders go through while everything is replaced."""
ACROSS = [f"across-{n:02}" for n in range(25)]
"""Locations whose orders wait for their approval meanwhile, so that both builds work on them."""


class Town:
    """The running services, and the person who reports what TENIOS decided."""

    def __init__(
        self, services: ComposedServices, client: Client, sandbox: httpx.AsyncClient
    ) -> None:
        self.services = services
        self.client = client
        self.sandbox = sandbox

    async def rows(self, table: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = (await self.sandbox.get(f"/_sandbox/{table}")).json()
        return rows

    async def order_numbers(self, locations: list[str]) -> list[OrderHandle]:
        store = EvidenceStore.open(self.services.store_url)
        document = (await store.put_document(PDF), await store.identity())
        return [
            (await start_number_order(self.client, order_input(location, *document))).handle
            for location in locations
        ]

    async def until_approvable(self, handles: list[OrderHandle]) -> list[str]:
        """Wait until TENIOS approved all verifications; returns their ids."""
        ids = [await self._submitted(handle) for handle in handles]
        async with asyncio.timeout(60):
            while True:
                approved = {
                    row["id"] for row in await self.rows("verifications")
                    if row["decision"] == "approved"
                }  # fmt: skip
                if approved >= set(ids):
                    return ids
                await asyncio.sleep(0.2)

    async def approve(self, handles: list[OrderHandle]) -> None:
        for handle, verification_id in zip(
            handles, await self.until_approvable(handles), strict=True
        ):
            decision = Decision(approved=True, decided_by="a test", verification_id=verification_id)
            await handle.signal(VERIFICATION_DECIDED, decision)

    async def _submitted(self, handle: OrderHandle) -> str:
        async with asyncio.timeout(60):
            while True:
                snapshot = await handle.query(NumberOrder.status)
                if snapshot.verification_id is not None:
                    return snapshot.verification_id
                await asyncio.sleep(0.2)

    async def until_drained(self, build: str) -> None:
        """Wait until Temporal says that no order needs a build any more."""
        version = WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build)
        async with asyncio.timeout(60):
            while True:
                described = await self.client.workflow_service.describe_worker_deployment_version(
                    DescribeWorkerDeploymentVersionRequest(
                        namespace=self.client.namespace, deployment_version=version
                    )
                )
                drainage = described.worker_deployment_version_info.drainage_info
                if drainage.status == VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED:
                    return
                await asyncio.sleep(0.5)

    async def current_build(self) -> str:
        described = await self.client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(
                namespace=self.client.namespace, deployment_name=DEPLOYMENT
            )
        )
        routing = described.worker_deployment_info.routing_config
        return routing.current_deployment_version.build_id


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """Everything that `docker-compose --profile sandbox up` starts, in its order."""
    needs("haproxy", "haproxy")
    services = ComposedServices(tmp_path)
    for variable, value in services.environment("cli", OLD).items():
        if variable.startswith("TEMPORAL_"):
            monkeypatch.setenv(variable, value)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(services.stop_all)
        services.start_engine()
        await services.run("setup", OLD)
        client = await until_connected()
        for name in ("bridge-1", "bridge-2", "worker-1", "worker-2", "sandbox"):
            services.start(name, OLD)
        services.start_proxy()
        await services.run("promote", OLD)
        await until_answers(f"{services.sandbox_url}/_sandbox/orders")
        for name in ("bridge-1", "bridge-2"):
            await until_answers(f"{services.bridge_url(name)}/health/ready")
        sandbox = await stack.enter_async_context(
            httpx.AsyncClient(base_url=services.sandbox_url, trust_env=False)
        )
        yield Town(services, client, sandbox)


async def test_rolling_upgrade(town: Town) -> None:
    """Every order is completed once, though each service is killed, replaced or upgraded."""
    services = town.services
    before = await town.order_numbers(BEFORE)
    across = await town.order_numbers(ACROSS)
    await town.until_approvable(across)
    approving = asyncio.create_task(town.approve(before))

    # One worker after the other: stopped as an upgrade does it, and killed.
    await services.stop("worker-1")
    services.start("worker-1", NEW)
    services.end("bridge-1", signal.SIGKILL)
    services.start("bridge-1", NEW)
    await services.run("promote", NEW)
    services.end("worker-2", signal.SIGKILL)
    services.start("worker-2", NEW)
    await until_answers(f"{services.bridge_url('bridge-1')}/health/ready")
    await services.stop("bridge-2")
    services.start("bridge-2", NEW)

    await approving
    await town.approve(across)
    await services.run("first-order", NEW)
    handles = [*before, *across, order_handle(town.client, "koeln-01")]
    async with asyncio.timeout(120):
        results = [await handle.result() for handle in handles]

    assert {result.outcome for result in results} == {OrderStatus.COMPLETED}
    posts = Counter(
        row["body"]["verification_id"]  # type: ignore[index]
        for row in await town.rows("ledger")
        if row["path"] == "/number/order"
    )
    assert posts == Counter(result.verification_id for result in results), "one order each"
    assert len({result.phone_number for result in results}) == len(handles)
    kept = KeptPushes(EvidenceStore.open(services.store_url))
    assert not await kept.ids("pending")
    assert not await kept.ids("dead")
    assert services.ended() == ["setup", "promote", "first-order"]

    assert await town.current_build() == NEW
    await town.until_drained(OLD)
    for handle in across:
        assert await _builds(handle) == {OLD, NEW}


async def _builds(handle: OrderHandle) -> set[str]:
    """The builds that worked on an order, whose history must replay on the code as it is."""
    history = await handle.fetch_history()
    replayer = Replayer(workflows=[NumberOrder], data_converter=pydantic_data_converter)
    await replayer.replay_workflow(history)
    return {
        event.workflow_task_completed_event_attributes.deployment_version.build_id
        for event in history.events
        if event.HasField("workflow_task_completed_event_attributes")
    }
