"""What `number-orders doctor` says about versions of workers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from activities.notifications import Notifications
from activities.tenios import TeniosCalls
from runtime.callback_keys import CallbackKeys
from runtime.evidence_store import EvidenceStore
from runtime.messenger import Messenger
from starters.cli.doctor.finding import Finding, Level
from starters.cli.doctor.workers import workers
from tenios.client import TeniosClient
from tests.command import run
from tests.conftest import BRIDGE_KEYS
from worker.main import build_worker

NAMESPACE = "versions"
DEPLOYMENT = "orders"


@pytest.fixture
async def client(temporal: WorkflowEnvironment, tmp_path: Path) -> Client:
    """A client of a namespace in which no other worker polls."""
    address = temporal.client.service_client.config.target_host
    await run(tmp_path, "setup", TEMPORAL_ADDRESS=address, TEMPORAL_NAMESPACE=NAMESPACE)
    return await Client.connect(
        address, namespace=NAMESPACE, data_converter=pydantic_data_converter
    )


async def _until(client: Client, level: Level, words: str) -> Finding:
    """The finding about versions, once Temporal knows what its workers are."""
    async with asyncio.timeout(30):
        while True:
            findings = await workers(client, DEPLOYMENT, None, timedelta(0))
            [version] = [found for found in findings if found.check == "worker version"]
            if version.level is level and words in version.found:
                return version
            await asyncio.sleep(0.1)


async def test_versions(
    tmp_path: Path, client: Client, tenios: TeniosClient, store: EvidenceStore
) -> None:
    """A build that polls and gets nothing is found, and so is one that gets all and is gone."""
    calls = TeniosCalls(tenios, store, CallbackKeys.parse(BRIDGE_KEYS), "https://bridge.example")
    notifications = Notifications(Messenger(SecretStr("")))

    @contextlib.asynccontextmanager
    async def working(build: str) -> AsyncIterator[None]:
        version = WorkerDeploymentVersion(DEPLOYMENT, build)
        async with build_worker(client, calls, notifications, calls_per_second=1, version=version):
            yield

    async def promote(build: str) -> None:
        promoted = await run(
            tmp_path,
            *("promote", "--build-id", build),
            TEMPORAL_ADDRESS=client.service_client.config.target_host,
            TEMPORAL_NAMESPACE=NAMESPACE,
            TEMPORAL_DEPLOYMENT_NAME=DEPLOYMENT,
            TEMPORAL_WORKER_BUILD_ID=build,
        )
        assert promoted.code == 0, promoted.errors

    async with working("b1"):
        found = await _until(client, Level.FAIL, "no build of orders is promoted")
        assert found.remedy == (
            "TEMPORAL_DEPLOYMENT_NAME=orders number-orders promote --build-id b1"
        )
        await promote("b1")
        await _until(client, Level.OK, "build b1 of orders takes the orders, and polls")
        async with working("b2"):
            found = await _until(client, Level.WARN, "nothing comes to build b2")
            assert "promote --build-id b2" in found.remedy
            await promote("b2")
            await _until(
                client, Level.WARN, "build b2 of orders takes the orders; nothing comes to"
            )
            # One that nobody ever ran, as after a worker is lost with its machine.
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=NAMESPACE,
                    deployment_name=DEPLOYMENT,
                    build_id="b3",
                    ignore_missing_task_queues=True,
                    allow_no_pollers=True,
                )
            )
            found = await _until(client, Level.FAIL, "build b3 of orders takes the orders, but no")
            assert found.remedy.startswith("start one with TEMPORAL_WORKER_BUILD_ID=b3, or ")
