"""The real processes under test, which can be killed and started again one by one."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.errors import UserError
from runtime.temporal import connect
from starters.cli.stack import Ports, service_environment, temporal_command

WORKERS = ("worker-1", "worker-2")
BRIDGES = ("bridge",)
_START_LIMIT_SECONDS = 60

Commands = Mapping[str, Sequence[str]]
"""How a service is run, where it is not by its own command; for mutants."""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Services:
    """Temporal with its state in a file, sandbox, bridge and two workers."""

    def __init__(self, folder: Path, instead: Commands) -> None:
        self.folder = folder
        # Not the usual ones: while a service is away, somebody's `make dev` would take its port.
        self.ports = Ports(*(_free_port() for _ in range(4)))
        self.environment = {
            **service_environment(folder, self.ports),
            "TENIOS_CALLS_PER_SECOND": "1000",
            "PYTHONWARNINGS": "ignore",
        }
        ours = [sys.executable, "-m", "starters.cli.main"]
        self._commands: dict[str, Sequence[str]] = {
            "temporal": temporal_command(folder, self.ports),
            "sandbox": [*ours, "sandbox", "--port", str(self.ports.sandbox),
                        "--state", str(folder / "sandbox.db")],
            **{name: instead.get("bridge", [*ours, "bridge"]) for name in BRIDGES},
            **{name: instead.get("worker", [*ours, "worker"]) for name in WORKERS},
        }  # fmt: skip
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    @property
    def store_url(self) -> str:
        return (self.folder / "evidence").as_uri()

    def start(self, name: str) -> None:
        """Start a service and do not wait for it."""
        (self.folder / "log").mkdir(exist_ok=True)
        with (self.folder / "log" / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._commands[name],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def start_all(self) -> Client:
        """Start everything; returns a client once Temporal answers."""
        for name in ("TEMPORAL_ADDRESS", "TEMPORAL_CONFIG_FILE"):
            os.environ[name] = self.environment[name]
        self.start("temporal")
        self.start("sandbox")
        client = await self._connected()
        for name in (*BRIDGES, *WORKERS):
            self.start(name)
        await self.answers(f"{self.sandbox_url}/_sandbox/orders")
        await self.answers(f"http://127.0.0.1:{self.ports.bridge}/health/live")
        return client

    def end(self, name: str, how: signal.Signals) -> None:
        """End a service by a signal, and wait until it is gone if that can be soon."""
        process = self._processes[name]
        process.send_signal(how)
        if how is signal.SIGKILL:
            process.wait()

    def ended(self) -> list[str]:
        """Services that are not running."""
        return [name for name, process in self._processes.items() if process.poll() is not None]

    def stop_all(self) -> None:
        """End everything, whatever state it is in."""
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
            process.wait()

    async def answers(self, url: str) -> None:
        """Wait until something answers at a URL."""
        async with (
            asyncio.timeout(_START_LIMIT_SECONDS),
            httpx.AsyncClient(trust_env=False) as http,
        ):
            while True:
                try:
                    if (await http.get(url)).is_success:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)

    async def _connected(self) -> Client:
        async with asyncio.timeout(_START_LIMIT_SECONDS):
            while True:
                try:
                    client = await connect()
                    await client.count_workflows("OrderStatus = 'completed'")
                except (UserError, RPCError):
                    await asyncio.sleep(0.1)
                else:
                    return client
