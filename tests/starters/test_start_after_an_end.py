"""What `start_number_order` makes of an order that has ended, and of one that ends meanwhile."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from number_orders.workflows.contract import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from number_orders.workflows.models import OrderStatus
from tests.histories import ended
from tests.histories.scenario import Way
from tests.starters.test_start import start
from tests.support.order_driver import OrderDriver


async def _runs(driver: OrderDriver) -> int:
    """How often Temporal has begun the order."""
    query = f"WorkflowId = '{workflow_id(driver.location_id)}'"
    return (await driver.temporal.client.count_workflows(query)).count


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    "way",
    [ended.no_round_left, ended.no_grace, ended.before_the_order, ended.by_the_push],
    ids=lambda way: way.__name__,
)
async def test_order_that_has_ended(driver: OrderDriver, way: Way, *, again: bool) -> None:
    """An order that ended by itself is returned, and never started anew, whatever is said."""
    await way(driver)
    result = await driver.result()
    started = await start(driver, again=again)
    assert not started.created
    assert started.existing is not None
    assert started.existing.end is not None
    assert started.existing.end.result == result
    assert await _runs(driver) == 1


async def _nothing(driver: OrderDriver) -> None:
    """Nobody has started the location's order yet."""


async def _terminated(driver: OrderDriver) -> None:
    await start(driver)
    await driver.handle.terminate()


async def _no_order(driver: OrderDriver) -> None:
    handle = await driver.temporal.client.start_workflow(
        WORKFLOW_TYPE, {}, id=workflow_id(driver.location_id), task_queue=TASK_QUEUE
    )
    with pytest.raises(Exception, match="Workflow execution failed"):
        await handle.result()


@pytest.mark.parametrize("before", [_nothing, _terminated, _no_order])
async def test_order_that_ends_meanwhile(
    driver: OrderDriver,
    monkeypatch: pytest.MonkeyPatch,
    before: Callable[[OrderDriver], Awaitable[None]],
) -> None:
    """An order that somebody starts and cancels between our look and our start is left alone."""
    await before(driver)
    keep = driver.store.keep_document

    async def keep_slowly(*document: Any) -> Any:
        monkeypatch.undo()
        assert (await start(driver, again=True)).created
        await driver.until(OrderStatus.AWAITING_APPROVAL)
        await driver.cancel()
        await driver.result()
        return await keep(*document)

    monkeypatch.setattr(driver.store, "keep_document", keep_slowly)
    ours = await start(driver, again=True)
    assert not ours.created
    assert ours.existing is not None
    assert ours.existing.status == OrderStatus.CANCELLED
