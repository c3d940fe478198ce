"""The benchmarks run; what they measure is not compared with anything here."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.support.command import environment
from tests.support.until import LONG_ENOUGH_SECONDS

ROOT = Path(__file__).parents[1]


@pytest.mark.long
async def test_smoke_run(tmp_path: Path) -> None:
    """A run with the smallest sizes measures all contenders in each part."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", "--smoke", "--opened", "2"),
        *("--results", str(tmp_path)),
        cwd=ROOT,
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    [file] = tmp_path.glob("*.json")
    measured = json.loads(file.read_text())
    assert set(measured["lifecycle"]) == {"bare", "limited", "ours"}
    assert set(measured["growth"]) == {"bare", "ours"}
    assert set(measured["commands"]) == {"nothing", "--help", "list", "start", "status"}
