"""The commands that run one service each, until they are told to stop."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sqlite3
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from bridge.app import create_app as create_bridge
from bridge.server import server_config
from evidence.store import EvidenceStore
from runtime.environment import entries
from runtime.errors import UserError
from runtime.logs import configure_service, for_machines
from runtime.messenger import Messenger
from runtime.process import stop_signals
from runtime.settings import BridgeSettings, LogSettings, load
from runtime.temporal import connect
from sandbox.app import create_app as create_sandbox
from worker.main import run as run_worker

_log = logging.getLogger(__name__)


def worker() -> None:
    """Run workflows and activities."""
    asyncio.run(run_worker())


def bridge() -> None:
    """Receive TENIOS' pushes and pass them on as signals."""
    configure_service(load(LogSettings).log_format)
    settings = load(BridgeSettings)
    # Makes none: its pushes would wait where nobody looks. Temporal may be away, the folder not.
    store = EvidenceStore.open(settings.store_url)
    messenger = Messenger(settings.notify_urls)
    listener = _listen(settings.bridge_host, settings.bridge_port)

    async def serve() -> None:
        # Lazily: a push must find the bridge running while Temporal is away; /health/ready tells.
        client = await connect(
            lazy=True,
            service_name="number-orders-bridge",
            metrics_address=settings.metrics_address,
        )
        app = create_bridge(
            client,
            settings.callback_keys,
            store,
            messenger,
            secret_required=settings.bridge_secret == "required",
            build_id=settings.temporal_worker_build_id,
        )
        await _serve(server_config(app), listener)

    asyncio.run(serve())


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8082,
    state: Annotated[Path | None, typer.Option(help="Keep the state in this file.")] = None,
    auto: Annotated[
        float | None, typer.Option(min=0, help="Approve and complete after this many seconds.")
    ] = None,
) -> None:
    """Run a stand-in for TENIOS; its page is at /_sandbox/."""
    configure_service(load(LogSettings).log_format)
    keys = entries(os.environ.get("SANDBOX_ACCESS_KEYS", "")) or ["sandbox-key"]
    listener = _listen(host, port)
    try:
        app = create_sandbox(
            access_keys=frozenset(keys),
            state_file=str(state) if state else None,
            auto_seconds=auto,
        )
    except sqlite3.Error as error:
        raise UserError(
            f"{state} cannot be used as the sandbox's state ({error}): choose another file, or move"
            " it away to begin anew"
        ) from None
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=15)
    asyncio.run(_serve(config, listener))


def _listen(host: str, port: int) -> socket.socket:
    host = host.removeprefix("[").removesuffix("]")
    try:
        addresses = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        families = {address[0] for address in addresses}
        listener = socket.create_server(
            (host, port),
            # A name that has addresses of both kinds is IPv4's, as the default is.
            family=socket.AF_INET if socket.AF_INET in families else socket.AF_INET6,
            # Every address of this machine, IPv4's among them.
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except (OSError, UnicodeError) as error:
        raise UserError(f"Cannot listen on {_shown(host, port)} {_reason(error)}") from None
    # asyncio does this for sockets it made; ours does not say that it is TCP. An answer in two
    # pieces would wait 40 ms for the client's acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "(this is no host name): name an address of this machine"
    # A resolver's numbers are its own.
    words = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
    is_address = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
    remedy = "name an address of this machine" if is_address else "choose another port"
    return f"({words}): {remedy}"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _serve(config: uvicorn.Config, listener: socket.socket) -> None:
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn stops cleanly on these and then raises them again, for the handler that was there
    # before it. Ours makes a clean stop end with 0, and catches a signal that comes too early.
    for signal_number in stop_signals():
        signal.signal(signal_number, stop)
    host, port = listener.getsockname()[:2]
    if for_machines():
        _log.info("Listening on http://%s", _shown(host, port))
    else:
        typer.echo(f"Listening on http://{_shown(host, port)}")
    await server.serve(sockets=[listener])
