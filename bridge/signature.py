"""The push secret as the key of a signature over the body: HMAC-SHA-256, as most webhooks do it."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator

from starlette.requests import Request

_NAME = re.compile("signature|hmac", re.IGNORECASE)
_MOST = 20
"""Signatures that are compared; Standard Webhooks sends one for each key that is valid."""


def is_signed(request: Request, body: bytes, secret: str) -> bool:
    """Whether a header or the query has a signature of this body, made with the secret.

    The key of the HMAC is the secret as it is, or decoded from base64 as in Standard Webhooks. The
    time that was signed is not checked: the same push again is the same delivery.
    """
    presented = list(_presented(request))
    if not presented:
        return False
    keys = (secret.encode(), base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
    expected = [
        hmac.digest(key, message, "sha256") for key in keys for message in _messages(request, body)
    ]
    # Each comparison takes constant time; how many there are tells nothing of the secret.
    return any(hmac.compare_digest(one, other) for one in presented for other in expected)


def _messages(request: Request, body: bytes) -> list[bytes]:
    """What may have been signed: the body, or with id and time as Standard Webhooks does it."""
    headers = request.headers
    identity, time = headers.get("webhook-id"), headers.get("webhook-timestamp")
    if identity is None or time is None:
        return [body]
    return [body, b".".join((identity.encode("latin-1"), time.encode("latin-1"), body))]


def _presented(request: Request) -> Iterator[bytes]:
    """Each digest that is presented, in hex or base64; with `sha256=` or `v1,` before it or not."""
    found = [
        value
        for name, value in (*request.headers.items(), *request.query_params.multi_items())
        if _NAME.search(name)
    ]
    candidates = [part for value in found for part in re.split(r"[\s,;]+|\bsha256=|\bv1=", value)]
    for candidate in candidates[:_MOST]:
        digest = _digest(candidate.strip("\"':"))
        if digest is not None:
            yield digest


def _digest(text: str) -> bytes | None:
    try:
        if re.fullmatch(r"[0-9a-fA-F]{64}", text):
            return bytes.fromhex(text)
        if re.fullmatch(r"[A-Za-z0-9+/_-]{43}=?", text):
            return base64.urlsafe_b64decode(text[:43].translate(str.maketrans("+/", "-_")) + "=")
    except binascii.Error:
        return None
    return None
