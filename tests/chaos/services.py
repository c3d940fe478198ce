"""The real processes under test, which can be killed and started again one by one."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from temporalio.client import Client

from number_orders.devstack.stack import service_environment, temporal_command
from number_orders.evidence.store import EvidenceStore
from tests.support.ports import free_ports
from tests.support.processes import Processes, until_answers, until_connected

WORKERS = ("worker-1", "worker-2")
BRIDGES = ("bridge",)

Commands = Mapping[str, Sequence[str]]
"""How a service is run, where it is not by its own command; for mutants."""


_ROOT = Path(__file__).parents[2]


class Services:
    """Temporal with its state in a file, sandbox, bridge and two workers."""

    def __init__(self, folder: Path, instead: Commands) -> None:
        self.folder = folder
        # Not the usual ones: while a service is away, somebody's `make dev` would take its port.
        self.ports = free_ports()
        self.environment = {
            **service_environment(folder, self.ports),
            "TENIOS_CALLS_PER_SECOND": "1000",
            "PYTHONWARNINGS": "ignore",
            # For the processes of the tests' own, which take the place of a worker or a bridge.
            "PYTHONPATH": str(_ROOT),
        }
        ours = [sys.executable, "-m", "number_orders.cli.main"]
        hasty_worker = [sys.executable, "-m", "tests.chaos.hasty_worker"]
        self._commands: dict[str, Sequence[str]] = {
            "temporal": temporal_command(self.ports),
            "sandbox": [*ours, "sandbox", "--port", str(self.ports.sandbox),
                        "--state", str(folder / "sandbox.db")],
            **{name: instead.get("bridge", [*ours, "bridge"]) for name in BRIDGES},
            **{name: instead.get("worker", hasty_worker) for name in WORKERS},
        }  # fmt: skip
        self._processes = Processes(folder)

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    @property
    def store_url(self) -> str:
        return (self.folder / "evidence").as_uri()

    def start(self, name: str) -> None:
        """Start a service and do not wait for it."""
        self._processes.start(name, self._commands[name], self.environment)

    async def start_all(self) -> Client:
        """Start everything; returns a client once Temporal answers."""
        for name in ("TEMPORAL_ADDRESS", "TEMPORAL_CONFIG_FILE"):
            os.environ[name] = self.environment[name]
        # As `number-orders setup` does: a bridge makes none.
        await EvidenceStore.open(self.store_url, create=True).identity()
        self.start("temporal")
        self.start("sandbox")
        client = await until_connected()
        for name in (*BRIDGES, *WORKERS):
            self.start(name)
        await until_answers(f"{self.sandbox_url}/_sandbox/orders")
        await until_answers(f"http://127.0.0.1:{self.ports.bridge}/health/live")
        return client

    def end(self, name: str, how: signal.Signals) -> None:
        """End a service by a signal, and wait until it is gone if that can be soon."""
        self._processes.end(name, how)

    def ended(self) -> list[str]:
        """Services that are not running."""
        return self._processes.ended()

    def stop_all(self) -> None:
        """End everything, whatever state it is in."""
        self._processes.stop_all()
