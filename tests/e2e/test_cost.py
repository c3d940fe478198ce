"""What an ordinary order asks of Temporal: it does not depend on the machine, so it is counted."""

from collections import Counter

from temporalio.api.enums.v1 import EventType

from tests.support.order_driver import OrderDriver

_PREFIX = "EVENT_TYPE_"
_TASKS = "WORKFLOW_TASK_"


async def _events(driver: OrderDriver) -> Counter[str]:
    """The events by kind; how many workflow tasks an order takes depends on who was faster."""
    await driver.result()
    history = await driver.handle.fetch_history()
    kinds = (EventType.Name(event.event_type).removeprefix(_PREFIX) for event in history.events)
    return Counter(kind for kind in kinds if not kind.startswith(_TASKS))


async def test_ordinary_order(driver: OrderDriver) -> None:
    """Two calls, two signals, the reminder's and the push's timer, and three visibility writes.

    The fourth is the close's own. No timer stands beside a call that comes through, and no list
    shows the status of a moment.
    """
    await driver.placed()
    await driver.complete()

    assert await _events(driver) == {
        "WORKFLOW_EXECUTION_STARTED": 1,
        "ACTIVITY_TASK_SCHEDULED": 2,
        "ACTIVITY_TASK_STARTED": 2,
        "ACTIVITY_TASK_COMPLETED": 2,
        "WORKFLOW_EXECUTION_SIGNALED": 2,
        "TIMER_STARTED": 2,
        "TIMER_CANCELED": 2,
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": 3,
        "WORKFLOW_EXECUTION_COMPLETED": 1,
    }
