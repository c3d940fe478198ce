"""Real processes, which can be ended one by one and started again."""

import asyncio
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.runtime.errors import UserError
from number_orders.runtime.temporal import connect

_START_LIMIT_SECONDS = 60


class Processes:
    """Processes by name, each with its log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "log").mkdir(exist_ok=True)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a process and do not wait for it."""
        with (self.folder / "log" / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self, name: str, how: signal.Signals) -> None:
        """End a process by a signal, and wait until it is gone if that can be soon."""
        self._processes[name].send_signal(how)
        if how is signal.SIGKILL:
            self._processes[name].wait()

    async def code(self, name: str, *, within_seconds: float) -> int:
        """The exit code of a process that ends by itself."""
        return await asyncio.to_thread(self._processes[name].wait, within_seconds)

    async def says(self, name: str, words: str) -> str:
        """The first line of a process's log with these words, once there is one."""
        log = self.folder / "log" / f"{name}.log"
        async with asyncio.timeout(_START_LIMIT_SECONDS):
            while not (found := [line for line in log.read_text().splitlines() if words in line]):
                assert name not in self.ended(), log.read_text()
                await asyncio.sleep(0.1)
        return found[0]

    def ended(self) -> list[str]:
        """The processes that are not running."""
        return [name for name, process in self._processes.items() if process.poll() is not None]

    def stop_all(self) -> None:
        """End everything, whatever state it is in."""
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
            process.wait()


async def until_answers(url: str) -> None:
    """Wait until something answers at a URL."""
    async with asyncio.timeout(_START_LIMIT_SECONDS), httpx.AsyncClient(trust_env=False) as http:
        while True:
            try:
                if (await http.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


async def until_connected() -> Client:
    """Wait for the Temporal of this environment."""
    async with asyncio.timeout(_START_LIMIT_SECONDS):
        while True:
            try:
                client = await connect()
                await client.count_workflows("OrderStatus = 'completed'")
            except (UserError, RPCError):
                await asyncio.sleep(0.1)
            else:
                return client
