"""A TENIOS that answers with whatever bytes it is told to, and the requests that it is sent."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from pydantic import SecretStr

from number_orders.tenios.client import TeniosClient
from number_orders.tenios.models import NumberOrderRequest, VerificationRequest
from tests.support.order_driver import PDF
from tests.support.until import LONG_ENOUGH_SECONDS

KEY = "a-very-secret-key"
DOCUMENT = base64.b64encode(PDF).decode()


def order_request(**changes: Any) -> NumberOrderRequest:
    return NumberOrderRequest(
        **{
            "verification_id": "v",
            "push_url": "http://127.0.0.1:1/push",
            "push_secret": SecretStr("s"),
            **changes,
        }
    )


def verification_request(**changes: Any) -> VerificationRequest:
    return VerificationRequest(
        **{
            "country": "Germany",
            "city": "Köln",
            "zip": "50667",
            "street": "Domkloster",
            "house_number": "4",
            "area_code": "221",
            "document_type": "CONTRACT",
            "document_data": SecretStr(DOCUMENT),
            **changes,
        }
    )


class Answers:
    """A server whose next answer can be set, and a client of it."""

    def __init__(self, client: TeniosClient) -> None:
        self.client = client
        self.answer: bytes | None = b""
        """`None`: reads, and never answers."""
        self.connections = 0
        self.requests: list[bytes] = []


@contextlib.asynccontextmanager
async def answering(
    answer: bytes | None = b"", *, key: str = KEY, keep_alive: bool = False
) -> AsyncIterator[Answers]:
    """A client whose server sends these bytes to each request; closes unless told otherwise."""
    stop = asyncio.Event()
    answers: Answers

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                answers.requests.append(head + await reader.readexactly(length))
                if answers.answer is None:
                    await stop.wait()
                else:
                    writer.write(answers.answer)
                    await writer.drain()
                if not keep_alive:
                    break
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # Waited for in full by the tests of silence alone.
    limit = 0.5 if answer is None else LONG_ENOUGH_SECONDS
    try:
        async with TeniosClient(
            base_url=f"http://127.0.0.1:{port}",
            access_key=SecretStr(key),
            call_limit_seconds=limit,
        ) as client:
            answers = Answers(client)
            answers.answer = answer
            yield answers
    finally:
        stop.set()
        server.close()
        await server.wait_closed()


def response(status: int, body: bytes | str, *headers: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content
