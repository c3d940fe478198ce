"""The whole system as a person runs it."""

import asyncio
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.command import COMMAND, environment


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
    async with asyncio.timeout(90):
        while (line := (await process.stdout.readline()).decode()) and "Stop:" not in line:
            name, _, value = line.strip().rpartition("  ")
            urls[name.strip()] = value.strip()
    yield urls
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(90):
        await process.communicate()
    assert process.returncode == 0
    # Nothing is left: each port can be taken again.
    for url in urls.values():
        if match := re.search(r"127\.0\.0\.1:(\d+)", url):
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(match[1]))) != 0
