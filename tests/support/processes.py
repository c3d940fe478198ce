"""Real processes, which can be ended one by one and started again."""

import asyncio
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.runtime.errors import UserError
from number_orders.runtime.polling import NotYet
from number_orders.runtime.temporal import connect
from tests.support.until import LONG_ENOUGH_SECONDS, until


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

    async def code(self, name: str, *, within_seconds: float = LONG_ENOUGH_SECONDS) -> int:
        """The exit code of a process that ends by itself."""
        return await asyncio.to_thread(self._processes[name].wait, within_seconds)

    async def says(self, name: str, words: str) -> str:
        """The first line of a process's log with these words, once there is one."""
        log = self.folder / "log" / f"{name}.log"

        async def has_said() -> str:
            # Asked for first: what it said last is then in the log.
            ended = name in self.ended()
            said = log.read_text()
            found = [line for line in said.splitlines() if words in line]
            if ended and not found:
                pytest.fail(f"{name} ended without a line with {words!r}:\n{said}")
            assert found, said
            return found[0]

        return await until(has_said)

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
    async with httpx.AsyncClient(trust_env=False) as http:

        async def answers() -> None:
            try:
                answer = await http.get(url)
            except httpx.TransportError as error:
                raise NotYet(f"{url} cannot be reached ({error!r})") from None
            assert answer.is_success, answer

        await until(answers)


async def until_connected() -> Client:
    """Wait for the Temporal of this environment."""

    async def is_connected() -> Client:
        try:
            client = await connect()
            await client.count_workflows("OrderStatus = 'completed'")
        except (UserError, RPCError) as error:
            raise NotYet(f"Temporal does not answer ({error})") from None
        return client

    return await until(is_connected)
