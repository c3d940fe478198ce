"""What docs/upgrades.md lets people type, done with workflows of two builds."""

import asyncio
import re
import shutil
import sys
from pathlib import Path

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from number_orders.workflows.contract import TASK_QUEUE, WORKFLOW_TYPE
from tests.support.command import environment, run
from tests.support.printed import Printed, printed_commands
from tests.support.until import until
from tests.upgrades.two_builds import DEPLOYMENT, Build1, Build2, Build3, TwoActivities, worker

_TYPED = [one for one in printed_commands() if one.page == "upgrades.md" and one.whole]
_TEMPORAL = shutil.which("temporal", path=str(Path(sys.executable).parent)) or "temporal"

Handle = WorkflowHandle[object, list[str]]


class Operator:
    """Somebody with a terminal, who types what stands on the page and nothing else."""

    def __init__(self, temporal: WorkflowEnvironment, folder: Path) -> None:
        self._client = temporal.client
        self._folder = folder
        self._settings = {
            "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
            "TEMPORAL_DEPLOYMENT_NAME": DEPLOYMENT,
        }
        self.typed: set[Printed] = set()

    async def temporal(self, *words: str) -> str:
        """Type the command of Temporal's that has these words; what it prints."""
        [command] = [
            one
            for one in _TYPED
            if one.program == "temporal" and all(word in str(one) for word in words)
        ]
        self.typed.add(command)
        process = await asyncio.create_subprocess_exec(
            _TEMPORAL,
            *command.arguments,
            env=environment(self._settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        return output.decode()

    async def counted(self, words: str) -> int:
        """Type the command that counts by a query with these words."""
        found = re.search(r"Total: (\d+)", await self.temporal("workflow count", words))
        assert found
        return int(found[1])

    async def until_counted(self, words: str, number: int) -> None:
        """Type it until it says this number: visibility follows a moment later."""

        async def is_so() -> None:
            assert await self.counted(words) == number

        await until(is_so, every_seconds=0.5)

    async def promote(self, *arguments: str, build_id: str) -> str:
        """Type `number-orders promote` in the environment of a build's container."""
        [command] = [
            one
            for one in _TYPED
            if one.program == "number-orders" and one.arguments == ("promote", *arguments)
        ]
        self.typed.add(command)
        settings = {**self._settings, "TEMPORAL_WORKER_BUILD_ID": build_id}
        ended = await run(self._folder, *command.arguments, **settings)
        assert ended.code == 0, ended.errors
        return ended.output

    async def until_pinned(self, handle: Handle, *, pinned: bool) -> None:
        """Wait until Temporal has worked through the batch that pins workflows, or lets them go."""

        async def is_so() -> None:
            description = (await handle.describe()).raw_description
            versioning = description.workflow_execution_info.versioning_info
            assert versioning.HasField("versioning_override") is pinned

        await until(is_so)
        assert "Completed" in await self.temporal("batch list")


async def test_page(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    """Builds take turns, go back and forth, and drop the old way, as the page says."""
    operator = Operator(temporal, tmp_path)
    async with worker(temporal.client, Build1, "1"), worker(temporal.client, Build2, "2"):
        await _take_turns(temporal, operator)
        pinned = await _go_back(temporal, operator)
        await operator.promote(build_id="2")
        await operator.temporal("update-options", "unspecified")
        await operator.until_pinned(pinned, pinned=False)
    async with worker(temporal.client, Build3, "3"):
        # The two that build 1 began, and that Temporal has not forgotten.
        await operator.until_counted("IS NULL OR", 2)
        await operator.promote(build_id="3")
        assert await _result(pinned) == ["new way", "new way"]
    assert await operator.counted("StartTime") == 0
    done_elsewhere = {("setup",), ("worker",)}
    assert operator.typed == {one for one in _TYPED if one.arguments not in done_elsewhere}


async def _take_turns(temporal: WorkflowEnvironment, operator: Operator) -> None:
    """The new build takes over what the old one began."""
    await operator.promote(build_id="1")
    waiting = await _begun(temporal, "taken over")
    said = await operator.promote(build_id="2")

    assert "The workers of build 1 take nothing more and can be stopped." in said
    assert re.search(r"CurrentVersionBuildID\s+2", await operator.temporal("describe"))
    # It keeps the old way, at the later call too.
    assert await _result(waiting) == ["old way", "old way"]
    assert await operator.counted("TemporalReportedProblems") == 0


async def _go_back(temporal: WorkflowEnvironment, operator: Operator) -> Handle:
    """Back to the old build, with what has the new one's mark pinned to that; one that waits."""
    ended, waits = [await _begun(temporal, name) for name in ("pinned", "pinned, and waits")]
    await operator.until_counted('"Running" AND TemporalChangeVersion', 2)
    await operator.temporal("update-options", "pinned")
    for handle in (ended, waits):
        await operator.until_pinned(handle, pinned=True)
    forgotten = await _begun(temporal, "not pinned")
    await operator.promote("--build-id", "1", build_id="2")

    begun_now = await _begun(temporal, "without a mark")
    assert await _result(begun_now) == ["old way", "old way"]
    assert await _result(ended) == ["new way", "new way"]

    # The old build does not know its mark, and refuses it again and again. Nothing is lost.
    await forgotten.signal(TwoActivities.go_on)
    await operator.until_counted("TemporalReportedProblems", 1)
    await operator.promote(build_id="2")
    assert await forgotten.result() == ["new way", "new way"]
    await operator.promote("--build-id", "1", build_id="2")
    return waits


async def _begun(temporal: WorkflowEnvironment, name: str) -> Handle:
    """A workflow that waits for a person."""
    handle: Handle = await temporal.client.start_workflow(
        WORKFLOW_TYPE, id=name, task_queue=TASK_QUEUE, result_type=list[str]
    )

    async def it_waits() -> None:
        assert len(await handle.query(TwoActivities.ways)) == 1

    await until(it_waits)
    return handle


async def _result(handle: Handle) -> list[str]:
    """How it ends once a person has decided."""
    await handle.signal(TwoActivities.go_on)
    return await handle.result()
