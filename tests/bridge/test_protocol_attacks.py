"""Attacks with HTTP itself, on a real order that waits for its push."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from tests.support.attacked_order import (
    CHUNKED,
    CLOSE,
    HEALTH,
    HOST,
    KEYS,
    LENGTH,
    MARK,
    REFUSED,
    Attack,
    AttackedOrder,
    Codes,
    chunks,
    framed,
    message,
    post,
)

LOCATION = "attacked-protocol"
PATH = KEYS.callback(f"number-order:{LOCATION}").path
_, _, KID, ENCODED, TOKEN = PATH.split("/")
POST = f"POST {PATH} HTTP/1.1"


def percent(text: str) -> str:
    return "".join(f"%{ord(character):02x}" for character in text)


def start(line: str) -> bytes:
    """A request with this first line, else as it should be."""
    return message(line, HOST, CLOSE, LENGTH, body=REFUSED)


def method(name: str, *headers: str) -> bytes:
    return message(f"{name} {PATH} HTTP/1.1", HOST, CLOSE, LENGTH, *headers, body=REFUSED)


UPGRADE = ("Connection: upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")

REFUSALS: dict[str, tuple[bytes, Codes]] = {
    # Paths
    "double slash": (post("/" + PATH), (404,)),
    "double slash inside": (post(PATH.replace(ENCODED, "/" + ENCODED)), (404,)),
    "trailing slash": (post(PATH + "/"), (404,)),
    "dot segment": (post("/." + PATH), (404,)),
    "dot segments": (post("/x/.." + PATH), (404,)),
    "encoded dot segments": (post("/x/%2e%2e" + PATH), (404,)),
    "dot segments behind": (post(PATH + "/../x"), (404,)),
    "encoded slash in the token": (post(f"{PATH[:-5]}%2f{PATH[-5:]}"), (404,)),
    "encoded twice": (post(f"/push/{KID}/{ENCODED}/%2541{TOKEN[1:]}"), (404,)),
    "path parameter": (post(PATH + ";a=b"), (404,)),
    "fragment": (post(PATH + "#a"), (404,)),
    "encoded question mark": (post(PATH + "%3fa"), (404,)),
    "backslashes": (post(PATH.replace("/", "\\")), (404,)),
    "backslash behind": (post(PATH + "\\"), (404,)),
    "capitals": (post(PATH.replace("push", "PUSH")), (404,)),
    "absolute form": (post("http://a" + PATH), (404,)),
    "no leading slash": (post(PATH[1:]), (404,)),
    "asterisk": (start("OPTIONS * HTTP/1.1"), (404,)),
    "log lines": (post(f"{PATH}%0d%0aERROR%20{MARK}%1b[31m"), (404,)),
    "log lines in the query": (post(f"/{MARK}?%0d%0aERROR%20{MARK}%1b[31m"), (404,)),
    "overlong path": (post("/" + "a" * 20_000), (400,)),
    # Methods
    **{
        name: (method(name), (405,))
        for name in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE")
    },
    "lower case": (method("post"), (405,)),
    "unknown method": (method("PUSH"), (405,)),
    "overridden method": (method("GET", "X-HTTP-Method-Override: POST"), (405,)),
    "overridden method in the query": (start(f"GET {PATH}?_method=POST HTTP/1.1"), (405,)),
    "CONNECT to a host": (start("CONNECT a:443 HTTP/1.1"), (404,)),
    "websocket": (message(f"GET {PATH} HTTP/1.1", HOST, *UPGRADE, CLOSE), (405,)),
    # First lines
    "HTTP/0.9": (f"POST {PATH}\r\n\r\n".encode(), (400,)),
    "HTTP/0.9 by GET": (b"GET /health/live\r\n\r\n", (400,)),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), (404, 400)),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), (400,)),
    "nothing but line ends": (b"\r\n\r\n\r\n", (400,)),
    "a word": (b"POST\r\n\r\n", (400,)),
    "no path": (start("POST  HTTP/1.1"), (400,)),
    "two spaces": (start(f"POST  {PATH} HTTP/1.1"), (400,)),
    "tabs": (start(f"POST\t{PATH}\tHTTP/1.1"), (400,)),
    "space in the path": (start(f"POST {PATH} {MARK} HTTP/1.1"), (400,)),
    "no version": (start(f"POST {PATH} HTTP/"), (400,)),
    "long version": (start(f"POST {PATH} HTTP/1.1.1"), (400,)),
    "lower-case protocol": (start(f"POST {PATH} http/1.1"), (400,)),
    "byte above ASCII in the path": (start(f"POST {PATH}\xe9 HTTP/1.1"), (400,)),
    "escape in the path": (start(f"POST {PATH}\x1b[31m{MARK} HTTP/1.1"), (400,)),
    "NUL in the path": (start(f"POST {PATH}\0 HTTP/1.1"), (400,)),
    "NUL in the method": (start(f"PO\0ST {PATH} HTTP/1.1"), (400,)),
    # Headers
    "no host": (message(POST, CLOSE, LENGTH, body=REFUSED), (400,)),
    "two hosts": (framed(PATH, HOST, LENGTH), (400,)),
    "carriage return in a value": (framed(PATH, LENGTH, f"X: a\r{MARK}: b"), (400,)),
    "NUL in a value": (framed(PATH, LENGTH, "X: a\0b"), (400,)),
    "NUL in a name": (framed(PATH, LENGTH, "X\0Y: a"), (400,)),
    "line end in a name": (framed(PATH, LENGTH, "X\r\nY"), (400,)),
    "space in a name": (framed(PATH, LENGTH, "X Y: a"), (400,)),
    "space before the colon": (framed(PATH, f"Content-Length : {len(REFUSED)}"), (400,)),
    "empty name": (framed(PATH, LENGTH, ": a"), (400,)),
    "no colon": (framed(PATH, LENGTH, MARK), (400,)),
    "name above ASCII": (framed(PATH, LENGTH, "X\xe9: a"), (400,)),
    "folded first line": (message(POST, " " + HOST, LENGTH, body=REFUSED), (400,)),
    "too large header": (framed(PATH, LENGTH, "X: " + "a" * 16_384), (400,)),
    "far too large header": (framed(PATH, LENGTH, "X: " + "a" * 200_000), (400,)),
    "too many headers": (framed(PATH, LENGTH, *["X: a"] * 10_000), (400,)),
    "endless header": (f"{POST}\r\nX: ".encode() + b"a" * 17_000, (400,)),
    "endless first line": (b"POST /" + b"a" * 17_000, (400,)),
    # Framing
    "negative length": (framed(PATH, "Content-Length: -1"), (400,)),
    "signed length": (framed(PATH, f"Content-Length: +{len(REFUSED)}"), (400,)),
    "hexadecimal length": (framed(PATH, "Content-Length: 0x10"), (400,)),
    "fractional length": (framed(PATH, "Content-Length: 1.5"), (400,)),
    "wordy length": (framed(PATH, "Content-Length: all"), (400,)),
    "empty length": (framed(PATH, "Content-Length:"), (400,)),
    "length in other digits": (framed(PATH, "Content-Length: \xb2"), (400,)),
    "length of 25 digits": (framed(PATH, "Content-Length: " + "9" * 25), (400,)),
    "two lengths": (framed(PATH, LENGTH, "Content-Length: 1"), (400,)),
    "two lengths in one": (framed(PATH, f"{LENGTH}, 1"), (400,)),
    "length and chunks": (framed(PATH, LENGTH, CHUNKED, body=chunks(REFUSED, b"")), (400,)),
    "chunks and length": (
        framed(PATH, CHUNKED, "Content-Length: 0", body=chunks(REFUSED, b"")),
        (400,),
    ),
    "length and chunks, elsewhere": (
        message("POST /x HTTP/1.1", HOST, LENGTH, CHUNKED, body=chunks(REFUSED, b"")),
        (400,),
    ),
    "coding identity": (framed(PATH, "Transfer-Encoding: identity"), (400,)),
    "coding gzip": (framed(PATH, "Transfer-Encoding: gzip, chunked"), (400,)),
    "unknown coding": (framed(PATH, "Transfer-Encoding: xchunked"), (400,)),
    "quoted coding": (framed(PATH, 'Transfer-Encoding: "chunked"'), (400,)),
    "coding with a tab inside": (framed(PATH, "Transfer-Encoding: \tchun\tked"), (400,)),
    "coding after a vertical tab": (framed(PATH, "Transfer-Encoding: \x0bchunked"), (400,)),
    "coding twice": (framed(PATH, CHUNKED, CHUNKED, body=chunks(REFUSED, b"")), (400,)),
    "coding before the colon": (framed(PATH, "Transfer-Encoding : chunked"), (400,)),
    "chunk size in words": (framed(PATH, CHUNKED, body=b"all\r\n"), (400,)),
    "negative chunk size": (framed(PATH, CHUNKED, body=b"-1\r\n"), (400,)),
    "chunk size of 21 digits": (framed(PATH, CHUNKED, body=b"f" * 21 + b"\r\n"), (400,)),
    "chunk longer than said": (framed(PATH, CHUNKED, body=b"1\r\nabc\r\n0\r\n\r\n"), (400,)),
    "endless chunk extension": (framed(PATH, CHUNKED, body=b"1;" + b"a" * 17_000), (400,)),
    "wrong trailer": (framed(PATH, CHUNKED, body=chunks(REFUSED) + b"0\r\nX\r\n\r\n"), (400,)),
    "wrong chunks, elsewhere": (message("POST /x HTTP/1.1", HOST, CHUNKED, body=b"x\r\n"), (400,)),
    # Bodies
    **{
        f"encoded as {coding}": (post(PATH, f"Content-Encoding: {coding}", body=content), (415,))
        for coding, content in {
            "gzip": gzip.compress(REFUSED),
            "deflate": zlib.compress(REFUSED),
            "br": b"\x0b\x02\x80",
            "gzip, gzip": gzip.compress(gzip.compress(bytes(10_000_000))),
        }.items()
    },
    "too large body": (post(PATH, body=b"x" * 65_537), (413,)),
    "too large body, announced as endless": (
        framed(PATH, "Content-Length: 99999999999999999999", body=b"x" * 65_537),
        (413,),
    ),
    "too large body in chunks": (framed(PATH, CHUNKED, body=chunks(*[b"x" * 8_192] * 9)), (413,)),
    "too large body in one chunk": (
        framed(PATH, CHUNKED, body=b"fffffff\r\n" + b"x" * 65_537),
        (413,),
    ),
    "100,000 brackets": (post(PATH, body=b"[" * 100_000), (413,)),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_refused(attack: Attack, case: str) -> None:
    """What is no push, or no HTTP, is refused, and the connection closed."""
    raw, codes = REFUSALS[case]
    assert await attack(raw) == codes


def own(case: str) -> bytes:
    """A body that is delivered and completes nothing."""
    return f'{{"status": "failed", "case": "{case}"}}'.encode()


def length(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


TAKEN: dict[str, tuple[Callable[[bytes], bytes], Codes]] = {
    "encoded token": (lambda b: post(PATH.replace(TOKEN, percent(TOKEN)), body=b), (200,)),
    "encoded slashes": (lambda b: post("/push" + PATH[5:].replace("/", "%2F"), body=b), (200,)),
    "query": (lambda b: post(PATH + "?a=/../b&status=completed", body=b), (200,)),
    "log lines in the query": (lambda b: post(PATH + "?%0d%0aERROR%1b[31m", body=b), (200,)),
    "escape in a header": (lambda b: post(PATH, "User-Agent: \x1b[31ma", body=b), (200,)),
    "folded header": (lambda b: post(PATH, "X: a\r\n b", body=b), (200,)),
    "line feed in a value": (lambda b: post(PATH, "X: a\nY: b", body=b), (200,)),
    "line feeds alone": (lambda b: post(PATH, body=b).replace(b"\r\n", b"\n"), (200,)),
    "empty encoding": (lambda b: post(PATH, "Content-Encoding:", body=b), (200,)),
    "encoded as identity": (lambda b: post(PATH, "Content-Encoding: identity", body=b), (200,)),
    "encoded as UTF-8": (lambda b: post(PATH, "Content-Encoding: UTF-8", body=b), (200,)),
    "encoded as two plain ones": (
        lambda b: post(PATH, "Content-Encoding: identity, iso-8859-1", body=b),
        (200,),
    ),
    "HTTP/1.0": (lambda b: message(f"POST {PATH} HTTP/1.0", length(b), body=b), (200,)),
    "HTTP/1.0 in chunks": (
        lambda b: message(f"POST {PATH} HTTP/1.0", CHUNKED, body=chunks(b, b"")),
        (200,),
    ),
    "later version": (
        lambda b: message(f"POST {PATH} HTTP/9.9", HOST, CLOSE, length(b), body=b),
        (200,),
    ),
    "length twice": (lambda b: post(PATH, length(b), body=b), (200,)),
    "chunks of a byte": (
        lambda b: framed(PATH, CHUNKED, body=chunks(*(b[i : i + 1] for i in range(len(b))), b"")),
        (200,),
    ),
    "chunk extension and trailer": (
        lambda b: framed(PATH, CHUNKED, body=b"%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(b), b)),
        (200,),
    ),
    "overridden method": (lambda b: post(PATH, "X-HTTP-Method-Override: GET", body=b), (200,)),
    "websocket": (lambda b: post(PATH, *UPGRADE, body=b), (200,)),
    "HTTP/2 by upgrade": (
        lambda b: post(PATH, "Connection: upgrade", "Upgrade: h2c", body=b),
        (200,),
    ),
    "unknown expectation": (lambda b: post(PATH, "Expect: the worst", body=b), (200,)),
    "length too short": (
        lambda b: message(POST, HOST, length(b), body=b + f"{MARK}\r\n\r\n".encode()),
        (200, 400),
    ),
    "forged push in its wake": (
        lambda b: message(POST, HOST, length(b), body=b) + post(PATH + "A"),
        (200, 404),
    ),
    "request in its wake": (
        lambda b: message(POST, HOST, length(b), body=b) + HEALTH,
        (200, 200),
    ),
}


@pytest.mark.parametrize("case", TAKEN)
async def test_taken(attack: Attack, attacked: AttackedOrder, case: str) -> None:
    """What is unusual but leaves no doubt is a push like any other."""
    raw, codes = TAKEN[case]
    assert await attack(raw(own(case))) == codes
    attacked.has_taken(own(case))


async def test_expectation(attack: Attack, attacked: AttackedOrder) -> None:
    """A client that asks before it sends is told to go on only if its push would be read."""
    body = own("expected")
    headers = (HOST, CLOSE, length(body), "Expect: 100-continue")
    assert await attack(message(POST, *headers), 0.1, body) == (100, 200)
    attacked.has_taken(body)
    assert await attack(message("POST /x HTTP/1.1", *headers)) == (404,)


async def test_afterwards(attacked: AttackedOrder) -> None:
    """After all these attacks the order has what was answered 200 and nothing else, and completes.

    It stands last in this file, since it completes the order.
    """
    await attacked.assert_unharmed()
