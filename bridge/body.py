"""Reading a request's body within limits. The server in front of us has none of its own."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from number_orders.pushes.decoding import known_charset

LIMIT_BYTES = 64 * 1024
LIMIT_SECONDS = 10.0

_PLAIN = frozenset({"", "identity", "none", "7bit", "8bit", "binary"})


async def read_body(request: Request) -> bytes:
    """The raw body; 413, 408, 415 or 400 if it is too large, too slow, encoded or cut off."""
    if not _is_plain(request.headers.get("content-encoding", "")):
        # A few bytes could unpack to gigabytes.
        raise HTTPException(415, "Content-Encoding is not supported")
    body = bytearray()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LIMIT_BYTES:
                    raise HTTPException(413, "The body is too large", {"Connection": "close"})
    except TimeoutError:
        raise HTTPException(408, "The body came too slowly", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "The body was cut off") from None
    return bytes(body)


def _is_plain(content_encoding: str) -> bool:
    """Whether nothing has to be unpacked; some put a charset there, which is not its place."""
    codings = [coding.strip().lower() for coding in content_encoding.split(",")]
    return all(coding in _PLAIN or known_charset(coding) for coding in codings)
