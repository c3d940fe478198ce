"""A TENIOS that answers at once and calls back at once: `python -m benchmarks.stub PORT`."""

import asyncio
import contextlib
import itertools
import sys
import uuid

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_PAUSE_SECONDS = 0.2
_PUSHED_AT_MOST = 100


class Stub:
    """Takes every verification and every order, and pushes each order's number."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._ids = itertools.count(1)
        self._verifications = 0
        self._pushing: set[asyncio.Task[None]] = set()

    async def verification(self, request: Request) -> JSONResponse:
        """`POST /verification/create`."""
        await request.json()
        self._verifications += 1
        return JSONResponse({"verification_id": str(uuid.uuid4())})

    async def verifications(self, _: Request) -> JSONResponse:
        """`GET /verifications`: how many it has taken."""
        return JSONResponse(self._verifications)

    async def order(self, request: Request) -> JSONResponse:
        """`POST /number/order`."""
        asked = await request.json()
        order_id = next(self._ids)
        push = {
            "order_id": order_id,
            "phone_number": f"+49221{order_id:07}",
            "push_secret": asked.get("push_secret"),
        }
        pushing = asyncio.create_task(self._push(asked["push_url"], push))
        self._pushing.add(pushing)
        pushing.add_done_callback(self._pushing.discard)
        return JSONResponse({"order_id": order_id})

    async def _push(self, url: str, push: dict[str, object]) -> None:
        for _ in range(_PUSHED_AT_MOST):
            with contextlib.suppress(httpx.HTTPError):
                if (await self._http.post(url, json=push)).is_success:
                    return
            await asyncio.sleep(_PAUSE_SECONDS)


async def main(port: int) -> None:
    """Answer until killed."""
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(trust_env=False, timeout=30, limits=limits) as http:
        stub = Stub(http)
        app = Starlette(
            routes=[
                Route("/verification/create", stub.verification, methods=["POST"]),
                Route("/number/order", stub.order, methods=["POST"]),
                Route("/verifications", stub.verifications),
            ]
        )
        config = uvicorn.Config(app, port=port, log_level="error", access_log=False)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
