"""Where the services of the stack listen."""

import asyncio
import socket
import sys
from dataclasses import astuple
from pathlib import Path

from number_orders.devstack import ports
from number_orders.devstack.ports import HOST, Ports, alone_at_choosing
from tests.support.ports import free_port


def test_next_free_port() -> None:
    """A port that is taken is replaced by the next free one; no two services get the same."""
    taken = free_port()
    with socket.create_server((HOST, taken)):
        chosen = Ports.choose(bridge=taken)
    assert taken < chosen.bridge < taken + 100
    assert len(set(astuple(chosen))) == 4
    # None that the system gives to whoever connects.
    assert max(astuple(chosen)) < 32_768


async def test_one_after_the_other(tmp_path: Path) -> None:
    """While one stack chooses its ports another one waits, also one of another install."""
    # As in a wheel's own folder.
    other = tmp_path / "ports.py"
    other.write_text(Path(ports.__file__).read_text())
    program = (
        "import asyncio, runpy\n"
        f"names = runpy.run_path({str(other)!r})\n"
        "async def choose():\n"
        "    async with names['alone_at_choosing']():\n"
        "        print('chosen', flush=True)\n"
        "asyncio.run(choose())\n"
    )
    async with alone_at_choosing():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        choosing = asyncio.create_task(process.stdout.readline())
        done, _ = await asyncio.wait([choosing], timeout=1)
        assert not done
    assert await choosing == b"chosen\n"
    assert await process.wait() == 0
