"""An upgrade under running orders, with the services of docker-compose.yml."""

import asyncio
import signal
from collections import Counter

import pytest
from temporalio.worker import Replayer

from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.store import EvidenceStore
from number_orders.starters.orders import OrderHandle, order_handle
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from tests.compose.composed_system import BUILD as OLD
from tests.compose.composed_system import ComposedSystem
from tests.support.processes import until_answers
from tests.support.until import LONG_ENOUGH_SECONDS

pytestmark = pytest.mark.long

NEW = "2026-11-25"
BEFORE = [f"before-{n:02}" for n in range(25)]
"""Locations whose orders go through while everything is replaced."""
ACROSS = [f"across-{n:02}" for n in range(25)]
"""Locations whose orders wait for their approval meanwhile, so that both builds work on them."""


async def test_rolling_upgrade(system: ComposedSystem) -> None:
    """Every order is completed once, though each service is killed, replaced or upgraded."""
    services = system.services
    before = await system.order_numbers(BEFORE)
    across = await system.order_numbers(ACROSS)
    await system.until_approvable(across)
    approving = asyncio.create_task(system.approve(before))

    # One worker after the other: stopped as an upgrade does it, and killed.
    await services.stop("worker-1")
    services.start("worker-1", NEW)
    services.end("bridge-1", signal.SIGKILL)
    services.start("bridge-1", NEW)
    await services.run("promote", NEW)
    services.end("worker-2", signal.SIGKILL)
    services.start("worker-2", NEW)
    await until_answers(f"{services.bridge_url('bridge-1')}/health/ready")
    await services.stop("bridge-2")
    services.start("bridge-2", NEW)

    await approving
    await system.approve(across)
    await services.run("first-order", NEW)
    handles = [*before, *across, order_handle(system.client, "koeln-01")]
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        results = [await handle.result() for handle in handles]

    assert {result.outcome for result in results} == {OrderStatus.COMPLETED}
    posts = Counter(
        row["body"]["verification_id"]  # type: ignore[index]
        for row in await system.rows("ledger")
        if row["path"] == "/number/order"
    )
    assert posts == Counter(result.verification_id for result in results), "one order each"
    assert len({result.phone_number for result in results}) == len(handles)
    kept = KeptPushes(EvidenceStore.open(services.store_url))
    assert not await kept.ids("pending")
    assert not await kept.ids("dead")
    assert services.ended() == ["setup", "promote", "first-order"]

    assert await system.current_build() == NEW
    await system.until_drained(OLD)
    for handle in across:
        assert await _builds(handle) == {OLD, NEW}


async def _builds(handle: OrderHandle) -> set[str]:
    """The builds that worked on an order, whose history must replay on the code as it is."""
    history = await handle.fetch_history()
    replayer = Replayer(workflows=[NumberOrder], data_converter=WORKFLOW_DATA_CONVERTER)
    await replayer.replay_workflow(history)
    return {
        event.workflow_task_completed_event_attributes.deployment_version.build_id
        for event in history.events
        if event.HasField("workflow_task_completed_event_attributes")
    }
