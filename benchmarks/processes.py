"""The processes that are compared, and what each of them costs."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from temporalio.client import Client

from number_orders.administration.setup import set_up
from number_orders.devstack.ports import Ports
from number_orders.devstack.stack import temporal_command
from number_orders.workflows.payloads import DATA_CONVERTER

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_KEYS = "bench:a2V5LW9mLXRoZS1iZW5jaG1hcmtzLTAwMDAwMDAwMDA="


class Processes:
    """The stub, both bare programs, our worker and our bridge, and Temporal unless it is given."""

    def __init__(
        self, folder: Path, client: Client, stub_url: str, running: Mapping[str, list[int]]
    ) -> None:
        self.folder = folder
        self.client = client
        self._stub_url = stub_url
        self._running = running

    @property
    def store_url(self) -> str:
        """Our evidence store."""
        return (self.folder / "evidence").as_uri()

    async def verifications(self) -> int:
        """How many verifications the stub has taken, of both."""
        async with httpx.AsyncClient(trust_env=False) as http:
            return int((await http.get(f"{self._stub_url}/verifications")).json())

    def cpu_seconds(self, name: str) -> float:
        """What a program and all that it started have used so far."""
        return sum(map(_cpu_seconds, _with_children(self._running[name])))

    def memory_bytes(self, name: str) -> int:
        """What a program holds in memory."""
        return sum(
            int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
            for process in self._running[name]
        )


@asynccontextmanager
async def running(folder: Path, *, calls_per_second: float = 100_000) -> AsyncIterator[Processes]:
    """Run all of them, on ports of their own.

    With `TEMPORAL_ADDRESS` the server is that one, of which `SERVER_PROCESSES` names the process
    ids (PostgreSQL's too), with commas between them.
    """
    stub_port, bare_port, limited_port, bridge_port = _free_ports(4)
    stub_url = f"http://127.0.0.1:{stub_port}"
    started: list[subprocess.Popen[bytes]] = []

    def start(command: list[str], **settings: str) -> list[int]:
        with (folder / "bench.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own programs
                command,
                cwd=folder,
                env={**environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        started.append(process)
        return [process.pid]

    python = [sys.executable, "-m"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    is_own_server = "TEMPORAL_ADDRESS" not in os.environ
    try:
        server = list(map(int, filter(None, os.environ.get("SERVER_PROCESSES", "").split(","))))
        if is_own_server:
            # None of the usual ones, at which somebody may be at work meanwhile.
            ports = Ports(*_free_ports(4))
            server = start(temporal_command(ports))
            environment["TEMPORAL_ADDRESS"] = f"127.0.0.1:{ports.temporal}"
            os.environ["TEMPORAL_ADDRESS"] = environment["TEMPORAL_ADDRESS"]
        store_url = (folder / "evidence").as_uri()
        await set_up(store_url, retention_days=None, wait_seconds=60)
        ours = [*python, "number_orders.cli.main"]
        settings = {
            "STORE_URL": store_url,
            "TENIOS_BASE_URL": stub_url,
            "TENIOS_ACCESS_KEY": "key",
            # By default it never binds: the vendor's pace is not what is measured.
            "TENIOS_CALLS_PER_SECOND": str(calls_per_second),
            "BRIDGE_KEYS": _KEYS,
            "BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{bridge_port}",
            "BRIDGE_PORT": str(bridge_port),
        }
        pids = {
            "server": server,
            "stub": start([*python, "benchmarks.stub", str(stub_port)]),
            "bare": start([*python, "benchmarks.bare", str(bare_port), stub_url]),
            "limited": start(
                [*python, "benchmarks.bare", str(limited_port), stub_url, "--limited"]
            ),
            "worker": start([*ours, "worker"], **settings),
            "bridge": start([*ours, "bridge"], **settings),
        }
        for port in (stub_port, bare_port, limited_port, bridge_port):
            await _listening(port)
        client = await Client.connect(
            os.environ["TEMPORAL_ADDRESS"],
            namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
            data_converter=DATA_CONVERTER,
        )
        yield Processes(folder, client, stub_url, pids)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
        if is_own_server:
            os.environ.pop("TEMPORAL_ADDRESS", None)


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


async def _listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return


def _with_children(processes: Iterable[int]) -> set[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, to_look_at = set[int](), list(processes)
    while to_look_at:
        process = to_look_at.pop()
        found.add(process)
        to_look_at += parents.get(process, [])
    return found


def _cpu_seconds(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # Its own time in user and system, and that of children which have ended.
    return sum(map(int, fields[11:15])) / _TICK
