"""A `dev` or `demo` that runs, and what it has started."""

import asyncio
import contextlib
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.command import COMMAND, environment
from tests.support.until import LONG_ENOUGH_SECONDS, until


class Running:
    """A command that runs, and the processes that it started."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""

    async def says(self, words: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            while words not in self.output:
                line = (await self.process.stdout.readline()).decode()
                assert line, self.output
                self.output += line

    def services(self) -> dict[str, int]:
        """The process id of each service, by its name."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],  # noqa: S607 -- Debian's
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        found = {}
        for line in listed.splitlines():
            process_id, _, command = line.strip().partition(" ")
            if name := re.search(r"(?:cli\.main|/temporal) (\w+)", command):
                found[name[1].replace("server", "temporal")] = int(process_id)
        return found

    async def until_services(self, number: int = 1) -> dict[str, int]:
        """Wait until so many services have been started."""

        async def are_started() -> dict[str, int]:
            services = self.services()
            if self.process.returncode is not None:
                pytest.fail(f"it has ended: {await self.end()}")
            assert len(services) >= number, services
            return services

        return await until(are_started)

    async def end(self) -> tuple[int | None, str]:
        """Its exit code, and all that it said."""
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            rest, _ = await self.process.communicate()
        return self.process.returncode, self.output + rest.decode()


def is_there(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until_gone(process_ids: list[int]) -> None:
    async def are_gone() -> None:
        assert [one for one in process_ids if is_there(one)] == []

    await until(are_gone)


@contextlib.asynccontextmanager
async def running(folder: Path, *arguments: str, **changes: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *arguments,
        cwd=folder,
        env=environment(changes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    command = Running(process)
    services: dict[str, int] = {}
    try:
        yield command
        services = command.services()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await until_gone(list(services.values()))
