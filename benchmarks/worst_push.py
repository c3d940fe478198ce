"""What the worst push costs that the limits let through: in the bridge, and in a workflow task.

`make bench`. Times are in milliseconds, the best of five. An order gets at most 60 pushes an hour
by its address alone; all of them may come into one workflow task, which the SDK fails after 2 s.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from rich.console import Console
from rich.table import Table
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from number_orders.evidence.received_push import ReceivedPush
from number_orders.pushes.fields import LARGEST_BODY, content_of
from number_orders.pushes.reading import read
from number_orders.runtime.callback_keys import Callback, CallbackKeys
from number_orders.workflows.contract import ORDER_COMPLETED
from number_orders.workflows.inbox import Inbox

_PUSHES = 60


def _filled(unit: bytes, before: bytes = b"", after: bytes = b"", between: bytes = b",") -> bytes:
    """As many units as the largest body holds."""
    room = LARGEST_BODY - len(before) - len(after)
    return before + between.join([unit] * (room // len(unit + between))) + after


BODIES = {
    "members": _filled(b'"a":0', b"{", b"}"),
    "members that count": _filled(b'"status":"x"', b"{", b"}"),
    "order ids": _filled(b'"orderid":"1234567890"', b"{", b"}"),
    "empty objects": _filled(b"{}", b"[", b"]"),
    "fractions": _filled(b"1.5e9", b"[", b"]"),
    "fields of a form": _filled(b"a=0", between=b"&"),
    "fields of a form in JSON": _filled(b"a=b", b'{"a":"', b'"}', between=b";"),
    "forms in forms": _filled(b"a=", between=b""),
    "depth": _filled(b'{"a":', between=b""),
    "one long status": _filled(b"order", b'{"status":"', b'"}', between=b" "),
    "one long key": _filled(b"error", b'{"', b'":[' + b'"x",' * 490 + b"1]}", between=b""),
    "long keys in one another": (
        "".join(f'{{"order{n:02}{"o" * 190}":' for n in range(18))
        + "["
        + '"x no err",' * 470
        + "1]"
        + "}" * 18
    ).encode(),
    "many long keys": (
        "{" + ",".join(f'"{n:03}{"nf" * 58}":"n"' for n in range(500)) + "}"
    ).encode(),
    "one long sentence": _filled(b"no order no  ", b'{"message":"', b'"}', between=b""),
    "one long row of blanks": _filled(b" ", b'{"message":"no', b'"}', between=b""),
    "one long number": _filled(b"1", b'{"phone":"', b'"}', between=b","),
    "escapes": _filled(rb"\u0041", b'{"a":"', b'"}', between=b""),
    "percent signs": _filled(b"%25", b"a=", between=b""),
    "texts in texts": json.dumps({"a": json.dumps({"b": json.dumps([0] * 12_000)})}).encode(),
    "base64": _filled(b"A", b'{"a":"eyJ', b'"}', between=b""),
    "parts": _filled(b'\n--B\nContent-Disposition: form-data; name="a"\n\n1', b"--B", between=b""),
    "a part's head": _filled(b"content-disposition: a;", b"--B\nContent-Disposition:", between=b""),
    "UTF-16": '{"a":"x"}'.encode("utf-16") + bytes(LARGEST_BODY - 20),
    "combining marks": _filled(
        "\u0301".encode(), b'{"x":"a' + "\u0323".encode() * 16_000, b'"}', b""
    ),
    "combining marks in forms": _filled(
        "\u0301".encode(), b"a=a=a=a=" + "\u0323".encode() * 16_000, b"", b""
    ),
    "marks that are none yet": _filled("\u0f73".encode(), b'{"x":"', b'"}', between=b""),
    "long marks in a long key": _filled("\u0301\u0323".encode(), b'{"a', b'":1}', between=b""),
    "a key that grows": _filled(
        "\ufdfa".encode(), b'{"', b'":{"id":"' + b"1" * 100 + b'"' + b',"id":1' * 480 + b"}}", b""
    ),
    "a text that grows": _filled("\ufdfa".encode(), b"a=a=a=a=", b"", between=b""),
    "different marks": "".join(map(chr, range(0x100, 0xD000))).encode("utf-16")[:LARGEST_BODY],
    "secrets in one another": _filled(
        b"a",
        b"&".join(b"secret=" + b"a" * (8 + n) for n in range(46)) + b"&x=",
        b"&y==41&z=%2541",
        b"",
    ),
    "zeros": bytes(LARGEST_BODY),
    "no text": b"\xff" * LARGEST_BODY,
}
"""One of each kind; a test holds what is read of them to the limits."""


def main() -> None:
    """Measure and print."""
    callback = CallbackKeys({"bench": bytes(16)}).callback("number-order:bench")
    table = Table("body", "read", "in the bridge", f"{_PUSHES} in one workflow task")
    for name, body in BODIES.items():
        push = _received(callback, body)
        deliveries = [
            push.delivery.model_copy(update={"delivery_id": str(n)}).model_dump_json().encode()
            for n in range(_PUSHES)
        ]
        table.add_row(
            name,
            _milliseconds(partial(read, body)),
            _milliseconds(partial(_received, callback, body)),
            _milliseconds(partial(_recorded, deliveries)),
        )
    Console(width=100).print(table)


def _received(callback: Callback, body: bytes) -> ReceivedPush:
    """All that the bridge does with a body but for looking for the secret in it."""
    return ReceivedPush.of(callback, content_of(body), {}, "url")


def _recorded(deliveries: list[bytes]) -> None:
    inbox = Inbox()
    for content in deliveries:
        value = RawValue(Payload(data=content))
        inbox.record(ORDER_COMPLETED, [value], now=datetime.now(UTC), current_round=1, placement=1)


def _milliseconds(call: Callable[[], object]) -> str:
    def once() -> float:
        began = time.perf_counter()
        call()
        return time.perf_counter() - began

    return f"{min(once() for _ in range(5)) * 1000:.1f}"


if __name__ == "__main__":
    main()
