"""`number-orders promote`: one build of the workers becomes the one that takes the orders."""

import asyncio
from typing import Annotated

import typer
from temporalio.api.deployment.v1 import WorkerDeploymentVersion

from number_orders.administration.promote import promote as promote_build
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import DeploymentSettings, load
from number_orders.runtime.temporal import connect


def promote(
    build_id: Annotated[
        str | None, typer.Option(help="The build; by default TEMPORAL_WORKER_BUILD_ID.")
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for a worker of this build to poll.")
    ] = 60,
) -> None:
    """Let the workers of one build take all orders.

    Those in flight too: the workers of the build that did so before take nothing more, and can be
    stopped.
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
    before = await promote_build(await connect(), version, wait_seconds=wait_seconds)
    typer.echo(f"Build {version.build_id} of {version.deployment_name} takes the orders now.")
    if before:
        typer.echo(f"The workers of build {before} take nothing more and can be stopped.")
