"""`number-orders promote`: one build of the workers becomes the one that takes the orders."""

import asyncio
import time
from typing import Annotated

import typer
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client

from runtime.errors import UsageError, UserError
from runtime.settings import DeploymentSettings, load
from runtime.temporal import connect
from starters.pollers import live_pollers

_LOOK_EVERY_SECONDS = 0.5


def promote(
    build_id: Annotated[
        str | None, typer.Option(help="The build; by default TEMPORAL_WORKER_BUILD_ID.")
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for a worker of this build to poll.")
    ] = 60,
) -> None:
    """Let the workers of one build take all orders, those in flight too.

    The workers of the build that did so before take nothing more, and can be stopped.
    """
    settings = load(DeploymentSettings)
    deployment = settings.temporal_deployment_name
    build_id = build_id or settings.temporal_worker_build_id
    if deployment is None or build_id is None:
        raise UsageError(
            "TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID (or --build-id) say what to"
            " promote; without them workers are not versioned, and there is nothing to do"
        )
    version = WorkerDeploymentVersion(deployment_name=deployment, build_id=build_id)
    asyncio.run(_promote(version, wait))


async def _promote(version: WorkerDeploymentVersion, wait_seconds: float) -> None:
    client = await connect()
    await _until_polled(client, version, wait_seconds)
    answer = await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=version.deployment_name,
            build_id=version.build_id,
            identity=client.identity,
        )
    )
    before = answer.previous_deployment_version.build_id
    typer.echo(f"Build {version.build_id} of {version.deployment_name} takes the orders now.")
    if before and before != version.build_id:
        typer.echo(f"The workers of build {before} take nothing more and can be stopped.")


async def _until_polled(
    client: Client, version: WorkerDeploymentVersion, wait_seconds: float
) -> None:
    """Wait until the build polls for workflows and activities: orders must not stand still."""
    deadline = time.monotonic() + wait_seconds
    while not await is_polled(client, version):
        if time.monotonic() >= deadline:
            raise UserError(
                f"No worker of build {version.build_id} polls: start one with"
                f" TEMPORAL_DEPLOYMENT_NAME={version.deployment_name} and"
                f" TEMPORAL_WORKER_BUILD_ID={version.build_id}, and look at its log"
            )
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def is_polled(client: Client, version: WorkerDeploymentVersion) -> bool:
    """Whether workers of this build ask for workflows and for activities, and did so lately."""
    # Temporal's clock is taken for ours: that it is, number-orders doctor checks.
    for kind in (
        TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    ):
        if not any(
            poller.deployment_options.deployment_name == version.deployment_name
            and poller.deployment_options.build_id == version.build_id
            for poller in await live_pollers(client, kind)
        ):
            return False
    return True
