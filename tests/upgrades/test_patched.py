"""What `workflow.patched` does for workflows that wait, as docs/upgrades.md says."""

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import NondeterminismError

from number_orders.workflows.contract import WORKFLOW_TYPE
from tests.support.until import until
from tests.upgrades.two_builds import (
    Build1,
    Build2,
    Build3,
    TwoActivities,
    Unpatched,
    new_way,
    old_way,
)

_QUEUE = "without versions"


async def _waiting(client: Client, build: type[TwoActivities]) -> WorkflowHistory:
    """The history of a workflow that a build began, and that waits for a person."""
    async with Worker(
        client,
        task_queue=_QUEUE,
        workflows=[build],
        activities=[old_way, new_way],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        handle = await client.start_workflow(
            WORKFLOW_TYPE,
            id=build.__name__,
            task_queue=_QUEUE,
            # Another test has begun it: it waits.
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

        async def it_waits() -> None:
            assert len(await handle.query(TwoActivities.ways)) == 1

        await until(it_waits)
        return await handle.fetch_history()


async def _replay(build: type[TwoActivities], history: WorkflowHistory) -> None:
    replayer = Replayer(workflows=[build], workflow_runner=UnsandboxedWorkflowRunner())
    await replayer.replay_workflow(history)


@pytest.mark.parametrize(
    ("begun_by", "goes_on"),
    [(Build1, Build2), (Build2, Build2), (Build2, Build3), (Unpatched, Build3)],
)
async def test_goes_on(
    temporal: WorkflowEnvironment, begun_by: type[TwoActivities], goes_on: type[TwoActivities]
) -> None:
    """A build goes on with what it has the way of."""
    await _replay(goes_on, await _waiting(temporal.client, begun_by))


@pytest.mark.parametrize(
    ("begun_by", "stands"), [(Build1, Unpatched), (Build1, Build3), (Build2, Build1)]
)
async def test_stands(
    temporal: WorkflowEnvironment, begun_by: type[TwoActivities], stands: type[TwoActivities]
) -> None:
    """A build without the way, or that does not know the mark, makes a waiting workflow stand."""
    history = await _waiting(temporal.client, begun_by)
    with pytest.raises(NondeterminismError):
        await _replay(stands, history)
