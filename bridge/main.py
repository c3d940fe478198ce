"""The bridge's process."""

import logging

import uvicorn

from bridge.app import create_app
from runtime.settings import BridgeSettings, load
from runtime.temporal import connect

_log = logging.getLogger(__name__)


async def run() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    settings = load(BridgeSettings)
    # Lazily: a callback must find the bridge running when Temporal is away; /health/ready tells.
    client = await connect(lazy=True)
    app = create_app(
        client, settings.callback_keys, secret_required=settings.bridge_secret == "required"
    )
    _log.info("Listening on http://%s:%s", settings.bridge_host, settings.bridge_port)
    await uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.bridge_host,
            port=settings.bridge_port,
            log_config=None,
            # A callback's path carries its token.
            access_log=False,
            timeout_graceful_shutdown=15,
        )
    ).serve()
