"""What a push says: the table of docs/pushes.md, by example."""

import json
from urllib.parse import urlencode

import pytest

from number_orders.pushes.reading import read
from number_orders.workflows.push_judgement import PushReading


def said(body: bytes | str | object) -> PushReading:
    """A reading of bytes, of text, or of anything as JSON."""
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return read(body)


NOTHING = {
    "empty": b"",
    "blank": b" \r\n",
    "a byte order mark": b"\xff\xfe",
    "an empty object": {},
    "an empty list": [],
    "a test": {"test": True},
    "a challenge": {"type": "url_verification", "challenge": "x"},
    "a subscription": {"Type": "SubscriptionConfirmation", "Token": "x"},
    "a type alone": {"requestType": "NUMBER_ORDER", "customerNumber": 4711},
    "a type in an object": {"event": {"name": "number.order", "version": 2}},
    "an order's own fields": {"numberType": "GEOGRAPHICAL", "areaCode": 221, "city": "Köln"},
    "an error that says there is none": {"error": {"code": 0, "message": None}, "errors": []},
    "no error in words": {"error_code": "NO_ERROR", "errorMessage": "", "hasErrors": "false"},
    "the number that it is linked to": {"link_to_number": "+492211234567"},
    "a contact's number": {"contact": {"phone": "+492211234567"}, "contactPhoneNumber": "0221 1"},
    "a delivery's id": {"id": "evt_3f2", "created": 1764100000},
}


@pytest.mark.parametrize("case", NOTHING)
def test_nothing(case: str) -> None:
    """A push that says nothing of the order has nothing against it either."""
    reading = said(NOTHING[case])
    assert reading == PushReading(excerpt=reading.excerpt)


SUCCESS = {
    "status": {"status": "COMPLETED"},
    "camel case": {"orderStatus": "OrderCompleted"},
    "run together": {"state": "numberordercompleted"},
    "request type": {"requestType": "NUMBER_ORDER_COMPLETED"},
    "event with a version": {"event": "number_order.completed.v1"},
    "topic": {"topic": "orders/fulfilled"},
    "a sentence": {"status": "Your order has been completed successfully"},
    "German": {"status": "Bestellung erfolgreich abgeschlossen"},
    "a flag": {"success": True},
    "a flag as text": {"success": "true"},
    "a date": {"completed": "2026-11-25T10:00:00.000Z"},
    "status in an object": {"status": {"code": "COMPLETED", "text": "done"}},
    "wrappers": {"data": {"result": {"event": {"state": "active"}}}},
    "an order's word": {"order": "completed"},
    "a list": {"states": [], "status": ["completed"]},
    "beside no error": {"status": "ok", "error": None, "errors": [], "reason": ""},
    "a form": "order[status]=completed",
    "payload": urlencode({"payload": '{"status": "completed"}'}),
}


@pytest.mark.parametrize("case", SUCCESS)
def test_success(case: str) -> None:
    """A known success is one wherever it stands, and nothing speaks against it."""
    reading = said(SUCCESS[case])
    assert (reading.success, reading.objection) == (True, None)


FAILURES = {
    "status": {"status": "FAILED"},
    "type": {"type": "ORDER_FAILED"},
    "event type": {"eventType": "NUMBER_ORDER_REJECTED", "reason": "x"},
    "request type": {"requestType": "NUMBER_ORDER_FAILED"},
    "event": {"event": "number.order.cancelled"},
    "result": {"result": "declined"},
    "exception": {"exception": "X"},
    "errorMsg": {"errorMsg": "x"},
    "an error's code": {"error": {"code": 17}},
    "errors": {"errors": [{"field": "area_code"}]},
    "vendor's error": {"error_code": "INVALID_VALUE", "fields": ["area_code"]},
    "a failed flag": {"orderFailed": True},
    "a flag denied": {"success": False},
    "a flag denied in words": {"success": "nein"},
    "a flag without a value": {"completed": None},
    "in a sentence": {"message": "The order was rejected by the carrier"},
    "a denial in a sentence": {"description": "No numbers left in this area"},
    "a denial in German": {"hinweis": "Leider konnte keine Rufnummer zugeteilt werden"},
    "any text": {"x": {"y": ["done", "FAILED"]}},
    "in a text that is JSON": {"Type": "Notification", "Message": '{"status":"FAILED"}'},
    "in JSON in JSON": {"a": json.dumps({"b": json.dumps({"error": "none left"})})},
    "in percent-encoded JSON": {"payload": "%7B%22status%22%3A%22FAILED%22%7D"},
    "in base64 JSON": {"message": {"data": "eyJzdGF0dXMiOiJGQUlMRUQifQ=="}},
    "in base64 JSON of lists": {"data": "W1t7InN0YXR1cyI6IkZBSUxFRCJ9XV0="},
    "in a form in JSON": {"body": "orderId=7&result=refused"},
    "payload": urlencode({"payload": '{"status":"FAILED","error":"none left"}'}),
    "brackets": "order[id]=7&order[errors][0]=x",
    "beside a success": {"status": "COMPLETED", "error": "partially"},
    "hidden by a repetition": b'{"status":"failed","status":"completed"}',
    "a key with dots": {"order.state": "FAILED"},
    "German": {"status": "fehlgeschlagen"},
    "capitals of another width": {"status": "\uff26\uff21\uff29\uff2c\uff25\uff24"},
}
UNKNOWN = {
    "pending": {"status": "PENDING"},
    "accepted": {"state": "accepted"},
    "a number": {"status": 200},
    "in progress": "status=in+progress",
    "not completed": {"status": "not completed"},
    "incomplete": {"status": "incomplete"},
    "a letter that nobody knows": {"status": "未 completed"},
    "a sign before it": {"status": "!completed"},
    "another thing's success": {"type": "VERIFICATION_COMPLETED"},
    "neutral where a status stands": {"status": "order"},
    "in an object": {"status": {"name": "PENDING", "id": 3}},
    "in a list": {"status": ["completed", "pending"]},
    "very long": {"status": "completed " * 100},
    "in brackets": "order[state]=waiting",
    "an order's word": {"order": "waiting"},
}
UNREADABLE = {
    "a word": b"OK",
    "null": b"null",
    "a number": b"7",
    "a text": b'"completed"',
    "cut off": b'{"status":"completed"',
    "two documents": b'{"status":"completed"}{"x":1}',
    "XML": b'<?xml version="1.0"?><status>COMPLETED</status>',
    "XML in a field": {"payload": "<order><id>7</id></order>"},
    "broken JSON in a field": {"payload": '{"order": 7'},
    "values without names": ["completed"],
    "NUL bytes": bytes(100),
    "a sentence with an equals sign": b"The order, code=5",
    "a part without a name": b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--",
    "a phone number that is none": {"phone_number": "+49 221 XXXX"},
    "too many members": {"a": [{"b": 1}] * 1_000},
    "too deep": json.loads("[" * 40 + '{"status":"completed"}' + "]" * 40),
    "deeper than a parser goes": b"[" * 60_000,
    "too large": b'{"a":"' + b"x" * 70_000 + b'"}',
    "orders without end": {"order_ids": [{"order_id": n} for n in range(50)]},
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure(case: str) -> None:
    """A failure is an objection wherever it stands."""
    assert "failure" in (objection := said(FAILURES[case]).objection or "") or (
        "success" in objection or "denies" in objection
    )


@pytest.mark.parametrize("case", UNKNOWN)
def test_unknown_status(case: str) -> None:
    """What is no known success is an objection, whatever it is."""
    assert said(UNKNOWN[case]).objection


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable(case: str) -> None:
    """What cannot be read, or not all of it, is an objection."""
    assert said(UNREADABLE[case]).objection


ORDER_IDS: dict[str, tuple[object, tuple[str, ...]]] = {
    "number": ({"order_id": 7}, ("7",)),
    "text": ({"orderId": " 7 "}, ("7",)),
    "fraction": (b'{"orderId":99999.0}', ("99999",)),
    "exponent": (b'{"orderId":9.9999e4}', ("99999",)),
    "fraction in a form": ("order_id=99999.0", ("99999",)),
    "list": ({"orderId": ["99999"]}, ("99999",)),
    "object": ({"order": {"id": "99999"}, "status": "COMPLETED"}, ("99999",)),
    "object under the id": ({"orderId": {"value": 7}}, ("7",)),
    "orders": ({"orders": [{"id": 1}, {"number": "2"}, 3]}, ("1", "2", "3")),
    "scalar order": ({"order": "A-7"}, ("A-7",)),
    "brackets": ("order[id]=7&order%5Bid%5D=8", ("7", "8")),
    "dots": ({"order.id": 7}, ("7",)),
    "repeated": (b'{"order_id": 1, "order_id": 2}', ("1", "2")),
    "longer names": ({"tenios_number_order_id": 7, "Bestellnummer": 8}, ("7", "8")),
    "in a text": ({"data": '{"orderId":"99999"}'}, ("99999",)),
    "in an error": ({"error": {"order_id": 7}}, ("7",)),
    "bare": ({"id": 99999, "status": "COMPLETED"}, ("99999",)),
    "bare in a wrapper": ({"data": {"id": "99999"}}, ("99999",)),
    "bare beside one with a name": ({"id": 1, "data": {"order_id": 7}}, ("7",)),
    "huge": (b'{"order_id":' + b"9" * 5_000 + b"}", ("9" * 99 + "…",)),
    "invisible": ({"order_id": "7\u200b\ufeff"}, ("7",)),
    "surrogate": (rb'{"order_id":"7\ud800"}', ("7",)),
    "unreadable body": (b"order_id=99999&<x", ("99999",)),
}


@pytest.mark.parametrize("case", ORDER_IDS)
def test_order_ids(case: str) -> None:
    """Every order that a push names is read, however it is written."""
    body, expected = ORDER_IDS[case]
    assert said(body).order_ids == expected


PHONE_NUMBERS: dict[str, tuple[object, tuple[str, ...]]] = {
    "plain": ({"phone_number": "+492211234567"}, ("+492211234567",)),
    "national": ({"phoneNumber": "0221 / 1234567"}, ("02211234567",)),
    "vendor's name": ({"tenios_number": "+492211234567"}, ("+492211234567",)),
    "as a number": ({"number": 492211234567}, ("492211234567",)),
    "two zeros": ({"msisdn": "0049 221.123-4567"}, ("00492211234567",)),
    "brackets and trunk": ({"did": "+49 (0) 221 - 123 4567"}, ("+4902211234567",)),
    "national in brackets": ({"did": "(0221) 1234567"}, ("02211234567",)),
    "dashes and blanks of all kinds": (
        {"phone": "+49\u00a0221\u2011123\u2013456\u202f7\u2212\u200b8"},
        ("+4922112345678",),
    ),
    "digits of another width": ({"phone": "\uff0b\uff14\uff19221 1234567"}, ("+492211234567",)),
    "scheme": ({"phone": "tel:+49-221-1234567;ext=1"}, ("+492211234567",)),
    "both prefixes": ({"phoneNumber": "+49 0221 9000001"}, ("+4902219000001",)),
    "form that forgot the plus": ("phone_number=+492211234567", ("492211234567",)),
    "list of one": ({"numbers": ["+492211234567"]}, ("+492211234567",)),
    "list": (
        {"numbers": ["+492211234567", "+492211234568"]},
        ("+492211234567", "+492211234568"),
    ),
    "text with several": (
        {"numbers": "+492211234567, +492211234568"},
        ("+492211234567", "+492211234568"),
    ),
    "objects": ({"numbers": [{"number": "+492211234567"}]}, ("+492211234567",)),
    "object": ({"phoneNumber": {"e164": "+492211234567", "type": "LOCAL"}}, ("+492211234567",)),
    "order's number": ({"order": {"number": "+492211234567"}}, ("+492211234567",)),
    "new number": ({"newPhoneNumber": "+492211234567"}, ("+492211234567",)),
    "repeated": (
        b'{"number": "+492211234567", "number": "+492211234568"}',
        ("+492211234567", "+492211234568"),
    ),
}


@pytest.mark.parametrize("case", PHONE_NUMBERS)
def test_phone_numbers(case: str) -> None:
    """Numbers are read as people and machines write them, and nothing speaks against them."""
    body, expected = PHONE_NUMBERS[case]
    reading = said(body)
    assert (reading.phone_numbers, reading.order_ids, reading.objection) == (expected, (), None)


def test_excerpt() -> None:
    """People are shown the text, whatever bytes it came in, on one line."""
    assert said("Köln\r\n\x1b[31m".encode("utf-16")).excerpt == "Köln   [31m"
    assert said(b"").excerpt == "(empty)"
    assert len(said("ü" * 3_000).excerpt) == 500
