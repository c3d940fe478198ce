"""What TENIOS wrote back can be kept: it holds nothing of what was sent to it."""

import base64
import json

import pytest
from pydantic import SecretStr

from number_orders.tenios import errors
from number_orders.tenios.redaction import Redaction
from tests.support.answering import (
    DOCUMENT,
    answering,
    order_request,
    response,
    verification_request,
)
from tests.tenios.test_client import told

KEY = "7d0c3a52-4f1e-4b1a-9a55-0c5a7f6d21be"
TOKEN = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c"
PUSH_URL = f"https://bridge.example/push/k1/bnVtYmVyLW9yZGVyOmE/{TOKEN}"
ADDRESS = {"street": "Große Düsterstraße", "house_number": "4", "zip": "50667", "city": "Köln"}


async def refused(body: object, *, order: bool = False, status: int = 400) -> errors.RequestRefused:
    """The refusal of a verification or an order that was answered with this."""
    async with answering(response(status, json.dumps(body)), key=KEY) as server:
        secret = SecretStr(TOKEN[::-1])
        call = (
            server.client.order_number(
                order_request(push_url=PUSH_URL, push_secret=secret), unsaid=ADDRESS
            )
            if order
            else server.client.create_verification(verification_request(**ADDRESS))
        )
        with pytest.raises(errors.RequestRefused) as caught:
            await call
    return caught.value


def kept(refusal: errors.RequestRefused) -> str:
    """All that a caller may keep."""
    return f"{refusal.error_code} {refusal.message} {refusal.fields} {told(refusal)}"


@pytest.mark.parametrize("secret", [KEY, KEY.upper(), KEY[:12], KEY[9:22], TOKEN, TOKEN[::-1]])
@pytest.mark.parametrize("place", ["error_code", "error_message", "fields"])
async def test_secrets(secret: str, place: str) -> None:
    """A secret, or a part of it, is redacted wherever it is repeated."""
    words = f"wrong:{secret}!"
    body = {"error_code": "X", place: [words] if place == "fields" else words}
    assert secret not in kept(await refused(body, order=True))


async def test_address_of_an_order() -> None:
    """TENIOS may name the address that an order is about, although the order does not."""
    words = "No longer valid for Große Düsterstraße 4, 50667 Köln"
    refusal = await refused({"error_code": "X", "error_message": words}, order=True)
    assert refusal.message == "No longer valid for *** ***, *** ***"


@pytest.mark.parametrize("typed", ["Geheimstrasse", "Geheimstraße", "Geheimstr.", "Geheim-Straße"])
@pytest.mark.parametrize("said", ["Geheimstrasse", "Geheimstraße", "Geheim Str.", "GEHEIMSTR"])
async def test_spellings_of_a_street(typed: str, said: str) -> None:
    """A street is redacted as TENIOS spells it, however it was typed."""
    redacted = Redaction({"street": typed})(f"No longer valid for {said} 4", 200)
    assert redacted.removesuffix(" 4").rstrip(".") == "No longer valid for ***"


async def test_callback_address() -> None:
    """Of the callback's address the host may be read, and the path not."""
    words = f"{PUSH_URL} is not reachable"
    refusal = await refused({"error_code": "X", "error_message": words}, order=True)
    assert refusal.message == "https://bridge.example*** is not reachable"


@pytest.mark.parametrize(
    "document",
    [DOCUMENT, DOCUMENT[:40], DOCUMENT[400:500], "\r\n".join([DOCUMENT[:76], DOCUMENT[76:152]])],
)
async def test_document(document: str) -> None:
    """Neither a document nor a part of it is kept."""
    await check_document(document)


@pytest.mark.parametrize("part", [slice(40), slice(5000, 5050), slice(9000, 15000)])
async def test_long_document(part: slice) -> None:
    """A part of a document that is too long to be looked up is known by its letters."""
    await check_document(base64.b64encode(bytes(range(256)) * 100).decode()[part])


async def check_document(document: str) -> None:
    refusal = await refused({"error_code": "X", "error_message": f"{document} is no PDF"})
    assert refusal.message.endswith("is no PDF")
    assert "***" in refusal.message
    assert not any(document[at : at + 20] in kept(refusal) for at in range(len(document) - 20))


@pytest.mark.parametrize(
    "street",
    [
        *(
            "Große Düsterstraße",
            "GROSSE DÜSTERSTRASSE",
            "Grosse Duesterstrasse",
            "große  düsterstraße",
        ),
        *("Gro\\u00dfe D\\u00fcsterstra\\u00dfe", "Gro&szlig;e D&uuml;sterstra&#223;e"),
        *("Gro%C3%9Fe%20D%C3%BCsterstra%C3%9Fe", "Gro%c3%9fe+D%c3%bcsterstra%c3%9fe"),
        *("GroÃŸe DÃ¼sterstraÃŸe", "Gro?e D?sterstra?e", "Große_Düsterstraße"),
        *("Große Du\u0308sterstraße", "Große Düsterstraße4", "Große\nDüsterstraße"),
    ],
)
async def test_street(street: str) -> None:
    """A street is redacted in each spelling that systems make of it."""
    refusal = await refused({"error_code": "X", "error_message": f"no {street}, 50667 Köln"})
    assert "sterstra" not in kept(refusal).lower()
    assert refusal.message.startswith("no ***")
    assert "50667" not in kept(refusal)
    assert "Köln" not in kept(refusal)


@pytest.mark.parametrize(
    "words",
    [
        *("E404: at most 14 characters", "document_data is no PDF of version 1.4", "4711 is odd"),
        "verification 3f0c1111-aaaa-4222-8333-bbbb44445555 is not approved",
        "Country Germany, area 221: the Verifizierungsdokumentenprüfung has no result",
    ],
)
async def test_short_values_redact_nothing_else(words: str) -> None:
    """What only resembles a value that was sent can be read: house number 4 is no part of 404."""
    refusal = await refused({"error_code": "X4", "error_message": words, "fields": ["field4"]})
    assert (refusal.error_code, refusal.fields) == ("X4", ("field4",))
    expected = words.replace("1.4", "1.***")
    assert refusal.message == expected


async def test_house_number() -> None:
    """A house number that stands by itself is redacted."""
    refusal = await refused({"error_code": "X", "error_message": "there is no 4 there"})
    assert refusal.message == "there is no *** there"


async def test_fields_keep_their_names() -> None:
    """The request's own fields are named as it names them, even if a street is called like one."""
    body = {"error_code": "INVALID_VALUE", "fields": ["Street", "houseNumber", "street Zip 4"]}
    async with answering(response(400, json.dumps(body))) as server:
        request = verification_request(street="Street", city="VALUE")
        with pytest.raises(errors.RequestRefused, match="fields: street, house_number") as caught:
            await server.client.create_verification(request)
    assert caught.value.error_code == "INVALID_VALUE"
    assert caught.value.fields == ("street", "house_number", "*** Zip ***")


async def test_code_that_is_a_street() -> None:
    """An error code that repeats the address is none."""
    assert (await refused({"error_code": "köln"})).error_code == "UNSPECIFIED"
    assert (await refused({"error_code": "no street 4!"})).error_code == "UNSPECIFIED"


async def test_bounds() -> None:
    """However much TENIOS writes, a line is kept, and it can be printed."""
    words = "a\x1b[31m\u202e \ud83d\n" + "b " * 50_000
    body = {"error_code": "C" * 64, "error_message": words, "fields": ["f" * 1000] * 100}
    refusal = await refused(body)
    assert refusal.message.startswith("a [31m b b")
    assert len(refusal.message) == 500
    assert [len(name) for name in refusal.fields] == [64] * 20
    assert str(refusal).isprintable()
    assert refusal.message.isprintable()
    assert str(refusal).encode()


async def test_short_secret() -> None:
    """A secret of a few characters is redacted as a word, and leaves the others alone."""
    async with answering(response(400, '{"message": "key k is no key"}'), key="k") as server:
        with pytest.raises(errors.RequestRefused) as caught:
            await server.client.order_number(order_request())
    assert caught.value.message == "key *** is no key"


def test_the_document_is_base64() -> None:
    """The example is what the tests above take it for."""
    assert base64.b64decode(DOCUMENT).startswith(b"%PDF-")
