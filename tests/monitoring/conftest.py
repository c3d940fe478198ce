"""A system in which everything happened that an operator may have to see."""

import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.polling import NotYet
from number_orders.sandbox.app import create_app as create_sandbox
from number_orders.workflows.contract import (
    SEARCH_ATTRIBUTES,
    TASK_QUEUE,
    WORKFLOW_TYPE,
    workflow_id,
)
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.payloads import DATA_CONVERTER
from tests.conftest import ACCESS_KEY, BRIDGE_KEYS, serving
from tests.support.command import EXAMPLES
from tests.support.observed_system import Collector, ObservedSystem, free_address, observed
from tests.support.order_driver import order_input
from tests.support.ports import free_port
from tests.support.until import LONG_ENOUGH_SECONDS, until

TEMPORAL = str(Path(sys.executable).parent / "temporal")
KEYS = CallbackKeys.parse(BRIDGE_KEYS)


@pytest.fixture(scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ObservedSystem]:
    """The processes, after a day with every trouble; Temporal, sandbox and store are their own."""
    collector = Collector()
    sandbox = create_sandbox(
        access_keys=frozenset({ACCESS_KEY}), state_file=None, auto_seconds=None
    )
    async with (
        await WorkflowEnvironment.start_local(
            port=free_port(),
            dev_server_existing_path=TEMPORAL,
            data_converter=DATA_CONVERTER,
            search_attributes=SEARCH_ATTRIBUTES,
        ) as temporal,
        serving(sandbox) as sandbox_url,
        serving(collector.app) as collector_url,
        observed(
            tmp_path_factory.mktemp("observed"), temporal, sandbox_url, collector_url, collector
        ) as running,
    ):
        await _a_day(running)
        yield running


async def _a_day(system: ObservedSystem) -> None:
    await _completed(system)
    await _outcome_unknown(system)
    await _request_refused(system)
    await _cancelled(system)
    await _pushes_refused(system)
    await _dead_letter(system)
    await _failing_workflow_task(system)
    await system.driver("waiting").start()
    await _temporal_away(system)
    # They count at once what there is; those that have been running do so again after a while.
    await system.start("worker", name="second-worker")
    await system.start("bridge", name="second-bridge", BRIDGE_PORT="0")
    await system.until_sample("number_orders_callbacks_counted_timestamp_seconds", "second-bridge")
    await system.until_sample("number_orders_orders_counted_timestamp_seconds", "second-worker")
    # Asked for by the alerts: people cannot be told here.
    await system.until_sample(
        "temporal_activity_execution_failed_total", "worker", activity_type="notify"
    )


async def _completed(system: ObservedSystem) -> None:
    """One order from start to callback, by commands alone."""
    # The key is wrong at first.
    driver = system.driver("koeln-01")
    await driver.behave("/verification/create", refuse_status=403, refuse_code="BAD_CREDENTIALS")
    started = await system.command("start", str(EXAMPLES / "cologne.json"))
    assert started.code == 0, started.errors
    driver.handle = system.temporal.client.get_workflow_handle(workflow_id("koeln-01"))
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await system.sandbox.post(f"/_sandbox/verifications/{snapshot.verification_id}/approve")
    approved = await system.command("approve", "koeln-01")
    assert approved.code == 0, approved.errors
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()
    await driver.until(OrderStatus.COMPLETED)


async def _outcome_unknown(system: ObservedSystem) -> None:
    driver = system.driver("unknown")
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)


async def _request_refused(system: ObservedSystem) -> None:
    driver = system.driver("refused")
    await driver.behave("/verification/create", refuse_status=400, refuse_code="INVALID_VALUE")
    await driver.start()
    await driver.until(OrderStatus.REJECTED)


async def _cancelled(system: ObservedSystem) -> None:
    driver = system.driver("cancelled")
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.cancel()
    await driver.result()


async def _pushes_refused(system: ObservedSystem) -> None:
    callback = KEYS.callback(workflow_id("unknown"))
    async with _client_of(system.bridge) as http:
        assert (await http.post(f"{callback.path}x", content=b"{}")).status_code == 404
        assert (await http.get("/wp-login.php")).status_code == 404
        wrong = {"push_secret": "wrong" * 5}
        assert (await http.post(callback.path, json=wrong)).status_code == 401


def _client_of(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=LONG_ENOUGH_SECONDS)


async def _dead_letter(system: ObservedSystem) -> None:
    callback = KEYS.callback(workflow_id("nobody"))
    async with _client_of(system.bridge) as http:
        push = {"order_id": 1, "push_secret": callback.secret}
        assert (await http.post(callback.path, json=push)).status_code == 202


@workflow.defn(name=WORKFLOW_TYPE, sandboxed=False)
class _MovesOnUnreadably:
    """As a build that writes a state which the others cannot read."""

    @workflow.run
    async def run(self, order: Any) -> None:
        workflow.continue_as_new(args=[order, "no state"], task_queue=TASK_QUEUE)


async def _failing_workflow_task(system: ObservedSystem) -> None:
    """What the workflow's code cannot take fails its task again and again."""
    client = system.temporal.client
    async with Worker(client, task_queue="of-another-build", workflows=[_MovesOnUnreadably]):
        order = order_input("broken")
        handle = await client.start_workflow(
            WORKFLOW_TYPE, order, id=workflow_id("broken"), task_queue="of-another-build"
        )

        async def has_moved_on() -> None:
            assert (await handle.describe()).task_queue == TASK_QUEUE

        await until(has_moved_on)


async def _temporal_away(system: ObservedSystem) -> None:
    """A worker of another Temporal, which dies."""
    port = free_address().rpartition(":")[2]
    command = [TEMPORAL, "server", "start-dev", "--headless", "--port", port]
    system.processes.start("temporal", command, {"PATH": os.environ["PATH"]})
    address = f"127.0.0.1:{port}"

    async def answers() -> None:
        try:
            client = await Client.connect(address)
            assert await client.service_client.check_health()
        except (RPCError, RuntimeError) as error:
            raise NotYet(f"Temporal does not answer ({error})") from None

    await until(answers)
    await system.start("worker", name="lost-worker", TEMPORAL_ADDRESS=address)
    await system.until_sample("temporal_num_pollers", "lost-worker")
    system.processes.end("temporal", signal.SIGKILL)
    await system.until_sample("temporal_long_request_failure_total", "lost-worker")
