"""How the bridge is served, in production as in the tests."""

import uvicorn
from starlette.applications import Starlette

from number_orders.bridge.protocol import BridgeProtocol


def server_config(app: Starlette) -> uvicorn.Config:
    """The configuration of the server in front of the bridge."""
    return uvicorn.Config(
        app,
        http=BridgeProtocol,
        # Whatever may be installed beside us.
        ws="none",
        # Also how many are accepted at one go, before the first of them can be turned away.
        backlog=256,
        # Longer than a proxy keeps a connection without use, often 60 s: a push that is sent on one
        # while we close it would be lost.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=15,
        log_config=None,
        access_log=False,
        server_header=False,
        # We neither use nor log a client's address.
        proxy_headers=False,
    )
