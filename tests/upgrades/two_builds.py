"""A small workflow in several builds: the second one changes what the first one asks of Temporal.

It has the type, the task queue and the deployment of ours, so that what docs/upgrades.md lets
people type is about it. Each build asks for an activity, waits for a signal, and asks for another.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from number_orders.workflows.contract import TASK_QUEUE, TENIOS_TASK_QUEUE, WORKFLOW_TYPE

DEPLOYMENT = "number-orders"
PATCH = "what-has-changed"


@activity.defn
async def old_way() -> str:
    """What build 1 asks for."""
    return "old way"


@activity.defn
async def new_way() -> str:
    """What build 2 asks for in its place."""
    return "new way"


class TwoActivities:
    """What the builds have in common."""

    def __init__(self) -> None:
        self._ways: list[str] = []
        self._is_told = False

    @workflow.signal
    def go_on(self) -> None:
        """A person has decided."""
        self._is_told = True

    @workflow.query
    def ways(self) -> list[str]:
        """What was done so far."""
        return self._ways

    async def ask(self, way: Callable[[], str]) -> list[str]:
        """Ask twice for what `way` chooses, and wait for a person between the two."""
        for _ in range(2):
            self._ways.append(
                await workflow.execute_activity(
                    way(), result_type=str, start_to_close_timeout=timedelta(minutes=1)
                )
            )
            await workflow.wait_condition(lambda: self._is_told)
        return self._ways


@workflow.defn(name=WORKFLOW_TYPE)
class Build1(TwoActivities):
    """As it was released."""

    @workflow.run
    async def run(self) -> list[str]:
        """The ways that were taken."""
        return await self.ask(lambda: "old_way")


@workflow.defn(name=WORKFLOW_TYPE)
class Build2(TwoActivities):
    """Changed, with the old way beside the new one."""

    @workflow.run
    async def run(self) -> list[str]:
        """The ways that were taken."""
        return await self.ask(lambda: "new_way" if workflow.patched(PATCH) else "old_way")


@workflow.defn(name=WORKFLOW_TYPE)
class Unpatched(TwoActivities):
    """Changed as if nothing waited."""

    @workflow.run
    async def run(self) -> list[str]:
        """The ways that were taken."""
        return await self.ask(lambda: "new_way")


@workflow.defn(name=WORKFLOW_TYPE)
class Build3(TwoActivities):
    """Without the old way, since nothing of build 1 is left."""

    @workflow.run
    async def run(self) -> list[str]:
        """The ways that were taken."""

        def way() -> str:
            workflow.deprecate_patch(PATCH)
            return "new_way"

        return await self.ask(way)


@contextlib.asynccontextmanager
async def worker(client: Client, build: type, build_id: str) -> AsyncIterator[None]:
    """A worker of one build, which takes workflows once its build is promoted."""
    deployment = WorkerDeploymentConfig(
        WorkerDeploymentVersion(DEPLOYMENT, build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )
    # As with processes: one that stopped is not taken for one that goes on.
    identity = f"build {build_id}"
    orders = Worker(
        client,
        identity=identity,
        task_queue=TASK_QUEUE,
        workflows=[build],
        activities=[old_way, new_way],
        workflow_runner=UnsandboxedWorkflowRunner(),
        deployment_config=deployment,
    )
    # Nothing comes there, but a build that does not ask for it is not promoted.
    at_tenios = Worker(
        client,
        identity=identity,
        task_queue=TENIOS_TASK_QUEUE,
        activities=[old_way],
        deployment_config=deployment,
    )
    async with orders, at_tenios:
        yield
