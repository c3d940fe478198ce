"""Calls to TENIOS that somebody paused or changed with Temporal's own command."""

import asyncio
import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from number_orders.activities.notifications import Notifications
from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.activities.tenios import TeniosCalls
from number_orders.administration.doctor.finding import Finding, Level
from number_orders.administration.doctor.orders import orders
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.starters import start_number_order
from number_orders.starters.executions import describe
from number_orders.starters.standstill import failed_calls, standstills
from number_orders.tenios.client import TeniosClient
from number_orders.worker.main import running_worker
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.models import DocumentType
from tests.conftest import BRIDGE_KEYS
from tests.support.command import run
from tests.support.order_driver import PDF, order_input
from tests.support.until import until

TEMPORAL = shutil.which("temporal", path=str(Path(sys.executable).parent)) or "temporal"
NAMESPACE = "calls-changed"


async def _tool(client: Client, arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        TEMPORAL,
        *shlex.split(arguments),
        *("--address", client.service_client.config.target_host, "--namespace", client.namespace),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


@pytest.fixture
async def client(temporal: WorkflowEnvironment, tmp_path: Path, store: EvidenceStore) -> Client:
    """A client of a namespace with a worker that does not reach TENIOS."""
    address = temporal.client.service_client.config.target_host
    settings = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": NAMESPACE}
    made = await run(tmp_path, "setup", **settings)
    assert made.code == 0, made.errors
    return await Client.connect(
        address,
        namespace=NAMESPACE,
        data_converter=temporal.client.data_converter,
    )


@pytest.mark.parametrize(
    "case",
    [
        ("activity pause", "submit_verification is paused in Temporal since"),
        ("activity update-options --task-queue elsewhere", "moved to the task queue elsewhere"),
        (
            "activity update-options --schedule-to-close-timeout 1h --retry-maximum-attempts 900",
            "schedule-to-close-timeout 1:00:00 instead of 2 days, 0:00:00, retry-maximum-attempts",
        ),
    ],
)
async def test_changed_call(
    tmp_path: Path,
    client: Client,
    store: EvidenceStore,
    location_id: str,
    case: tuple[str, str],
) -> None:
    """Status and doctor name what was changed, and the command that they print undoes it."""
    change, says = case
    order = order_input(location_id, await store.keep_document(PDF, DocumentType.CONTRACT))
    which = f" --workflow-id {workflow_id(location_id)} --activity-id 1"

    async def has_failed() -> list[str]:
        failed = failed_calls((await describe(client, workflow_id(location_id))).raw)
        assert failed
        return failed

    async def is_found() -> Finding:
        found = [one for one in await orders(client) if location_id in one.found]
        assert found
        return found[0]

    async def is_undone() -> None:
        execution = await describe(client, workflow_id(location_id))
        assert [said for said in await standstills(client, execution) if says in said] == []

    async with TeniosClient(base_url="http://127.0.0.1:1", access_key=SecretStr("k")) as tenios:
        calls = TeniosCalls(
            tenios,
            store,
            CallbackKeys.parse(BRIDGE_KEYS),
            "https://a.example",
            Messenger(SecretStr("")),
        )
        notifications = Notifications(Messenger(SecretStr("")))
        async with running_worker(
            client, calls, SharedVerifications(store), notifications, calls_per_second=1000
        ):
            await start_number_order(client, order, store)
            await until(has_failed)
            await _tool(client, change + which)
            shown = await run(
                tmp_path,
                *("status", location_id, "--json"),
                TEMPORAL_ADDRESS=client.service_client.config.target_host,
                TEMPORAL_NAMESPACE=client.namespace,
            )
            [failure] = [one for one in json.loads(shown.output)["failures"] if says in one]
            found = await until(is_found)
            assert (found.level, says in found.found) == (Level.WARN, True)

            command = re.search(r"temporal (activity .*)$", failure)
            assert command
            await _tool(client, command[1])
            await until(is_undone)
            # The words of a failure that Temporal found too long are not lost.
            assert "No connection to TENIOS" in (await until(has_failed))[0]
            await client.get_workflow_handle(workflow_id(location_id)).terminate()
