"""The commands that run one service each, until SIGTERM or Ctrl-C."""

import asyncio
import logging
import os
import signal
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from bridge.app import create_app as create_bridge
from bridge.server import server_config
from runtime.errors import UserError
from runtime.evidence_store import EvidenceStore
from runtime.logs import for_machines
from runtime.messenger import Messenger
from runtime.settings import BridgeSettings, load
from runtime.temporal import connect
from sandbox.app import create_app as create_sandbox
from worker.main import run as run_worker

_log = logging.getLogger(__name__)


def worker() -> None:
    """Run workflows and activities."""
    asyncio.run(run_worker())


def bridge() -> None:
    """Receive TENIOS' pushes and pass them on as signals."""
    settings = load(BridgeSettings)
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
            EvidenceStore.open(settings.store_url),
            Messenger(settings.notify_urls),
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
    keys = os.environ.get("SANDBOX_ACCESS_KEYS", "sandbox-key")
    listener = _listen(host, port)
    app = create_sandbox(
        access_keys=frozenset(key.strip() for key in keys.split(",")),
        state_file=str(state) if state else None,
        auto_seconds=auto,
    )
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=15)
    asyncio.run(_serve(config, listener))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UserError(
            f"Cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}): choose another port"
        ) from None
    # asyncio does this for sockets it made; ours does not say that it is TCP. An answer in two
    # pieces would wait 40 ms for the client's acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def _serve(config: uvicorn.Config, listener: socket.socket) -> None:
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn stops cleanly on these and then raises them again, for the handler that was there
    # before it. Ours makes a clean stop end with 0, and catches a signal that comes too early.
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, stop)
    host, port = listener.getsockname()[:2]
    if for_machines():
        _log.info("Listening on http://%s:%s", host, port)
    else:
        typer.echo(f"Listening on http://{host}:{port}")
    await server.serve(sockets=[listener])
