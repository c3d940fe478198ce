"""`make dev` on what an older build left."""

import os
from pathlib import Path

import pytest
from temporalio.client import Client

from number_orders.devstack.stack import temporal_command
from number_orders.workflows.contract import STATUS_SINCE
from tests.support.ports import free_ports
from tests.support.processes import Processes, until_connected


@pytest.fixture
async def older_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of a development server that was started before there was `StatusSince`."""
    folder = tmp_path / "var"
    folder.mkdir()
    ports = free_ports()
    command = temporal_command(ports)
    position = command.index(f"{STATUS_SINCE.name}=Datetime")
    processes = Processes(folder)
    processes.start("temporal", [*command[: position - 1], *command[position + 1 :]], os.environ)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{ports.temporal}")
    await until_connected()
    processes.stop_all()


async def test_older_database(older_database: None, development: dict[str, str]) -> None:
    """A search attribute that an older build's database lacks is registered."""
    client = await Client.connect(development["Temporal"])

    assert (await client.count_workflows(f"{STATUS_SINCE.name} IS NULL")).count == 0
