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
from tests.compose.town import BUILD, Town
from tests.support.command import run
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


async def test_temporal_is_lost(town: Town, backup: Path) -> None:
    """With Temporal's backup and the store as it is, no order is sent again, and each ends."""
    waiting, placing, placed, meanwhile, cancelled = [
        await town.order_numbers(locations, deadlines=SOON)
        for locations in (WAITING, PLACING, PLACED, MEANWHILE, CANCELLED)
    ]
    await town.until_approvable([*waiting, *placing, *placed, *meanwhile, *cancelled])
    await _behave(town, placing, answer_latency_seconds=5)
    await _behave(town, placed, push={"delay_seconds": 5})
    await _behave(town, meanwhile, push={"times": 0})
    await town.approve([*placed, *meanwhile])
    await _until([*placed, *meanwhile], OrderStatus.AWAITING_COMPLETION)
    await town.approve(placing)
    await _until_posts(town, len([*placed, *meanwhile, *placing]))
    town.services.end("sandbox", signal.SIGSTOP)
    await _until(placing, OrderStatus.PLACING_ORDER)
    await _until(placed, OrderStatus.AWAITING_COMPLETION)
    _copy_temporal(town, backup)
    town.services.end("sandbox", signal.SIGCONT)

    await town.approve(waiting)
    for handle in cancelled:
        await handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="a test"))
    later = await town.order_numbers(LATER, deadlines=SOON)
    await town.approve(later)
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended = [await handle.result() for handle in (*waiting, *placing, *placed, *later)]
    assert {result.outcome for result in ended} == {OrderStatus.COMPLETED}

    _kill(town, "worker-1", "worker-2", "temporal")
    assert await _push(town, meanwhile) == [202] * len(meanwhile)
    await _restore_temporal(town, backup)
    await _start_again(town, "worker-1", "worker-2")

    assert await _unknown_to_temporal(town) == {handle.id for handle in later}
    await _until([*waiting, *cancelled], OrderStatus.AWAITING_APPROVAL)
    # Approvals and cancellations since the backup are to be given again.
    await town.approve(waiting)
    for handle in cancelled:
        await handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="a test"))
    # Pushes since the backup are lost.
    await _until([*waiting, *placing, *placed], OrderStatus.OVERDUE)
    # Orders since the backup are to be started again, and ask whether the earlier one is wanted.
    later = await town.order_numbers(LATER)
    await town.approve(later)
    await _until(later, OrderStatus.OUTCOME_UNKNOWN)
    at_tenios = {str(row["id"]): str(row["phone_number"]) for row in await town.rows("orders")}
    for handle in later:
        reason = (await handle.query(NumberOrder.status)).reason or ""
        assert any(f"order {order_id}," in reason for order_id in at_tenios)
    await _resolve(town, [*waiting, *placing, *placed, *later])
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended_again = [await handle.result() for handle in (*waiting, *placing, *placed, *later)]
        by_push = [await handle.result() for handle in meanwhile]
        given_up = [await handle.result() for handle in cancelled]

    assert {result.outcome for result in (*ended_again, *by_push)} == {OrderStatus.COMPLETED}
    assert {result.outcome for result in given_up} == {OrderStatus.CANCELLED}
    assert {result.phone_number for result in ended_again} == {
        result.phone_number for result in ended
    }
    posts = Counter(await _posts(town))
    assert set(posts.values()) == {1}
    assert len(posts) == len([*ended, *by_push])


async def test_the_store_is_lost_too(town: Town, backup: Path) -> None:
    """Where the store's copy lacks attempts, fenced orders ask before they are sent again."""
    waiting = await town.order_numbers(WAITING)
    placing = await town.order_numbers(PLACING)
    await town.until_approvable([*waiting, *placing])
    shutil.copytree(_store_folder(town), backup / "evidence")
    await _behave(town, placing, answer_latency_seconds=5)
    await town.approve(placing)
    await _until_posts(town, len(placing))
    town.services.end("sandbox", signal.SIGSTOP)
    await _until(placing, OrderStatus.PLACING_ORDER)
    _copy_temporal(town, backup)
    town.services.end("sandbox", signal.SIGCONT)
    await town.approve(waiting)
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended = [await handle.result() for handle in (*waiting, *placing)]

    _kill(town, "worker-1", "worker-2", "bridge-1", "bridge-2", "temporal")
    shutil.rmtree(_store_folder(town))
    shutil.copytree(backup / "evidence", _store_folder(town))
    await _restore_temporal(town, backup)
    fenced = await run(backup, "fence", **town.services.environment("cli", BUILD))
    assert (fenced.code, fenced.output.split()[0]) == (0, str(len([*waiting, *placing])))
    await _start_again(town, "bridge-1", "bridge-2", "worker-1", "worker-2")
    await town.approve(waiting)
    await _until([*waiting, *placing], OrderStatus.OUTCOME_UNKNOWN)
    await _resolve(town, [*waiting, *placing])
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        ended_again = [await handle.result() for handle in (*waiting, *placing)]

    assert [result.phone_number for result in ended_again] == [
        result.phone_number for result in ended
    ]
    assert set(Counter(await _posts(town)).values()) == {1}


async def _behave(town: Town, handles: list[OrderHandle], **behaviour: object) -> None:
    """Let TENIOS take these orders in its own way, so that the backup meets them in it."""
    for verification_id in await town.until_approvable(handles):
        told = {"path": "/number/order", "verification_id": verification_id, **behaviour}
        (await town.sandbox.post("/_sandbox/behaviours", json=told)).raise_for_status()


async def _until(handles: list[OrderHandle], status: OrderStatus) -> None:
    for handle in handles:
        await until(partial(_has, handle, status), every_seconds=0.1)


async def _has(handle: OrderHandle, status: OrderStatus) -> None:
    assert (await handle.query(NumberOrder.status)).status is status


async def _posts(town: Town) -> list[str]:
    """The callback addresses of all orders that were sent: an order has one of its own."""
    return [
        row["body"]["push_url"]  # type: ignore[index]
        for row in await town.rows("ledger")
        if row["path"] == "/number/order"
    ]


async def _until_posts(town: Town, count: int) -> None:
    async def are_sent() -> None:
        assert len(await _posts(town)) >= count

    await until(are_sent)


def _store_folder(town: Town) -> Path:
    return Path(town.services.store_url.removeprefix("file://"))


def _copy_temporal(town: Town, backup: Path) -> None:
    """A consistent copy of a database that is in use, as pg_dump makes one."""
    with (
        closing(sqlite3.connect(town.services.folder / "temporal.db")) as source,
        closing(sqlite3.connect(backup / "temporal.db")) as copy,
    ):
        source.backup(copy)


def _kill(town: Town, *services: str) -> None:
    for service in services:
        town.services.end(service, signal.SIGKILL)


async def _restore_temporal(town: Town, backup: Path) -> None:
    for file in town.services.folder.glob("temporal.db*"):
        file.unlink()
    shutil.copy(backup / "temporal.db", town.services.folder)
    town.services.start_engine()
    await until_connected()


async def _start_again(town: Town, *services: str) -> None:
    for service in services:
        town.services.start(service, BUILD)
    await town.services.run("promote", BUILD)
    for name in ("bridge-1", "bridge-2"):
        await until_answers(f"{town.services.bridge_url(name)}/health/ready")


async def _unknown_to_temporal(town: Town) -> set[str]:
    """The orders of which only the attempt ledger tells."""
    attempts = await EvidenceStore.open(town.services.store_url).list("attempts")
    query = f"WorkflowType = '{WORKFLOW_TYPE}'"
    known = {order.id async for order in town.client.list_workflows(query)}
    return {PurePosixPath(key).parent.name for key in attempts} - known


async def _push(town: Town, handles: list[OrderHandle]) -> list[int]:
    """TENIOS completes these orders now; returns the answers to its pushes."""
    answers = []
    async with httpx.AsyncClient(trust_env=False, timeout=LONG_ENOUGH_SECONDS) as http:
        for handle in handles:
            url, order_id, phone_number = await _at_tenios(town, handle)
            push = {"order_id": order_id, "phone_number": phone_number}
            answers.append((await http.post(url, json=push)).status_code)
    return answers


async def _resolve(town: Town, handles: list[OrderHandle]) -> None:
    """Somebody looks the numbers up at TENIOS."""
    for handle in handles:
        _, _, phone_number = await _at_tenios(town, handle)
        finding = Completed(phone_number=phone_number)
        resolution = Resolution(finding=finding, resolved_by="a test")
        await handle.execute_update(NumberOrder.resolve_order, resolution)


async def _at_tenios(town: Town, handle: OrderHandle) -> tuple[str, str, str]:
    """An order's callback address, id and number, as TENIOS has them."""
    path = CallbackKeys.parse(town.services.bridge_keys).callback(handle.id).path
    return next(
        (str(row["push_url"]), str(row["id"]), str(row["phone_number"]))
        for row in await town.rows("orders")
        if str(row["push_url"]).endswith(path)
    )
