"""The chaos run in a small size. `make chaos` is the full one."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.command import environment

pytestmark = pytest.mark.long


async def test_promises_hold(tmp_path: Path) -> None:
    """Whatever is killed, no order is sent twice, no callback is lost and no order is stuck."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos",
        "--seed", "3", "--locations", "40", "--kills", "12", "--spacing", "2.5", "--outages", "0",
        "--without-hangs", "--folder", str(tmp_path),
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(1200):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    assert process.returncode == 0, output.decode()
