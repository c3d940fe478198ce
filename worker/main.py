"""The one way to run a worker, and the process around it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib import metadata

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from number_orders.activities.notifications import Notifications
from number_orders.activities.pushes import PushReader
from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.activities.tenios import TeniosCalls
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError, UserError
from number_orders.runtime.logs import configure_service
from number_orders.runtime.messenger import Messenger
from number_orders.runtime.process import on_stop_signal
from number_orders.runtime.settings import LogSettings, VersionSettings, WorkerSettings, load
from number_orders.runtime.temporal import connect, connect_config
from number_orders.runtime.temporal_failures import polling_refused
from number_orders.runtime.web_ui import WebUi
from number_orders.runtime.worker_identity import worker_identity
from number_orders.tenios.client import CALL_LIMIT_SECONDS, TeniosClient
from number_orders.worker.order_gauges import OrderGauges
from number_orders.workflows.contract import TASK_QUEUE, TENIOS_TASK_QUEUE
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER

_log = logging.getLogger(__name__)

# Longer than the longest call to TENIOS: a worker that is told to stop finishes its order first.
GRACE = timedelta(seconds=CALL_LIMIT_SECONDS + 15)
# The SDK's default of 5 leaves half of the embedded server's throughput unused.
POLLERS = 20


@contextlib.asynccontextmanager
async def running_worker(  # noqa: PLR0913 -- one for each thing that a worker needs
    client: Client,
    calls: TeniosCalls,
    shared_verifications: SharedVerifications,
    notifications: Notifications,
    *,
    calls_per_second: float,
    version: WorkerDeploymentVersion | None = None,
    identity: str | None = None,
    sandboxed: bool = False,
) -> AsyncIterator[None]:
    """Work on all number orders meanwhile; at the end, what was begun is finished first.

    To Temporal these are two workers, since it limits how often calls begin by their task queue.

    Args:
        client: Temporal.
        calls: The calls to TENIOS.
        shared_verifications: What orders that share a verification ask about it.
        notifications: The messages to people.
        calls_per_second: Limits the calls to TENIOS, of all workers together.
        version: With it, the worker takes orders only once it is the deployment's current one.
        identity: The name under which it polls.
        sandboxed: Whether the SDK's sandbox watches that workflow code is deterministic. Tests have
            that, and the recorded histories; in production it would cost each replay twice.

    Raises:
        RuntimeError: The server refuses the worker for good.
    """
    config = client.config()
    config["data_converter"] = WORKFLOW_DATA_CONVERTER
    of_orders = Client(**config)
    deployment = _deployment(version)
    orders = Worker(
        of_orders,
        task_queue=TASK_QUEUE,
        workflows=[NumberOrder],
        activities=[
            calls.recall_order,
            calls.withdraw_order,
            calls.record_finding,
            shared_verifications.look_for_verification,
            shared_verifications.record_taken,
            PushReader().read_push,
            notifications.notify,
        ],
        max_concurrent_workflow_task_polls=POLLERS,
        graceful_shutdown_timeout=GRACE,
        deployment_config=deployment,
        identity=identity,
        workflow_runner=SandboxedWorkflowRunner() if sandboxed else UnsandboxedWorkflowRunner(),
    )
    at_tenios = Worker(
        of_orders,
        task_queue=TENIOS_TASK_QUEUE,
        activities=[calls.submit_verification, calls.place_order, calls.cancel_number],
        max_concurrent_activity_task_polls=POLLERS,
        max_task_queue_activities_per_second=calls_per_second,
        graceful_shutdown_timeout=GRACE,
        deployment_config=deployment,
        identity=identity,
    )
    async with orders, at_tenios:
        try:
            yield
        finally:
            # Both at once: each may take its time.
            await asyncio.gather(orders.shutdown(), at_tenios.shutdown())


def _version(settings: VersionSettings) -> WorkerDeploymentVersion | None:
    """The worker's version, or `None` for one that takes whatever there is."""
    deployment, build = settings.temporal_deployment_name, settings.temporal_worker_build_id
    return WorkerDeploymentVersion(deployment, build) if deployment and build else None


def _deployment(version: WorkerDeploymentVersion | None) -> WorkerDeploymentConfig:
    if version is None:
        # Instead of a hash of all modules, which takes its time and stands in each event.
        own = WorkerDeploymentVersion("number-orders", metadata.version("number-orders"))
        return WorkerDeploymentConfig(version=own, use_worker_versioning=False)
    return WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        # An order waits for people, without end: a version to which orders are pinned could never
        # be stopped. Orders move on to the current version; docs/upgrades.md says what that asks.
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


@contextlib.asynccontextmanager
async def _measuring(client: Client | None) -> AsyncIterator[None]:
    """Measure all orders meanwhile, if there is somebody to look."""
    if client is None:
        yield
        return
    measuring = asyncio.create_task(OrderGauges(client).work())
    try:
        yield
    finally:
        measuring.cancel()


async def run() -> None:
    """Run until it is told to stop, then finish what was begun."""
    configure_service(load(LogSettings).log_format)
    settings = load(WorkerSettings)
    store = EvidenceStore.open(settings.store_url, create=True)
    try:
        tenios = TeniosClient(
            base_url=settings.tenios_base_url, access_key=settings.tenios_access_key
        )
    except ValueError as error:
        raise UsageError(f"TENIOS_BASE_URL {error}") from None
    config = connect_config()
    messenger = Messenger(
        settings.notify_urls, WebUi.of(settings.temporal_ui_url, config["namespace"])
    )
    calls = TeniosCalls(
        tenios, store, settings.callback_keys, settings.bridge_public_url, messenger
    )
    async with tenios:
        await store.check()
        # number-orders doctor compares the settings of all workers by it.
        identity = worker_identity(
            store=await store.fingerprint(),
            public_url=settings.bridge_public_url,
            tenios_url=settings.tenios_base_url,
        )
        client = await connect(
            config, service_name="number-orders-worker", metrics_address=settings.metrics_address
        )
        # The worker looks for its namespace itself, but ends with a stack trace if there is none.
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace), retry=True
        )
        stop = asyncio.Event()
        on_stop_signal(lambda _: stop.set())
        working = running_worker(
            client,
            calls,
            SharedVerifications(store),
            Notifications(messenger),
            calls_per_second=settings.tenios_calls_per_second,
            version=_version(settings),
            identity=identity,
        )
        try:
            async with working, _measuring(client if settings.metrics_address else None):
                _log.info("Working on the task queues %s and %s", TASK_QUEUE, TENIOS_TASK_QUEUE)
                await stop.wait()
                _log.info("Stopping: calls to TENIOS that have begun are finished first")
        except RuntimeError as error:
            if refused := polling_refused(error):
                raise UserError(refused) from None
            raise
