"""Who asks Temporal for work, and with which evidence store."""

import re
from collections.abc import Sequence
from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from runtime.errors import UserError
from workflows.contract import TASK_QUEUE

_STORE = re.compile(r" store ([0-9a-f]{8})$")


# A worker without work polls again after a minute. Temporal lists it for five.
POLLS_AT_LEAST_EVERY = timedelta(seconds=90)


async def pollers(client: Client, kind: TaskQueueType.ValueType) -> Sequence[PollerInfo]:
    """All that polled for work of one kind within the last minutes."""
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=TASK_QUEUE),
            task_queue_type=kind,
        )
    )
    return answer.pollers


def store_of(identity: str) -> str | None:
    """The fingerprint of a worker's store, which the worker carries in its identity."""
    found = _STORE.search(identity)
    return found[1] if found else None


async def check_store(client: Client, store: str) -> None:
    """Raise a `UserError` if there are workers and none of them has this store.

    They would refuse an order that was started with it, even to cancel it.
    """
    polling = await pollers(client, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
    theirs = {found for poller in polling if (found := store_of(poller.identity))}
    if theirs and store not in theirs:
        raise UserError(
            f"STORE_URL: this command's evidence store ({store}) is not the workers'"
            f" ({', '.join(sorted(theirs))}), which would refuse the order: set it as"
            " it is set for them; nothing was started"
        )
