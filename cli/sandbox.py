"""`number-orders sandbox`."""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from number_orders.runtime.environment import entries
from number_orders.runtime.errors import UserError
from number_orders.runtime.listener import listen, serve
from number_orders.runtime.logs import configure_service
from number_orders.runtime.settings import LogSettings, load
from number_orders.sandbox.app import create_app


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8082,
    state: Annotated[Path | None, typer.Option(help="Keep the state in this file.")] = None,
    auto: Annotated[
        float | None, typer.Option(min=0, help="Approve and complete after this many seconds.")
    ] = None,
) -> None:
    """Run a stand-in for TENIOS, with a page at /_sandbox/."""
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
