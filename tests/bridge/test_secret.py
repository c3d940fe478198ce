"""Where a push may present its secret."""

import base64

import pytest
from starlette.requests import Request

from number_orders.bridge.secret import presented_secret
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.redaction import redact
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys


def request(*headers: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "headers": list(headers), "query_string": b""})


@pytest.mark.parametrize(
    ("headers", "body", "presented"),
    [
        ([], b'{"push_secret": "s3cret"}', "secret"),
        ([], b'{"accessKey": "s3cret"}', "secret"),
        ([(b"authorization", b"Bearer s3cret")], b"{}", "secret"),
        ([(b"authorization", b"bearer s3cret")], b"{}", "secret"),
        ([], b'{"pushSecret": "other"}', "wrong"),
        ([], b'{"access_key": "other"}', "absent"),
        ([(b"authorization", b"Bearer of-a-gateway")], b"{}", "absent"),
        ([(b"authorization", b"Bearer of-a-gateway")], b"pushSecret=s3cret", "secret"),
        ([], b"[1]", "absent"),
        ([], b"\xff", "absent"),
    ],
)
def test_presented(headers: list[tuple[bytes, bytes]], body: bytes, presented: str) -> None:
    """A name that may carry something else never makes a push wrong."""
    assert presented_secret(request(*headers), content_of(body), "s3cret") == presented


def test_redact() -> None:
    """Every occurrence of every secret is redacted."""
    assert redact(b"a-one-two-one", "one", "two") == b"a-***-***-***"


def test_kept_header() -> None:
    """A header is cut only after secrets are redacted, so that no part of one stays."""
    callback = CallbackKeys({"test": bytes(16)}).callback("number-order:a")
    headers = {"user-agent": "x" * 190 + callback.secret, "cookie": "a"}
    push = ReceivedPush.of(callback, content_of(b"{}"), headers, "url")
    assert push.headers == {"user-agent": "x" * 190 + "*" * 10}


@pytest.mark.parametrize(
    "body", [b'{"accessKey": "of-the-customer", "n": 1}', b"secret=of-the-customer"]
)
def test_credentials_of_others(body: bytes) -> None:
    """TENIOS' other pushes carry the customer's own key: it does not get into a history."""
    callback = CallbackKeys({"test": bytes(16)}).callback("number-order:a")
    push = ReceivedPush.of(callback, content_of(body), {}, "url")
    assert base64.b64decode(push.delivery.body) == body.replace(b"of-the-customer", b"*" * 15)
