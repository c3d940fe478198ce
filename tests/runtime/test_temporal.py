"""Clients of one process."""

import subprocess
import sys

from temporalio.testing import WorkflowEnvironment

from tests.support.command import environment

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
import asyncio, os, signal
from number_orders.runtime.temporal import connect

async def view():
    client = await connect()
    await client.count_workflows("OrderStatus = 'completed'")
    return client

client = asyncio.run(view())
child = os.fork()
if child == 0:
    signal.alarm(60)
    asyncio.run(view())
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
asyncio.run(view())
os._exit(0)
"""


def _run(program: str, temporal: WorkflowEnvironment) -> str:
    address = temporal.client.service_client.config.target_host
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment({"TEMPORAL_ADDRESS": address}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_many_clients(temporal: WorkflowEnvironment) -> None:
    """A program that connects for each thing it does has no more threads by that, nor files."""
    threads, files = map(int, _run(_MANY, temporal).split())
    # Each runtime would take a thread a core and more; a pool of threads may grow a little.
    assert threads < 10
    assert files < 100


def test_fork(temporal: WorkflowEnvironment) -> None:
    """A process that was forked connects anew, and its parent goes on."""
    assert _run(_FORKING, temporal) == "0\n"
