"""What the stack keeps in its folder."""

import sqlite3
from pathlib import Path

import pytest

from number_orders.devstack.folder import (
    begin_database,
    keep_database,
    keep_ports,
    last_ports,
)
from number_orders.devstack.ports import Ports
from tests.support.command import run
from tests.support.ports import free_ports


@pytest.mark.parametrize("content", ["", "8081", '{"bridge": -5}', '{"temporal": 70000}'])
def test_ports_that_are_none(tmp_path: Path, content: str) -> None:
    """What was kept of the ports and is damaged is as if nothing were kept."""
    (tmp_path / "ports.json").write_text(content)
    assert last_ports(tmp_path) is None


def test_ports_of_the_last_start(tmp_path: Path) -> None:
    """The next start wants the ports of the last one: programs and TENIOS know them."""
    ports = free_ports()
    keep_ports(tmp_path, ports)
    assert last_ports(tmp_path) == ports
    assert Ports.choose(ports) == ports


async def test_killed_as_the_database_was_made(tmp_path: Path) -> None:
    """A database that Temporal never finished holds nothing, and is made anew."""
    begin_database(tmp_path)
    # No schema yet.
    sqlite3.connect(tmp_path / "temporal.db").execute("CREATE TABLE half (made)").connection.close()
    begin_database(tmp_path)
    assert not (tmp_path / "temporal.db").exists()
    (tmp_path / "temporal.db").write_bytes(b"whole")
    keep_database(tmp_path)
    begin_database(tmp_path)
    assert (tmp_path / "temporal.db").read_bytes() == b"whole"


@pytest.mark.parametrize("name", ["temporal.db", "sandbox.db"])
@pytest.mark.parametrize(("content", "says"), [(b"", "is empty"), (b"text" * 9, "is no database")])
async def test_no_database(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    """A file that is no database is named with what to do, before anything starts."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / name).write_bytes(content)
    ended = await run(tmp_path, "dev")
    assert (ended.code, ended.output) == (1, "")
    assert f"{tmp_path / 'var' / name} {says}: move it away" in ended.errors
    assert ended.errors.count("\n") == 1
