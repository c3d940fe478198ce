"""Where the services of the stack listen."""

import asyncio
import socket
import sys
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from number_orders.devstack import ports
from number_orders.devstack.ports import HOST, USUAL_PORTS, Ports, alone_at_choosing
from tests.support.ports import free_port


async def test_next_free_port() -> None:
    """A port that is taken is replaced by the next free one; no two services get the same."""
    taken = free_port()
    # To look whether a port is free is to take it for a moment, perhaps from a stack that starts.
    async with alone_at_choosing():
        with socket.create_server((HOST, taken)):
            chosen = Ports.choose(replace(USUAL_PORTS, bridge=taken))
    assert taken < chosen.bridge < taken + 100
    assert len(set(astuple(chosen))) == 4
    # None that the system gives to whoever connects.
    assert max(astuple(chosen)) < 32_768


async def test_one_after_the_other(tmp_path: Path) -> None:
    """While one stack chooses its ports no other one may, also none of another install."""
    # As in a wheel's own folder.
    other = tmp_path / "ports.py"
    other.write_text(Path(ports.__file__).read_text())
    program = (
        "import asyncio, runpy\n"
        f"names = runpy.run_path({str(other)!r})\n"
        "try:\n"
        "    asyncio.run(names['_turn']())\n"
        "except names['NotYet']:\n"
        "    print('has to wait')\n"
        "else:\n"
        "    print('may choose')\n"
    )

    async def said() -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program), stdout=asyncio.subprocess.PIPE
        )
        return (await process.communicate())[0]

    async with alone_at_choosing():
        assert await said() == b"has to wait\n"


def test_left_to_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no such names, nobody waits for a turn that never comes."""
    monkeypatch.setattr(ports, "_NAME", "no/such/folder")
    asyncio.run(ports._turn()).close()  # noqa: SLF001 -- the turn itself
