"""One answer, in every form in which servers have been seen to send it."""

import gzip
import json
import tracemalloc
import zlib

import pytest

from number_orders.tenios.answer_body import read_body
from tests.support.answering import answering, order_request, response, verification_request

PLAIN = '{"order_id": "12", "message": "Prüfung läuft"}'
NOTICE = "<br />\n<b>Warning</b>: Undefined index {foo} in <b>x.php</b> on line <b>3</b><br />\n"
UTF_8 = PLAIN.encode()
LATIN_1 = PLAIN.encode("latin-1")


def declared(charset: str) -> str:
    return f"Content-Type: application/json; charset={charset}"


FORMS = {
    "plain": (UTF_8,),
    "with a byte order mark": (b"\xef\xbb\xbf" + UTF_8,),
    "with two of them": (b"\xef\xbb\xbf" * 2 + UTF_8,),
    "a mark against the header": (b"\xef\xbb\xbf" + UTF_8, declared("ISO-8859-1")),
    "Latin-1 as declared": (LATIN_1, declared("ISO-8859-1")),
    "Windows-1252 as declared": (LATIN_1, declared('"windows-1252"')),
    "Latin-1 undeclared": (LATIN_1,),
    "Latin-1 declared as UTF-8": (LATIN_1, declared("utf-8")),
    "UTF-8 declared as UTF-16": (UTF_8, declared("utf-16")),
    "UTF-16 with its mark": (PLAIN.encode("utf-16"),),
    "UTF-16 without its mark": (PLAIN.encode("utf-16-le"),),
    "UTF-16 as declared": (PLAIN.encode("utf-16-be"), declared("utf-16-be")),
    "an unknown charset": (UTF_8, declared("klingon")),
    "a codec that is no charset": (UTF_8, declared("rot13")),
    "a charset as the encoding": (UTF_8, "Content-Encoding: UTF-8"),
    "identity as the encoding": (UTF_8, "Content-Encoding: identity"),
    "gzip": (gzip.compress(UTF_8), "Content-Encoding: gzip"),
    "gzip without a header": (gzip.compress(UTF_8),),
    "gzip in the header alone": (UTF_8, "Content-Encoding: gzip"),
    "deflate": (zlib.compress(UTF_8), "Content-Encoding: deflate"),
    "no content type": (UTF_8, "Content-Type: text/html"),
    "line breaks around it": (b"\r\n\r\n" + UTF_8 + b"\n\0",),
    "a notice before it": ((NOTICE + PLAIN).encode(),),
    "a comment behind it": (UTF_8 + b"\n<!-- 0.03s -->",),
    "a call around it": (b"callback(" + UTF_8 + b");",),
    "a guard before it": (b")]}',\n" + UTF_8,),
    "a list around it": (b"[" + UTF_8 + b"]",),
    "JSON in JSON": (json.dumps(PLAIN).encode(),),
    "inside data": (b'{"data": ' + UTF_8 + b"}",),
    "inside data, in a list": (b'{"success": true, "data": [' + UTF_8 + b"]}",),
    "inside data, as a text": (json.dumps({"data": PLAIN}).encode(),),
}


@pytest.mark.parametrize("form", FORMS)
async def test_forms(form: str) -> None:
    """The order id is read, whatever the server did to the answer."""
    body, *headers = FORMS[form]
    async with answering(response(200, body, *headers)) as server:
        assert (await server.client.order_number(order_request())).order_id == "12"


@pytest.mark.parametrize(
    "body",
    [
        *('{"order_id": 123}', '{"orderId": "123"}', '{"orderID": 123.0}', '{"ORDER_ID": " 123 "}'),
        *('{"OrderId": [123]}', '{"order-id": 1.23e2}', '{"order": {"id": 123}, "new": 1}'),
        *('{"data": {"order": {"id": "123"}}}', '{"order_id": 123, "data": {"orderId": "123"}}'),
        *('{"order_id": 123, "errors": [], "error": null}', '{"order_id": 123, "error_code": 0}'),
        '{"order_id": 123, "area": {"code": "511"}}',
        *('{"order_id": 123, "status": "PENDING"}', '{"order_id": 123, "success": "true"}'),
    ],
)
async def test_spellings(body: str) -> None:
    """An id is read as text, whichever way the vendor writes it and its key."""
    async with answering(response(201, body)) as server:
        assert (await server.client.order_number(order_request())).order_id == "123"


async def test_verification_id_in_another_spelling() -> None:
    """Every method's answer is read in this way."""
    body = NOTICE + '{"Data": {"verificationID": "abc"}}'
    async with answering(response(200, body)) as server:
        created = await server.client.create_verification(verification_request())
    assert created.verification_id == "abc"


UNREADABLE = {
    "two objects": b'{"order_id": 1} {"order_id": 1}',
    "cut inside": b'{"success": false, "data": {"order_id": 1}',
    "a web page": b'<!DOCTYPE html><script>var x = {"order_id": 1};</script>',
    "a customer's id": b'{"order": {"customer": {"id": 7}}}',
    "too deep": b'{"order_id": ' * 2000,
    "a bomb": gzip.compress(b" " * 50_000_000 + b'{"order_id": 1}'),
}


@pytest.mark.parametrize("form", UNREADABLE)
async def test_unreadable(form: str) -> None:
    """What can be read in two ways, or costs too much to read, is not read."""
    async with answering(response(200, UNREADABLE[form])) as server:
        with pytest.raises(Exception, match="Status 200 without a usable"):
            await server.client.order_number(order_request())


def test_unpacking_is_bounded() -> None:
    """A few bytes that unpack to many are given up at the limit, before they fill the memory."""
    bomb = gzip.compress(b" " * 50_000_000)
    tracemalloc.start()
    try:
        assert read_body(bomb, None) is None
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
