"""Who asks Temporal for work, and with which settings."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TypeVar

from temporalio.api.enums.v1 import TaskQueueType, WorkerStatus
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, ListWorkersRequest
from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.runtime.worker_identity import settings_of
from number_orders.starters.errors import NotAnswered, StoreDiffers
from number_orders.workflows.contract import TASK_QUEUE, TENIOS_TASK_QUEUE


class Work(Enum):
    """What workers ask for: the task queue, and what of it."""

    ORDERS = (TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
    CALLS_TO_TENIOS = (TENIOS_TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
    OTHER_ACTIVITIES = (TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ").replace("tenios", "TENIOS")


# A worker without work polls again after a minute. Temporal lists it for five.
POLLS_AT_LEAST_EVERY = timedelta(seconds=90)

_SOON_SECONDS = 1.0
_Answer = TypeVar("_Answer")

_STOPPING = (WorkerStatus.WORKER_STATUS_SHUTTING_DOWN, WorkerStatus.WORKER_STATUS_SHUTDOWN)


async def pollers(client: Client, work: Work) -> Sequence[PollerInfo]:
    """All that polled for this work within the last minutes."""
    queue, kind = work.value
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
        )
    )
    return answer.pollers


async def stopped(client: Client) -> frozenset[str]:
    """The identities of workers that said they take nothing more; not all servers keep that."""
    try:
        answer = await client.workflow_service.list_workers(
            ListWorkersRequest(
                namespace=client.namespace, query=f"TaskQueue = '{TASK_QUEUE}'", page_size=1000
            )
        )
    except RPCError:
        return frozenset()
    stopping = {worker.worker_identity for worker in answer.workers if worker.status in _STOPPING}
    # A container that was started again has the name that it had before.
    return frozenset(stopping) - {
        worker.worker_identity for worker in answer.workers if worker.status not in _STOPPING
    }


async def live_pollers(client: Client, work: Work) -> Sequence[PollerInfo]:
    """Those that will take work: they polled lately, and have not been told to stop."""
    since = datetime.now(UTC) - POLLS_AT_LEAST_EVERY
    gone = await stopped(client)
    return [
        poller
        for poller in await pollers(client, work)
        if poller.identity not in gone and poller.last_access_time.ToDatetime(UTC) > since
    ]


async def answered(client: Client, asked: Awaitable[_Answer]) -> _Answer:
    """What a worker answers.

    Raises:
        NotAnswered: There is no answer after a second, and no worker asks for work.
    """
    asking = asyncio.ensure_future(asked)
    try:
        done, _ = await asyncio.wait([asking], timeout=_SOON_SECONDS)
        if not done and not await live_pollers(client, Work.ORDERS):
            raise NotAnswered("no worker asks for work")
        return await asking
    finally:
        asking.cancel()


async def check_store(client: Client, store: str) -> None:
    """Raise `StoreDiffers` if there are workers and none of them has this store.

    They would refuse an order that was started with it, even to cancel it.
    """
    polling = await pollers(client, Work.CALLS_TO_TENIOS)
    theirs = {found for poller in polling if (found := settings_of(poller.identity).get("store"))}
    if theirs and store not in theirs:
        raise StoreDiffers(
            f"STORE_URL: this command's evidence store ({store}) is not the workers'"
            f" ({', '.join(sorted(theirs))}), which would refuse the order: set STORE_URL as it"
            " is set for them, or as number-orders dev prints it; nothing was started"
        )
