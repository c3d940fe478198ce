"""Orders in odd states, in a Temporal of their own."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from number_orders.workflows.contract import (
    ORDER_STATUS,
    TASK_QUEUE,
    VERIFICATION_ID,
    WORKFLOW_TYPE,
    workflow_id,
)
from tests.support.command import Run, run

TEMPORAL = str(Path(sys.executable).parent / "temporal")
SECRET = "Geheimstrasse 4"


@workflow.defn(name=WORKFLOW_TYPE)
class Odd:
    """An order's stand-in that fails, ends or goes on in a new run, as its argument says."""

    def __init__(self) -> None:
        self._poked = False

    @workflow.run
    async def run(self, way: str) -> None:
        if way == "again":
            workflow.continue_as_new("wait")
        await workflow.wait_condition(lambda: self._poked)
        if way == "fail":
            raise RuntimeError(SECRET)

    @workflow.signal
    def poke(self) -> None:
        self._poked = True


@dataclass(frozen=True)
class Odds:
    """A Temporal in which orders have odd states: in one namespace the stand-in runs."""

    address: str
    client: Client
    still: Client
    """Of a namespace where no worker runs."""

    async def start(
        self, client: Client, location_id: str, way: str, verification_id: str | None = "v-1"
    ) -> None:
        """Start an order that says that it awaits approval."""
        attributes = [SearchAttributePair(ORDER_STATUS, "awaiting_approval")]
        if verification_id is not None:
            attributes.append(SearchAttributePair(VERIFICATION_ID, verification_id))
        await client.start_workflow(
            WORKFLOW_TYPE,
            way,
            id=workflow_id(location_id),
            task_queue=TASK_QUEUE,
            search_attributes=TypedSearchAttributes(attributes),
        )

    async def tool(self, client: Client, *arguments: str) -> str:
        """Temporal's own command."""
        process = await asyncio.create_subprocess_exec(
            TEMPORAL, *arguments, "--address", self.address, "--namespace", client.namespace,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        return output.decode()

    async def run(self, folder: Path, client: Client, *arguments: str) -> Run:
        """Our command."""
        return await run(
            folder,
            *arguments,
            TEMPORAL_ADDRESS=self.address,
            TEMPORAL_NAMESPACE=client.namespace,
            STORE_URL=(folder / "evidence").as_uri(),
        )
