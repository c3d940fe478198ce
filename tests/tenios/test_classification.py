"""What an answer means, for each form in which it may come."""

import json

import pytest

from number_orders.tenios import errors
from tests.support.answering import KEY, answering, order_request, response, verification_request
from tests.tenios.test_client import told


def refusal(code: str, *fields: str, **more: object) -> str:
    return json.dumps({"error_code": code, "error_message": "no", "fields": fields, **more})


@pytest.mark.parametrize("date", ["2019-01-01", "2019-01-01T09:00:00.000Z", "2019-01-01 09:00:00"])
async def test_cancellation_date(date: str) -> None:
    """A cancellation date may come as a date or as a date-time."""
    async with answering(response(200, f'{{"cancellation_date": "{date}"}}')) as server:
        cancelled = await server.client.cancel_number("+4922112345")
    assert cancelled.cancellation_date.isoformat() == "2019-01-01"


async def test_german_cancellation_date() -> None:
    """A date as Germans write it is read as such."""
    async with answering(response(200, '{"cancellationDate": "31.1.2019"}')) as server:
        cancelled = await server.client.cancel_number("+4922112345")
    assert cancelled.cancellation_date.isoformat() == "2019-01-31"


@pytest.mark.parametrize("date", ["31.2.2019", "soon", "", 5, None, {}])
async def test_no_cancellation_date(date: object) -> None:
    """A cancellation without a date that can be read is neither a yes nor a no."""
    body = json.dumps({"cancellation_date": date})
    async with answering(response(200, body)) as server:
        with pytest.raises(errors.UnreadableAnswer):
            await server.client.cancel_number("+4922112345")


KEY_REFUSED = errors.CredentialsRefused
ANSWERS = [
    # The key: 401, 403, or the field named.
    (response(403, "no"), KEY_REFUSED),
    (response(401, ""), KEY_REFUSED),
    (response(403, refusal("BAD_CREDENTIALS")), KEY_REFUSED),
    (response(403, refusal("BAD_CREDENTIALS", "access_key")), KEY_REFUSED),
    (response(400, refusal("BAD_CREDENTIALS", "accessKey")), KEY_REFUSED),
    (response(400, refusal("FIELD_IS_REQUIRED", "access_key")), KEY_REFUSED),
    (response(403, "x" * 1_100_000), KEY_REFUSED),
    # The method.
    (response(404, "<html>Not found"), errors.MethodUnknown),
    (response(404, '{"status": 404, "error": "Not Found"}'), errors.MethodUnknown),
    (response(404, refusal("UNKNOWN_METHOD")), errors.MethodUnknown),
    (response(404, refusal("NOT_FOUND")), errors.MethodUnknown),
    (response(405, ""), errors.MethodUnknown),
    # Too often.
    (response(429, ""), errors.Throttled),
    # The request.
    (response(404, refusal("X")), errors.RequestRefused),
    (response(404, refusal("AGENT_NOT_FOUND")), errors.RequestRefused),
    (response(404, refusal("NOT_FOUND", "verification_id")), errors.RequestRefused),
    (response(403, refusal("INVALID_VALUE", "verification_id")), errors.RequestRefused),
    (response(400, refusal("BAD_CREDENTIALS", "verification_id")), errors.RequestRefused),
    (response(400, refusal("INVALID_VALUE", "zip")), errors.RequestRefused),
    (response(400, '{"error_code": "INVALID_VALUE", "fields": null}'), errors.RequestRefused),
    (response(400, '{"errorCode": 7, "fields": [{"a": 1}]}'), errors.RequestRefused),
    (response(400, '{"error": {"code": "X", "message": "no"}}'), errors.RequestRefused),
    (response(400, '{"errors": ["the zip is wrong"]}'), errors.RequestRefused),
    (response(400, '{"message": "Bad Request"}'), errors.RequestRefused),
    (response(413, "<html>Too large"), errors.RequestRefused),
    (response(200, '{"success": false}'), errors.RequestRefused),
    (response(200, '{"success": 0}'), errors.RequestRefused),
    (response(200, '{"success": "false", "error_code": "X"}'), errors.RequestRefused),
    (response(200, '{"data": {"success": "FALSE"}}'), errors.RequestRefused),
    # A yes and a no at once, or two of them.
    (response(200, '{"success": false, "order_id": 1}'), errors.UnreadableAnswer),
    (response(200, '{"error_code": "BAD_CREDENTIALS", "order_id": 1}'), errors.UnreadableAnswer),
    (response(403, '{"order_id": 1}'), errors.UnreadableAnswer),
    (response(500, '{"order_id": 1}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "error": "none left"}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "status": "FAILED"}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "status": 409}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "data": {"errors": ["x"]}}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "orderId": 2}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "data": {"order_id": 2}}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1, "order_id": 2}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": [1, 2]}'), errors.UnreadableAnswer),
    # Neither.
    (response(200, "{}"), errors.UnreadableAnswer),
    (response(204, ""), errors.UnreadableAnswer),
    (response(200, '{"order_id": null}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": true}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 1.5}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": NaN}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": 12345678901234567890.0}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": "\\ud83d"}'), errors.UnreadableAnswer),
    (response(200, '{"order_id": "a b"}'), errors.UnreadableAnswer),
    (response(200, f'{{"order_id": "{"1" * 300}"}}'), errors.UnreadableAnswer),
    (response(200, f'{{"order_id": {"1" * 5000}}}'), errors.UnreadableAnswer),
    (response(200, '{"message": "the order failed"}'), errors.UnreadableAnswer),
    (response(400, "Bad Request"), errors.UnreadableAnswer),
    (response(400, "{}"), errors.UnreadableAnswer),
    # A failure at an unknown point.
    (response(500, refusal("INVALID_VALUE")), errors.ServerFailed),
    (response(500, refusal("BAD_CREDENTIALS")), errors.ServerFailed),
    (response(503, ""), errors.ServerFailed),
    (response(408, '{"error": "Request Timeout"}'), errors.ServerFailed),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
async def test_classification(answer: bytes, expected: type[errors.TeniosError]) -> None:
    """Answers are classified by error code first, status second; the key never shows."""
    async with answering(answer) as server:
        with pytest.raises(errors.TeniosError) as caught:
            await server.client.order_number(order_request())
    assert type(caught.value) is expected
    assert KEY not in told(caught.value)
    assert caught.value.__context__ is None
    if isinstance(caught.value, KEY_REFUSED):
        assert not caught.value.is_ambiguous


@pytest.mark.parametrize(
    "answer",
    [
        response(400, refusal("BAD_CREDENTIALS")),
        response(400, refusal("bad_credentials")),
        response(404, refusal("BAD_CREDENTIALS")),
        response(200, '{"error_code": "BAD_CREDENTIALS"}'),
        response(403, refusal("ACCESS_DENIED")),
    ],
)
async def test_doubtful_key(answer: bytes) -> None:
    """The code alone is no proof of a wrong key: the error says what else it may be."""
    async with answering(answer) as server:
        with pytest.raises(KEY_REFUSED, match=r"TENIOS_ACCESS_KEY.*the verification id") as caught:
            await server.client.order_number(order_request())
    assert caught.value.is_ambiguous
    assert not isinstance(caught.value, errors.MayHaveTakenEffect)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"success": true}',
        '{"success": "true", "error_code": "", "fields": []}',
        '{"error_code": 0, "errors": null}',
        '{"verification_id": null, "status": "PENDING"}',
        '{"verification_id": ""}',
        '{"message": "Your documents are being checked", "data": {}}',
    ],
)
async def test_verification_without_an_id(body: str) -> None:
    """A success without an id is none the less one: the id comes with the approval."""
    async with answering(response(200, body)) as server:
        created = await server.client.create_verification(verification_request())
    assert created.verification_id is None


@pytest.mark.parametrize(
    "body",
    [
        *("", "OK", "null", "[]", "5", "<html>{}</html>", '<html>{"success": true}</html>'),
        # What stands within other words may be anything, such as the request.
        'Fatal error: in {"zip": "50667"}',
        *('{"verification_id": true}', '{"verification_id": "a b"}', '{"status": "FAILED"}'),
        *('{"error": "x"}', '{"valid": false}', '{"message": "Invalid document"}'),
        '{"fields": ["zip"]}',
    ],
)
async def test_verification_that_says_nothing(body: str) -> None:
    """An answer that cannot be read, or that hints at an error, is not taken for a success."""
    async with answering(response(200, body)) as server:
        with pytest.raises(errors.UnreadableAnswer) as caught:
            await server.client.create_verification(verification_request())
    assert caught.value.is_success


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (refusal("INVALID_VALUE", "verification_id"), True),
        (refusal("INVALID_VALUE", "verificationID"), True),
        (refusal("INVALID_VALUE", "verification.id"), True),
        (refusal("VERIFICATION_NOT_APPROVED"), True),
        (refusal("INVALID_VALUE", error_message="Die Verifizierung fehlt"), True),
        (refusal("INVALID_VALUE", error_message="It is not yet approved"), True),
        (refusal("INVALID_VALUE", "verification_id", "link_to_number"), False),
        (refusal("INVALID_VALUE", "push_url", error_message="verification of it failed"), False),
        (refusal("INVALID_VALUE"), False),
    ],
)
async def test_refusal_about_the_verification(body: str, expected: bool) -> None:
    """A refusal tells whether nothing but the verification is wrong with the order."""
    async with answering(response(400, body)) as server:
        with pytest.raises(errors.RequestRefused) as caught:
            await server.client.order_number(order_request())
    assert caught.value.is_about_verification is expected
