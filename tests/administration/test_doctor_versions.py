"""What `number-orders doctor` says about versions of workers."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.testing import WorkflowEnvironment

from number_orders.activities.notifications import Notifications
from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.activities.tenios import TeniosCalls
from number_orders.administration.doctor.finding import Finding, Level
from number_orders.administration.doctor.workers import workers
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.tenios.client import TeniosClient
from number_orders.worker.main import running_worker
from number_orders.workflows.payloads import DATA_CONVERTER
from tests.conftest import BRIDGE_KEYS, temporal_server
from tests.support.command import run
from tests.support.until import until

NAMESPACE = "versions"


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """A server that soon knows which builds have nothing left to do; by default after minutes."""
    async with temporal_server(
        matching_wv_VersionDrainageStatusVisibilityGracePeriod='"1s"',
        matching_wv_VersionDrainageStatusRefreshInterval='"1s"',
    ) as environment:
        yield environment


@pytest.fixture
async def client(temporal: WorkflowEnvironment, tmp_path: Path) -> Client:
    """A client of a namespace in which no other worker polls."""
    address = temporal.client.service_client.config.target_host
    await run(tmp_path, "setup", TEMPORAL_ADDRESS=address, TEMPORAL_NAMESPACE=NAMESPACE)
    return await Client.connect(address, namespace=NAMESPACE, data_converter=DATA_CONVERTER)


class Builds:
    """Builds of a deployment, in a namespace where nothing else polls."""

    def __init__(
        self,
        client: Client,
        folder: Path,
        calls: TeniosCalls,
        store: EvidenceStore,
        deployment: str,
    ) -> None:
        self.client = client
        self.deployment = deployment
        self._folder = folder
        self._calls = calls
        self._store = store
        self._processes = itertools.count(1)

    @contextlib.asynccontextmanager
    async def working(self, build: str) -> AsyncIterator[None]:
        """A worker of this build runs, under a name of its own as each process has."""
        async with running_worker(
            self.client,
            self._calls,
            SharedVerifications(self._store),
            Notifications(Messenger(SecretStr(""))),
            calls_per_second=1,
            version=WorkerDeploymentVersion(self.deployment, build),
            identity=f"{self.deployment} {build} {next(self._processes)}",
        ):
            yield

    async def promote(self, build: str) -> None:
        """As a person promotes."""
        promoted = await run(
            self._folder,
            *("promote", "--build-id", build),
            TEMPORAL_ADDRESS=self.client.service_client.config.target_host,
            TEMPORAL_NAMESPACE=NAMESPACE,
            TEMPORAL_DEPLOYMENT_NAME=self.deployment,
            TEMPORAL_WORKER_BUILD_ID=build,
        )
        assert promoted.code == 0, promoted.errors

    async def until(self, level: Level, words: str) -> Finding:
        """The finding about versions, once Temporal knows what its workers are."""

        async def is_found() -> Finding:
            findings = await workers(self.client, self.deployment, {}, timedelta(0))
            [version] = [found for found in findings if found.check == "worker version"]
            assert version.level is level, version
            assert words in version.found
            return version

        return await until(is_found, every_seconds=0.1)


@pytest.fixture
def builds(
    client: Client, tmp_path: Path, tenios: TeniosClient, store: EvidenceStore, location_id: str
) -> Builds:
    keys = CallbackKeys.parse(BRIDGE_KEYS)
    calls = TeniosCalls(tenios, store, keys, "https://bridge.example", Messenger(SecretStr("")))
    return Builds(client, tmp_path, calls, store, f"orders-{location_id}")


async def test_versions(builds: Builds) -> None:
    """A build that polls and gets nothing is found, and so is one that gets all and is gone."""
    async with builds.working("b1"):
        found = await builds.until(Level.FAIL, "is promoted, so nothing comes to build b1")
        assert found.remedy == (
            f"TEMPORAL_DEPLOYMENT_NAME={builds.deployment} number-orders promote --build-id b1"
        )
        await builds.promote("b1")
        await builds.until(Level.OK, "takes the orders, and polls")
        async with builds.working("b2"):
            found = await builds.until(Level.WARN, "nothing comes to build b2")
            assert "promote --build-id b2" in found.remedy
            # One that nobody ever ran, as after a worker is lost with its machine.
            await builds.client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=NAMESPACE,
                    deployment_name=builds.deployment,
                    build_id="b3",
                    ignore_missing_task_queues=True,
                    allow_no_pollers=True,
                )
            )
            found = await builds.until(Level.FAIL, "takes the orders, but no worker of it polls")
            assert found.remedy.startswith("start one with TEMPORAL_WORKER_BUILD_ID=b3, or ")


async def test_ordinary_upgrade(builds: Builds) -> None:
    """After an upgrade nothing is advised about the old build, and it is said that it stopped."""
    async with contextlib.AsyncExitStack() as new:
        async with builds.working("b1"):
            await builds.promote("b1")
            await new.enter_async_context(builds.working("b2"))
            await builds.promote("b2")
            found = await builds.until(Level.OK, "build b1 took them before, and nothing comes")
            assert (found.found.startswith("build b2 of"), found.remedy) == (True, "")
        found = await builds.until(Level.OK, "; build b1 has stopped (it last asked for work at")
        assert (found.found.startswith("build b2 of"), found.remedy) == (True, "")
        # The way back stays one command.
        async with builds.working("b1"):
            await builds.promote("b1")
            await builds.until(Level.OK, "build b2 took them before, and nothing comes to it")
