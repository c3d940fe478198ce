"""The whole system as a person runs it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from number_orders.administration import namespace
from tests.conftest import ACCESS_KEY, BRIDGE_KEYS
from tests.support.command import COMMAND, environment, run
from tests.support.installation import Installation
from tests.support.processes import Processes
from tests.support.running import Running, until_gone
from tests.support.until import LONG_ENOUGH_SECONDS


@pytest.fixture
async def development(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """`number-orders dev` in an empty folder; yields what another terminal has to set."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        "dev",
        cwd=tmp_path,
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    urls = {}
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        while (line := (await process.stdout.readline()).decode()) and "Stop:" not in line:
            name, _, value = line.strip().rpartition("  ")
            urls[name.strip()] = value.strip()
    services = list(Running(process).services().values())
    assert len(services) == 4
    yield urls
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        await process.communicate()
    assert process.returncode == 0
    # Nothing is left.
    await until_gone(services)


@pytest.fixture(scope="session")
async def installation(
    tmp_path_factory: pytest.TempPathFactory, temporal: WorkflowEnvironment, sandbox_url: str
) -> AsyncIterator[Installation]:
    """All that orders need, in a namespace of its own; once, since Temporal remembers workers."""
    folder = tmp_path_factory.mktemp("installation")
    address = temporal.client.service_client.config.target_host
    settings = {
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": "doctor",
        "STORE_URL": (folder / "evidence").as_uri(),
        "TENIOS_BASE_URL": sandbox_url,
        "TENIOS_ACCESS_KEY": ACCESS_KEY,
        "BRIDGE_KEYS": BRIDGE_KEYS,
        "BRIDGE_PORT": "0",
    }
    made = await run(folder, "setup", **settings)
    assert made.code == 0, made.errors
    processes = Processes(folder)
    try:
        processes.start("bridge", [COMMAND, "bridge"], environment(settings))
        listening = await processes.says("bridge", "Listening on")
        settings["BRIDGE_PUBLIC_URL"] = listening.rpartition(" ")[2]
        processes.start("worker", [COMMAND, "worker"], environment(settings))
        await processes.says("worker", "Working on")
        client = await Client.connect(address, namespace="doctor")
        bare = await Client.connect(address, namespace="bare")
        await namespace.create(bare, timedelta(days=1))
        yield Installation(folder, settings, client)
    finally:
        processes.stop_all()
