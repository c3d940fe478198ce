"""Attacks with addresses, bodies and secrets, on a real order that waits for its push."""

import base64
import json
from urllib.parse import quote

import pytest

from number_orders.workflows.models import OrderStatus
from tests.support.attacked_order import KEYS, MARK, Attack, AttackedOrder, post
from tests.support.order_driver import OrderDriver

LOCATION = "attacked-push"
OURS = KEYS.callback(f"number-order:{LOCATION}")
OTHER = KEYS.callback("number-order:other")
_, _, KID, ENCODED, TOKEN = OURS.path.split("/")
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def address(kid: str = KID, encoded: str = ENCODED, token: str = TOKEN) -> str:
    return f"/push/{kid}/{encoded}/{token}"


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def percent(text: str) -> str:
    return "".join(f"%{ord(character):02x}" for character in text)


def with_stray_bits(text: str) -> str:
    """Another spelling of the same bytes, where base64 has bits to spare."""
    return text[:-1] + BASE64URL[BASE64URL.index(text[-1]) + 1]


FORGED = {
    "token cut at its end": address(token=TOKEN[:-1]),
    "token cut at its beginning": address(token=TOKEN[1:]),
    "token of one character": address(token=TOKEN[0]),
    "empty token": address(token=""),
    "token and one more": address(token=TOKEN + "A"),
    "token twice": address(token=TOKEN * 2),
    "token in the other case": address(token=TOKEN.swapcase()),
    "token reversed": address(token=TOKEN[::-1]),
    "token of another order": address(token=OTHER.token),
    "secret for a token": address(token=OURS.secret),
    "token with padding": address(token=TOKEN + "="),
    "token with encoded padding": address(token=TOKEN + "%3D"),
    "token with stray bits": address(token=with_stray_bits(TOKEN)),
    "token encoded twice": address(token=percent(TOKEN).replace("%", "%25")),
    "token with NUL behind": address(token=TOKEN + "%00"),
    "token with NUL before": address(token="%00" + TOKEN),
    "token with a newline behind": address(token=TOKEN + "%0a"),
    "token with a space behind": address(token=TOKEN + "%20"),
    "token with a tab before": address(token="%09" + TOKEN),
    "token in full-width letters": address(
        token=quote("".join(chr(ord(c) + 0xFEE0) for c in TOKEN))
    ),
    "token of no UTF-8": address(token="%ff%fe"),
    "token of a surrogate": address(token="%ed%a0%80"),
    "overlong token": address(token=TOKEN + "A" * 10_000),
    "token of nothing but wildcards": address(token="*" * len(TOKEN)),
    "token in the query": address(token="x") + f"?token={TOKEN}",
    "another order under our token": address(encoded=OTHER.path.split("/")[3]),
    "order in capitals": address(encoded=encode(f"NUMBER-ORDER:{LOCATION}".encode())),
    "order with NUL behind": address(encoded=encode(f"number-order:{LOCATION}\0".encode())),
    "order of no UTF-8": address(encoded=encode(b"\xff\xfe")),
    "order not encoded": address(encoded=f"number-order:{LOCATION}"),
    "order with padding": address(encoded=ENCODED + "="),
    "order with stray bits": address(encoded=with_stray_bits(ENCODED)),
    "order in standard base64 with a newline": address(encoded=ENCODED + "%0a"),
    "order of one character": address(encoded="A"),
    "overlong order": address(encoded=ENCODED + "A" * 10_000),
    "unknown key id": address(kid="other"),
    "key id in capitals": address(kid=KID.upper()),
    "key id with NUL": address(kid=KID + "%00"),
    "empty key id": address(kid=""),
    "parts in another order": address(encoded=TOKEN, token=ENCODED),
    "a part too few": f"/push/{KID}/{ENCODED}",
    "a part too many": address() + "/x",
}


@pytest.mark.parametrize("case", FORGED)
async def test_forged(attack: Attack, case: str) -> None:
    """An address that is not exactly the order's own is 404."""
    assert await attack(post(FORGED[case])) == (404,)


def body(case: str, **fields: object) -> bytes:
    """A push that is right in all but its status, and so completes nothing."""
    return json.dumps({"case": case, "status": "failed", **fields}).encode()


TAKEN = {
    "deep arrays": b"[" * 60_000,
    "deep objects": b'{"status":' * 6_000,
    "deep and well-formed": b'{"status":"failed","x":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "huge integer": b'{"status":"failed","order_id":' + b"9" * 5_000 + b"}",
    "huge exponent": b'{"status":"failed","order_id":1e999999}',
    "NaN and Infinity": b'{"status":NaN,"order_id":-Infinity}',
    "no UTF-8": b'{"status":"\xff\xfe"}',
    "overlong UTF-8": b'{"status":"\xc0\xaf"}',
    "lone surrogates": rb'{"status":"\ud800","\udfff":"\udc00"}',
    "duplicate keys": b'{"status":"completed","status":"failed"}',
    "byte order mark": b'\xef\xbb\xbf{"status":"failed"}',
    "UTF-16": '{"status":"failed"}'.encode("utf-16"),
    "NUL in a string": rb'{"status":"fai\u0000led"}',
    "NUL bytes": b"\0" * 1_000,
    "truncated": b'{"status":"completed"',
    "a scalar": b'"completed"',
    "null": b"null",
    "an empty secret that is none": body("none", push_secret=None),
    "secret one level down": body("nested", data={"push_secret": "x"}),
    "XML with an entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "pickle": b"cos\nsystem\n(S'true'\ntR.",
    "form with a thousand fields": b"&".join(b"status%d=1" % n for n in range(1_000)),
    "prototype": body("prototype", __proto__={"status": "completed"}, constructor={}),
    "another order's completion": b'{"status":"completed","order_id":"999999999"}',
    "log lines": b'{"status":"failed\\r\\nERROR bridge: forged","x":"\\u001b[31m"}',
    "raw log lines": b"status=failed\r\nERROR bridge: forged \x1b[31m",
    "the greatest body": b"x" * 65_536,
}


@pytest.mark.parametrize("case", TAKEN)
async def test_strange_body(attack: Attack, attacked: AttackedOrder, case: str) -> None:
    """Any bytes under the right address are delivered, for people to see; they complete nothing."""
    assert await attack(post(address(), body=TAKEN[case])) == (200,)
    attacked.has_taken(TAKEN[case])


def secret_in(
    *headers: str, query: str = "", form: str | None = None, **fields: str
) -> tuple[bytes, bytes]:
    """A push that presents a secret, and its body."""
    content = body(f"{headers}{query}{fields}", **fields) if form is None else form.encode()
    return post(address() + query, *headers, body=content), content


def raw_with(content: bytes) -> tuple[bytes, bytes]:
    """A push with this body, and the body."""
    return post(address(), body=content), content


def with_secret(secret: str, note: str) -> dict[str, tuple[bytes, bytes]]:
    """A secret in each place that is looked at."""
    return {
        "snake case": secret_in(push_secret=secret, note=note),
        "camel case": secret_in(pushSecret=secret, note=note),
        "capitals": secret_in(PUSH_SECRET=secret, note=note),
        "form": secret_in(form=f"status=failed&push_secret={secret}&note={note}"),
        "header": secret_in(f"X-Push-Secret: {secret}", note=note),
        "header with underscore": secret_in(f"push_secret: {secret}", note=note),
        "vendor's header": secret_in(f"X-Tenios-Secret: {secret}", note=note),
        "query": secret_in(query=f"?push_secret={secret}", note=note),
        "camel case in the query": secret_in(query=f"?pushSecret={secret}", note=note),
    }


WRONG = {
    **with_secret("wrong", MARK),
    "the token": secret_in(push_secret=TOKEN, note=MARK),
    "another order's": secret_in(push_secret=OTHER.secret, note=MARK),
    "cut": secret_in(push_secret=OURS.secret[:-1], note=MARK),
    "with a space": secret_in(push_secret=f"{OURS.secret} ", note=MARK),
    "in the other case": secret_in(push_secret=OURS.secret.swapcase(), note=MARK),
    "with stray bits": secret_in(push_secret=with_stray_bits(OURS.secret), note=MARK),
    "empty": secret_in(push_secret="", note=MARK),
    "of a huge integer": (post(address(), body=b'{"push_secret":' + b"8" * 5_000 + b"}"), b""),
    "under a name with a lone surrogate": (
        post(address(), body=rb'{"push_secret\ud800":1}'),
        b"",
    ),
    "of a surrogate": secret_in(push_secret="\ud800", note=MARK),
    "of no UTF-8": secret_in(query="?push_secret=%ff", note=MARK),
    "beside the word Bearer": secret_in("X-Push-Secret: Bearer wrong", note=MARK),
}
RIGHT = {
    **with_secret(OURS.secret, "right"),
    "Authorization": secret_in(f"Authorization: Bearer {OURS.secret}"),
    "in a list": raw_with(body("list", push_secret=[OURS.secret])),
    "deep in a body": raw_with(body("deep", data={"x": {"accessKey": OURS.secret}})),
    "in UTF-16": raw_with(f'{{"status":"failed","push_secret":"{OURS.secret}"}}'.encode("utf-16")),
    "beside Latin-1": raw_with(
        f'{{"status":"failed","city":"Köln","push_secret":"{OURS.secret}"}}'.encode("latin-1")
    ),
    "beside a wrong one": secret_in("X-Push-Secret: wrong", push_secret=OURS.secret),
}


@pytest.mark.parametrize("case", WRONG)
async def test_wrong_secret(attack: Attack, case: str) -> None:
    """A wrong secret is 401, wherever it stands, although the address is right."""
    raw, _ = WRONG[case]
    assert await attack(raw) == (401,)


@pytest.mark.parametrize("case", RIGHT)
async def test_right_secret(attack: Attack, attacked: AttackedOrder, case: str) -> None:
    """The right secret is recorded, wherever it stands, and redacted."""
    raw, content = RIGHT[case]
    assert await attack(raw) == (200,)
    attacked.has_taken(content, authenticated_by="secret")


async def test_replay(attack: Attack, attacked: AttackedOrder) -> None:
    """The same push again is answered alike."""
    content = body("replayed")
    assert [await attack(post(address(), body=content)) for _ in range(3)] == [(200,)] * 3
    attacked.has_taken(content)


async def test_afterwards(attacked: AttackedOrder) -> None:
    """After all these attacks the order has what was answered 200 and nothing else, and completes.

    It stands last in this file, since it completes the order.
    """
    await attacked.assert_unharmed()


async def test_replay_is_one_message(driver: OrderDriver) -> None:
    """An order that gets the same push again and again shows it once."""
    await driver.placed()
    for _ in range(3):
        assert (await driver.push(b'{"status":"failed"}')).status_code == 200
    assert (await driver.push(b'{"status":"failed","n":2}')).status_code == 200
    snapshot = await driver.until_message(3)
    assert [message.signal for message in snapshot.messages].count("order_completed") == 2


async def test_empty_body(driver: OrderDriver) -> None:
    """An empty push is taken: its order, whose address it knows, asks people for the number."""
    await driver.placed()
    assert (await driver.push(b"")).status_code == 200
    await driver.until(OrderStatus.AWAITING_NUMBER)
