"""A disaster, and the ways back from it that docs/runbook.md describes."""

import asyncio
import shutil
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath

import httpx
import pytest

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.starters.orders import OrderHandle
from number_orders.workflows.contract import WORKFLOW_TYPE
from number_orders.workflows.messages import Cancellation, Completed, Resolution
from number_orders.workflows.models import Deadlines, OrderStatus
from number_orders.workflows.number_order import NumberOrder
from tests.compose.composed_system import BUILD, ComposedSystem
from tests.support.command import run
from tests.support.ends import result_of_either_end
from tests.support.processes import until_answers, until_connected
from tests.support.until import LONG_ENOUGH_SECONDS, until

pytestmark = pytest.mark.long

WAITING = ["waiting-1", "waiting-2"]
"""Approved and placed after Temporal's backup."""
PLACING = ["placing-1", "placing-2"]
"""TENIOS has the order at Temporal's backup, and has not answered yet."""
PLACED = ["placed-1", "placed-2"]
"""Await their push at Temporal's backup."""
MEANWHILE = ["meanwhile-1"]
"""Like these, but their push comes while Temporal is away."""
CANCELLED = ["cancelled-1"]
"""Cancelled after Temporal's backup."""
LATER = ["later-1", "later-2"]
"""Started after Temporal's backup."""
SOON = Deadlines(completion=timedelta(seconds=10))
"""So that no order waits a day for its lost push."""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    folder.mkdir()
    return folder


async def test_temporal_is_lost(system: ComposedSystem, backup: Path) -> None:
    """With Temporal's backup and the store as it is, no order is sent again, and each ends."""
    waiting, placing, placed, meanwhile, cancelled = [
        await system.order_numbers(locations, deadlines=SOON)
        for locations in (WAITING, PLACING, PLACED, MEANWHILE, CANCELLED)
    ]
    await system.until_approvable([*waiting, *placing, *placed, *meanwhile, *cancelled])
    await _behave(system, placing, answer_latency_seconds=5)
    await _behave(system, placed, push={"delay_seconds": 5})
    await _behave(system, meanwhile, push={"times": 0})
    await system.approve([*placed, *meanwhile])
    await _until([*placed, *meanwhile], OrderStatus.AWAITING_COMPLETION)
    await system.approve(placing)
    await _until_posts(system, len([*placed, *meanwhile, *placing]))
    system.services.end("sandbox", signal.SIGSTOP)
    await _until(placing, OrderStatus.PLACING_ORDER)
    await _until(placed, OrderStatus.AWAITING_COMPLETION)
    _copy_temporal(system, backup)
    system.services.end("sandbox", signal.SIGCONT)

    await system.approve(waiting)
    for handle in cancelled:
        await handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="a test"))
    later = await system.order_numbers(LATER, deadlines=SOON)
    await system.approve(later)
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended = [await handle.result() for handle in (*waiting, *placing, *placed, *later)]
    assert {result.outcome for result in ended} == {OrderStatus.COMPLETED}

    _kill(system, "worker-1", "worker-2", "temporal")
    assert await _push(system, meanwhile) == [202] * len(meanwhile)
    await _restore_temporal(system, backup)
    await _start_again(system, "worker-1", "worker-2")

    assert await _unknown_to_temporal(system) == {handle.id for handle in later}
    await _until([*waiting, *cancelled], OrderStatus.AWAITING_APPROVAL)
    # Approvals and cancellations since the backup are to be given again.
    await system.approve(waiting)
    for handle in cancelled:
        await handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="a test"))
    # Pushes since the backup are lost.
    await _until([*waiting, *placing, *placed], OrderStatus.OVERDUE)
    # Orders since the backup are to be started again, and ask whether the earlier one is wanted.
    later = await system.order_numbers(LATER)
    await system.approve(later)
    await _until(later, OrderStatus.OUTCOME_UNKNOWN)
    at_tenios = {str(row["id"]): str(row["phone_number"]) for row in await system.rows("orders")}
    for handle in later:
        reason = (await handle.query(NumberOrder.status)).reason or ""
        assert any(f"order {order_id}," in reason for order_id in at_tenios)
    await _resolve(system, [*waiting, *placing, *placed, *later])
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended_again = [await handle.result() for handle in (*waiting, *placing, *placed, *later)]
        by_push = [await handle.result() for handle in meanwhile]
        given_up = [await result_of_either_end(handle) for handle in cancelled]

    assert {result.outcome for result in (*ended_again, *by_push)} == {OrderStatus.COMPLETED}
    assert {result.outcome for result in given_up} == {OrderStatus.CANCELLED}
    assert {result.phone_number for result in ended_again} == {
        result.phone_number for result in ended
    }
    posts = Counter(await _posts(system))
    assert set(posts.values()) == {1}
    assert len(posts) == len([*ended, *by_push])


async def test_the_store_is_lost_too(system: ComposedSystem, backup: Path) -> None:
    """Where the store's copy lacks attempts, fenced orders ask before they are sent again."""
    waiting = await system.order_numbers(WAITING)
    placing = await system.order_numbers(PLACING)
    await system.until_approvable([*waiting, *placing])
    shutil.copytree(_store_folder(system), backup / "evidence")
    await _behave(system, placing, answer_latency_seconds=5)
    await system.approve(placing)
    await _until_posts(system, len(placing))
    system.services.end("sandbox", signal.SIGSTOP)
    await _until(placing, OrderStatus.PLACING_ORDER)
    _copy_temporal(system, backup)
    system.services.end("sandbox", signal.SIGCONT)
    await system.approve(waiting)
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended = [await handle.result() for handle in (*waiting, *placing)]

    _kill(system, "worker-1", "worker-2", "bridge-1", "bridge-2", "temporal")
    shutil.rmtree(_store_folder(system))
    shutil.copytree(backup / "evidence", _store_folder(system))
    await _restore_temporal(system, backup)
    fenced = await run(backup, "fence", **system.services.environment("cli", BUILD))
    assert (fenced.code, fenced.output.split()[0]) == (0, str(len([*waiting, *placing])))
    await _start_again(system, "bridge-1", "bridge-2", "worker-1", "worker-2")
    await system.approve(waiting)
    await _until([*waiting, *placing], OrderStatus.OUTCOME_UNKNOWN)
    await _resolve(system, [*waiting, *placing])
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended_again = [await handle.result() for handle in (*waiting, *placing)]

    assert [result.phone_number for result in ended_again] == [
        result.phone_number for result in ended
    ]
    assert set(Counter(await _posts(system)).values()) == {1}


async def _behave(system: ComposedSystem, handles: list[OrderHandle], **behaviour: object) -> None:
    """Let TENIOS take these orders in its own way, so that the backup meets them in it."""
    for verification_id in await system.until_approvable(handles):
        told = {"path": "/number/order", "verification_id": verification_id, **behaviour}
        (await system.sandbox.post("/_sandbox/behaviours", json=told)).raise_for_status()


async def _until(handles: list[OrderHandle], status: OrderStatus) -> None:
    for handle in handles:
        await until(partial(_has, handle, status), every_seconds=0.1)


async def _has(handle: OrderHandle, status: OrderStatus) -> None:
    assert (await handle.query(NumberOrder.status)).status is status


async def _posts(system: ComposedSystem) -> list[str]:
    """The callback addresses of all orders that were sent: an order has one of its own."""
    return [
        row["body"]["push_url"]  # type: ignore[index]
        for row in await system.rows("ledger")
        if row["path"] == "/number/order"
    ]


async def _until_posts(system: ComposedSystem, count: int) -> None:
    async def are_sent() -> None:
        assert len(await _posts(system)) >= count

    await until(are_sent)


def _store_folder(system: ComposedSystem) -> Path:
    return Path(system.services.store_url.removeprefix("file://"))


def _copy_temporal(system: ComposedSystem, backup: Path) -> None:
    """A consistent copy of a database that is in use, as pg_dump makes one."""
    with (
        closing(sqlite3.connect(system.services.folder / "temporal.db")) as source,
        closing(sqlite3.connect(backup / "temporal.db")) as copy,
    ):
        source.backup(copy)


def _kill(system: ComposedSystem, *services: str) -> None:
    for service in services:
        system.services.end(service, signal.SIGKILL)


async def _restore_temporal(system: ComposedSystem, backup: Path) -> None:
    for file in system.services.folder.glob("temporal.db*"):
        file.unlink()
    shutil.copy(backup / "temporal.db", system.services.folder)
    system.services.start_engine()
    await until_connected()


async def _start_again(system: ComposedSystem, *services: str) -> None:
    for service in services:
        system.services.start(service, BUILD)
    await system.services.run("promote", BUILD)
    for name in ("bridge-1", "bridge-2"):
        await until_answers(f"{system.services.bridge_url(name)}/health/ready")


async def _unknown_to_temporal(system: ComposedSystem) -> set[str]:
    """The orders of which only the attempt ledger tells."""
    attempts = await EvidenceStore.open(system.services.store_url).list("attempts")
    query = f"WorkflowType = '{WORKFLOW_TYPE}'"
    known = {order.id async for order in system.client.list_workflows(query)}
    return {PurePosixPath(key).parent.name for key in attempts} - known


async def _push(system: ComposedSystem, handles: list[OrderHandle]) -> list[int]:
    """TENIOS completes these orders now; returns the answers to its pushes."""
    answers = []
    async with httpx.AsyncClient(trust_env=False, timeout=LONG_ENOUGH_SECONDS) as http:
        for handle in handles:
            url, order_id, phone_number = await _at_tenios(system, handle)
            push = {"order_id": order_id, "phone_number": phone_number}
            answers.append((await http.post(url, json=push)).status_code)
    return answers


async def _resolve(system: ComposedSystem, handles: list[OrderHandle]) -> None:
    """Somebody looks the numbers up at TENIOS."""
    for handle in handles:
        _, _, phone_number = await _at_tenios(system, handle)
        finding = Completed(phone_number=phone_number)
        resolution = Resolution(finding=finding, resolved_by="a test")
        await handle.execute_update(NumberOrder.resolve_order, resolution)


async def _at_tenios(system: ComposedSystem, handle: OrderHandle) -> tuple[str, str, str]:
    """An order's callback address, id and number, as TENIOS has them."""
    path = CallbackKeys.parse(system.services.bridge_keys).callback(handle.id).path
    return next(
        (str(row["push_url"]), str(row["id"]), str(row["phone_number"]))
        for row in await system.rows("orders")
        if str(row["push_url"]).endswith(path)
    )
