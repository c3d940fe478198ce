"""Whoever asks a worker is told soon that there is none."""

from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from number_orders.starters.errors import NotAnswered
from number_orders.starters.orders import order_handle
from number_orders.starters.watching import snapshot
from number_orders.workflows.contract import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from tests.support.until import LONG_ENOUGH_SECONDS


async def test_no_worker(
    temporal: WorkflowEnvironment, location_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That no worker asks for work is known before the query's limit is over."""
    client = await Client.connect(
        temporal.client.service_client.config.target_host, namespace="deserted"
    )
    await client.start_workflow(
        WORKFLOW_TYPE, {}, id=workflow_id(location_id), task_queue=TASK_QUEUE
    )
    limit = timedelta(seconds=2 * LONG_ENOUGH_SECONDS)
    monkeypatch.setattr("number_orders.starters.watching._QUERY_LIMIT", limit)
    with pytest.raises(NotAnswered):
        await snapshot(client, order_handle(client, location_id))
