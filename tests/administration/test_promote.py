"""Choosing the build that takes the orders; tests/compose shows it choosing one."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import temporalio.common
from pydantic import SecretStr
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkerDeploymentConfig

from number_orders.activities.notifications import Notifications
from number_orders.administration.promote import is_polled, promote
from number_orders.runtime.messenger import Messenger
from number_orders.starters.pollers import Work, pollers
from number_orders.workflows.contract import TASK_QUEUE, TENIOS_TASK_QUEUE
from number_orders.workflows.number_order import NumberOrder
from tests.conftest import temporal_server
from tests.support.command import run
from tests.support.until import LONG_ENOUGH_SECONDS, until

AUTO_UPGRADE = temporalio.common.VersioningBehavior.AUTO_UPGRADE


@contextlib.asynccontextmanager
async def _worker(
    temporal: WorkflowEnvironment, version: WorkerDeploymentVersion, *queues: str
) -> AsyncIterator[None]:
    """A worker for these task queues."""
    async with contextlib.AsyncExitStack() as workers:
        for queue in queues:
            worker = Worker(
                temporal.client,
                task_queue=queue,
                workflows=[NumberOrder] if queue == TASK_QUEUE else [],
                activities=[Notifications(Messenger(SecretStr(""))).notify],
                deployment_config=WorkerDeploymentConfig(
                    temporalio.common.WorkerDeploymentVersion(
                        version.deployment_name, version.build_id
                    ),
                    use_worker_versioning=True,
                    default_versioning_behavior=AUTO_UPGRADE,
                ),
            )
            await workers.enter_async_context(worker)
        yield


async def test_a_build_without_workers_is_not_promoted(
    tmp_path: Path, temporal: WorkflowEnvironment
) -> None:
    """A build that nobody runs never gets the orders: they would stand still."""
    promoted = await run(
        tmp_path,
        "promote",
        "--build-id",
        "nobody-runs-it",
        "--wait",
        "0",
        TEMPORAL_ADDRESS=temporal.client.service_client.config.target_host,
        TEMPORAL_DEPLOYMENT_NAME="number-orders",
    )

    assert promoted.code == 1
    assert promoted.errors == (
        "number-orders: No worker of build nobody-runs-it polls: start one with"
        " TEMPORAL_DEPLOYMENT_NAME=number-orders and TEMPORAL_WORKER_BUILD_ID=nobody-runs-it,"
        " and look at its log\n"
    )


async def test_a_build_whose_workers_stopped_polling(
    temporal: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Temporal lists workers for minutes after their death; who has not polled lately is none."""
    version = WorkerDeploymentVersion(deployment_name="a-deployment", build_id="dies")

    async def is_seen() -> None:
        assert await is_polled(temporal.client, version)

    async with _worker(temporal, version, TASK_QUEUE, TENIOS_TASK_QUEUE):
        await until(is_seen)
        monkeypatch.setattr("number_orders.starters.pollers.POLLS_AT_LEAST_EVERY", timedelta(0))
        assert not await is_polled(temporal.client, version)


async def test_a_build_that_takes_no_calls(temporal: WorkflowEnvironment) -> None:
    """A build whose workers take orders, but no calls to TENIOS, gets none."""
    version = WorkerDeploymentVersion(deployment_name="a-deployment", build_id="half")

    async def polls_for_orders() -> None:
        assert any(
            poller.deployment_options.build_id == version.build_id
            for poller in await pollers(temporal.client, Work.ORDERS)
        )

    async with _worker(temporal, version, TASK_QUEUE):
        await until(polls_for_orders)
        assert not await is_polled(temporal.client, version)


async def test_a_worker_is_seen_before_its_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporal may show a worker that polls before it knows its build: that is waited for too."""
    looks = itertools.count(1)
    refused = asyncio.Event()

    async def polled(client: Client, version: WorkerDeploymentVersion) -> bool:
        if next(looks) > 1:
            refused.set()
        return True

    monkeypatch.setattr("number_orders.administration.promote.is_polled", polled)
    version = WorkerDeploymentVersion(deployment_name="seen-early", build_id="first")
    # A server of its own: the build that is promoted takes all orders of its server.
    async with temporal_server() as temporal:
        promoted = asyncio.create_task(
            promote(temporal.client, version, wait_seconds=LONG_ENOUGH_SECONDS)
        )
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            await refused.wait()
        async with _worker(temporal, version, TASK_QUEUE, TENIOS_TASK_QUEUE):
            assert await promoted == ""  # no build before


async def test_without_a_deployment_there_is_nothing_to_promote(tmp_path: Path) -> None:
    """Workers that are not versioned are not promoted; what to set is said."""
    promoted = await run(tmp_path, "promote", "--build-id", "2026-11-24")

    assert promoted.code == 2
    assert "TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID" in promoted.errors


async def test_a_deployment_needs_a_build_id(tmp_path: Path) -> None:
    """A worker of a deployment without a build id does not start unversioned, but says so."""
    started = await run(
        tmp_path,
        "worker",
        TEMPORAL_DEPLOYMENT_NAME="number-orders",
        BRIDGE_KEYS="test:a2V5LW9mLXRoZS10ZXN0cy0wMDAwMDAwMDAwMDAwMDA=",
        BRIDGE_PUBLIC_URL="https://orders.example",
        TENIOS_ACCESS_KEY="key-of-the-tests",
    )

    assert started.code == 2
    assert "TEMPORAL_DEPLOYMENT_NAME needs TEMPORAL_WORKER_BUILD_ID" in started.errors
