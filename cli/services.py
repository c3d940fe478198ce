"""The commands that run one service each, until they are told to stop.

Each imports its service itself: all other commands would wait for that too, half as long again.
"""

# ruff: noqa: PLC0415 -- what is said above

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from number_orders.runtime.environment import entries
from number_orders.runtime.errors import UserError
from number_orders.runtime.logs import configure_service
from number_orders.runtime.settings import LogSettings, load


def worker() -> None:
    """Run workflows and activities."""
    from number_orders.worker.main import run

    asyncio.run(run())


def bridge() -> None:
    """Receive TENIOS' pushes and pass them on as signals."""
    from number_orders.bridge.main import run

    asyncio.run(run())


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8082,
    state: Annotated[Path | None, typer.Option(help="Keep the state in this file.")] = None,
    auto: Annotated[
        float | None, typer.Option(min=0, help="Approve and complete after this many seconds.")
    ] = None,
) -> None:
    """Run a stand-in for TENIOS; its page is at /_sandbox/."""
    import uvicorn

    from number_orders.runtime.listener import listen, serve
    from number_orders.sandbox.app import create_app

    configure_service(load(LogSettings).log_format)
    keys = entries(os.environ.get("SANDBOX_ACCESS_KEYS", "")) or ["sandbox-key"]
    listener = listen(host, port)
    try:
        app = create_app(
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
    asyncio.run(serve(config, listener))
