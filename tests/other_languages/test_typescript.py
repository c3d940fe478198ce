"""An order by Temporal's TypeScript client, which knows nothing of ours but docs/messages.md."""

import asyncio
import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
from tests.support.command import environment, run
from tests.support.order_driver import PDF, OrderDriver
from tests.support.until import LONG_ENOUGH_SECONDS, until

HERE = Path(__file__).parent
REJECTED = {"approved": False, "decided_by": "ann", "reason": "unreadable"}
APPROVED = {"approved": True, "decided_by": "ann"}


def tool(name: str) -> str:
    """The path of a program of Node's."""
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"{name} is not installed: Node 20 or newer brings node and npm")
    return path


@pytest.fixture
async def program(tmp_path: Path) -> Path:
    """The program, with what it depends on installed beside it."""
    folder = tmp_path / "program"
    folder.mkdir()
    for name in ("order.mjs", "package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    installing = await asyncio.create_subprocess_exec(
        *(tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        said, _ = await installing.communicate()
    assert installing.returncode == 0, said.decode()
    return folder / "order.mjs"


class Ordering:
    """The program about one order, and the people at TENIOS and at the keyboard."""

    def __init__(self, process: asyncio.subprocess.Process, sandbox: httpx.AsyncClient) -> None:
        self._process = process
        self._sandbox = sandbox

    async def waits_for(self) -> str:
        """What the program says that the order waits for, or why it ended."""
        assert self._process.stderr is not None
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            return (await self._process.stderr.readline()).decode().strip()

    async def decided(self, verification_id: str | None, decision: dict[str, Any]) -> None:
        """TENIOS decides, and somebody tells the program."""
        word = "approve" if decision["approved"] else "reject"
        done = await self._sandbox.post(f"/_sandbox/verifications/{verification_id}/{word}")
        assert done.json() == {"done": True}
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(decision)}\n".encode())

    async def told(self) -> Any:
        """What the program printed, once it has ended."""
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            output, errors = await self._process.communicate()
        assert self._process.returncode == 0, errors.decode()
        return json.loads(output)


async def reference(folder: Path, store_url: str, pdf: bytes) -> str:
    """What `document put` prints of a document."""
    (folder / "proof.pdf").write_bytes(pdf)
    arguments = ("document", "put", "proof.pdf", "--type", "CONTRACT")
    put = await run(folder, *arguments, STORE_URL=store_url)
    assert put.code == 0, put.errors
    return put.output


async def corrected(driver: OrderDriver) -> OrderSnapshot:
    """The order, waiting for its second approval."""
    snapshot = await driver.status()
    assert snapshot.status is OrderStatus.AWAITING_APPROVAL
    assert len(snapshot.earlier_verification_ids) == 1
    return snapshot


async def attributes(driver: OrderDriver) -> set[str]:
    """Those of our search attributes that the order has."""
    described = (await driver.handle.describe()).typed_search_attributes
    return {key.name for key in contract.SEARCH_ATTRIBUTES if key in described}


@pytest.mark.long
async def test_order(
    program: Path, driver: OrderDriver, tmp_path: Path, sandbox_url: str, store_url: str
) -> None:
    """It starts, rejects, corrects, approves and awaits an order, which is as whole as ours."""
    await driver.store.identity()
    address = driver.temporal.client.service_client.config.target_host
    settings = {"TEMPORAL_ADDRESS": address, "STORE_URL": store_url}
    first = await reference(tmp_path, store_url, PDF)
    better = await reference(tmp_path, store_url, PDF + b"% better")
    process = await asyncio.create_subprocess_exec(
        *(tool("node"), program, driver.location_id, first, better),
        env=environment({"TEMPORAL_ADDRESS": address}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    driver.handle = driver.typed_handle()
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as sandbox:
        ordering = Ordering(process, sandbox)
        waits_for = await ordering.waits_for()
        rejected = await driver.until(OrderStatus.AWAITING_APPROVAL)
        assert waits_for == rejected.waits_for
        await ordering.decided(rejected.verification_id, REJECTED)
        approved = await until(partial(corrected, driver))
        await ordering.decided(approved.verification_id, APPROVED)
        await driver.until(OrderStatus.AWAITING_COMPLETION)

    all_of_them = {key.name for key in contract.SEARCH_ATTRIBUTES} - {contract.NEEDS_PERSON.name}
    assert await attributes(driver) == all_of_them - {contract.PHONE_NUMBER.name}
    await driver.complete()
    told = await ordering.told()
    assert await attributes(driver) == all_of_them - {contract.DUE_AT.name}

    result = NumberOrderResult.model_validate(told["result"])
    snapshot = await driver.status()
    assert result.outcome is snapshot.status is OrderStatus.COMPLETED
    assert result.earlier_verification_ids == (rejected.verification_id,)
    same = NumberOrderResult.model_fields.keys() & snapshot.model_dump().keys()
    assert {"phone_number", "order_id", "verification_id"} < same
    assert result.model_dump(include=same) == snapshot.model_dump(include=same)
    assert snapshot.document_sha256 == json.loads(better)["document"]["sha256"]

    metadata: WorkflowMetadata = await driver.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    assert f"{driver.location_id}: Köln (221)" in metadata.current_details
    listed = await run(tmp_path, "list", "--batch-id", "spring", **settings)
    assert driver.location_id in listed.output
    assert str(result.phone_number) in listed.output
    shown = await run(tmp_path, "status", driver.location_id, **settings)
    assert (shown.code, shown.errors) == (0, "")
    assert str(result.phone_number) in shown.output

    assert told["refused"]["type"] == contract.NOT_AN_ORDER
    assert f"is {driver.handle.id}, not {driver.handle.id}-copy" in told["refused"]["message"]
