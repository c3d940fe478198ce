"""A channel of NOTIFY_URLS, on loopback."""

from starlette.requests import Request
from starlette.responses import Response


class Channel:
    """What a channel received, and whether it takes anything."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[str] = []
        self.status = 200

    async def take(self, request: Request) -> Response:
        self.received.append((await request.body()).decode())
        return Response(status_code=self.status)
