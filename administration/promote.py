"""One build of the workers becomes the one that takes the orders."""

from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from number_orders.runtime.polling import NotYet, until
from number_orders.starters.pollers import Work, live_pollers


async def promote(
    client: Client, version: WorkerDeploymentVersion, *, wait_seconds: float
) -> str | None:
    """Let the workers of this build take all orders.

    The result is the build that took them before; empty or `None` if no other build did.

    Raises:
        NotYet: No worker of the build polls within `wait_seconds`.
    """

    async def set_current() -> str:
        if not await is_polled(client, version):
            # Orders must not stand still.
            raise NotYet(
                f"No worker of build {version.build_id} polls: start one with"
                f" TEMPORAL_DEPLOYMENT_NAME={version.deployment_name} and"
                f" TEMPORAL_WORKER_BUILD_ID={version.build_id}, and look at its log"
            )
        try:
            answer = await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=client.namespace,
                    deployment_name=version.deployment_name,
                    build_id=version.build_id,
                    identity=client.identity,
                )
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            # A worker's first poll is seen a moment before Temporal has noted its build.
            raise NotYet(f"Temporal does not promote {version.build_id}: {error.message}") from None
        return answer.previous_deployment_version.build_id

    before = await until(set_current, within_seconds=wait_seconds, every_seconds=0.5)
    return before if before != version.build_id else None


async def is_polled(client: Client, version: WorkerDeploymentVersion) -> bool:
    """Whether workers of this build ask for all kinds of work, and did so lately."""
    # Temporal's clock is taken for ours: that it is, number-orders doctor checks.
    for work in Work:
        if not any(
            poller.deployment_options.deployment_name == version.deployment_name
            and poller.deployment_options.build_id == version.build_id
            for poller in await live_pollers(client, work)
        ):
            return False
    return True
