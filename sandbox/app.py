"""The sandbox as an ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Mount

from number_orders.sandbox.control import Control
from number_orders.sandbox.service_team import ServiceTeam
from number_orders.sandbox.state import State
from number_orders.sandbox.vendor import Vendor


def create_app(
    *, access_keys: frozenset[str], state_file: str | None, auto_seconds: float | None
) -> Starlette:
    """A sandbox of its own.

    Args:
        access_keys: The keys that are accepted.
        state_file: Where its state survives a restart; without it, in memory.
        auto_seconds: Approve and complete by itself after this time; without it, never.
    """
    state = State(state_file)
    team = ServiceTeam(state, auto_seconds)
    vendor = Vendor(state, team, access_keys)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        work = asyncio.create_task(team.work())
        yield
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        state.close()

    app = Starlette(routes=[Mount("/_sandbox", routes=Control(state).routes())], lifespan=lifespan)
    # Not a route: a route's pattern knows no path with a line break.
    app.router.default = vendor
    return app
