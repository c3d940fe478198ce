"""The push secret as the key of a signature over the body."""

import base64
import hmac

import pytest
from starlette.requests import Request

from number_orders.bridge.secret import presented_secret
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys

SECRET = CallbackKeys({"k": b"0123456789abcdef"}).callback("number-order:a").secret
KEY = base64.urlsafe_b64decode(SECRET + "=")
BODY = '{"city":"Köln"}'.encode("latin-1")
TIMED = b"msg_1.1764100000." + BODY


def digest(message: bytes = BODY, key: bytes = SECRET.encode()) -> bytes:
    return hmac.digest(key, message, "sha256")


def base(content: bytes) -> str:
    return base64.b64encode(content).decode()


FITTING = {
    "hex": {"X-Signature": digest().hex()},
    "capitals": {"X-Signature": digest().hex().upper()},
    "as GitHub has it": {"X-Hub-Signature-256": f"sha256={digest().hex()}"},
    "base64": {"X-Tenios-Signature": base(digest())},
    "base64 with its method": {"X-Signature": f"sha256={base(digest())}"},
    "base64url": {"X-Signature": base64.urlsafe_b64encode(digest()).rstrip(b"=").decode()},
    "hmac in the name": {"X-Hmac-SHA256": base(digest())},
    "decoded key": {"X-Signature": digest(key=KEY).hex()},
    "beside another": {"X-Signature": f"{'0' * 64}, {digest().hex()}"},
    "Standard Webhooks": {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1764100000",
        "webhook-signature": f"v1,{base(bytes(32))} v1,{base(digest(TIMED, KEY))}",
    },
    "Standard Webhooks with the secret as it is": {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1764100000",
        "webhook-signature": f"v1,{base(digest(TIMED))}",
    },
}
NOT_FITTING = {
    "another body": {"X-Signature": digest(b"{}").hex()},
    "another key": {"X-Signature": digest(key=b"other").hex()},
    "no key": {"X-Signature": digest(key=b"").hex()},
    "cut": {"X-Signature": digest().hex()[:-1]},
    "nothing": {"X-Signature": ""},
    "no base64": {"X-Signature": "=" * 44},
    "no text": {"X-Signature": "\xff" * 64},
    "under another name": {"X-Request-Id": digest().hex()},
    "another time": {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1764100001",
        "webhook-signature": f"v1,{base(digest(TIMED, KEY))}",
    },
    "of many": {"X-Signature": ",".join(["0" * 64] * 1_000 + [digest().hex()])},
}


def presented(headers: dict[str, str], body: bytes = BODY) -> str:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    request = Request({"type": "http", "headers": raw, "query_string": b""})
    return presented_secret(request, content_of(body), SECRET)


@pytest.mark.parametrize("case", FITTING)
def test_fits(case: str) -> None:
    """A signature that only the secret can make stands for the secret."""
    assert presented(FITTING[case]) == "secret"


@pytest.mark.parametrize("case", NOT_FITTING)
def test_does_not_fit(case: str) -> None:
    """One that does not fit counts as absent: it may be another's, such as a gateway's."""
    assert presented(NOT_FITTING[case]) == "absent"


def test_in_the_query() -> None:
    """A signature in the address's query counts too."""
    query = f"signature={digest().hex()}".encode()
    request = Request({"type": "http", "headers": [], "query_string": query})
    assert presented_secret(request, content_of(BODY), SECRET) == "secret"


def test_wrong_value_beside_it() -> None:
    """The right signature counts more than a wrong value beside it."""
    body = b'{"push_secret":"wrong"}'
    assert presented({"X-Signature": digest(body).hex()}, body) == "secret"
    assert presented({"X-Signature": digest().hex()}, body) == "wrong"
