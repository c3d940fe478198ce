"""Clients of one process."""

import itertools
import subprocess
import sys

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.command import environment
from tests.support.until import LONG_ENOUGH_SECONDS

_MANY = """
import asyncio, gc, os
from number_orders.runtime.temporal import connect

def used():
    gc.collect()
    return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

async def view():
    client = await connect()
    await client.count_workflows("OrderStatus = 'completed'")

asyncio.run(view())
threads, files = used()
for _ in range(400):
    asyncio.run(view())
threads, files = (after - before for after, before in zip(used(), (threads, files)))
print(threads, files, flush=True)
os._exit(0)
"""
_FORKING = """
import asyncio, os, sys
from pathlib import Path
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError
from number_orders.starters.errors import NoSuchOrder
from number_orders.runtime.temporal import connect
from number_orders.starters import NumberOrders

kept = []

async def ask_orders():
    kept or kept.append(NumberOrders(await connect(), None))
    try:
        await kept[0].status("nowhere")
    except NoSuchOrder:
        pass

async def ask_temporal():
    client = await connect()
    await client.count_workflows("OrderStatus = 'completed'")

async def ask_store():
    await EvidenceStore.open(Path.cwd().as_uri()).exists()

uses = {"temporal": ask_temporal, "store": ask_store, "orders": ask_orders}
before, in_child = (uses[name] for name in sys.argv[1:])
asyncio.run(before())
child = os.fork()
if child == 0:
    try:
        asyncio.run(in_child())
    except UsageError as error:
        print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
asyncio.run(before())
os._exit(0)
"""


def _run(program: str, *arguments: str, temporal: WorkflowEnvironment) -> str:
    address = temporal.client.service_client.config.target_host
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env=environment({"TEMPORAL_ADDRESS": address}),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG_ENOUGH_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_many_clients(temporal: WorkflowEnvironment) -> None:
    """A program that connects for each thing it does has no more threads by that, nor files."""
    threads, files = map(int, _run(_MANY, temporal=temporal).split())
    # Each runtime would take a thread a core and more; a pool of threads may grow a little.
    assert threads < 10
    assert files < 100


@pytest.mark.parametrize(
    ("before", "in_child"),
    [*itertools.product(["temporal", "store"], repeat=2), ("orders", "orders")],
)
def test_fork(temporal: WorkflowEnvironment, before: str, in_child: str) -> None:
    """A process whose parent had connected is told so, instead of hanging; its parent goes on."""
    assert _run(_FORKING, before, in_child, temporal=temporal) == (
        "This process was forked from one that had used Temporal or the evidence store: use"
        " them only after the fork, or start the process with multiprocessing's 'spawn'\n"
    )
