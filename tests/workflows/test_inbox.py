"""The inbox is bounded, and what is dropped is never what matters most."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from number_orders.workflows.contract import (
    ORDER_COMPLETED,
    VERIFICATION_DECIDED,
    VERIFICATION_SHARED,
)
from number_orders.workflows.inbox import KEPT_OF_EACH_KIND, SIGNAL_BYTES_AT_MOST, Inbox
from number_orders.workflows.push_judgement import PushReading

NOW = datetime(2026, 11, 24, tzinfo=UTC)
APPROVED = {"verification_id": "7", "approved_by": "ann", "approved_at": NOW.isoformat()}
MANY = 3 * KEPT_OF_EACH_KIND


def receive(
    inbox: Inbox, signal: str, *contents: bytes, placement: int = 1, current_round: int = 1
) -> None:
    arguments = [RawValue(Payload(data=content)) for content in contents]
    inbox.record(signal, arguments, now=NOW, current_round=current_round, placement=placement)


def delivery(number: object, by: str = "url", **changes: Any) -> bytes:
    content = {
        "delivery_id": str(number),
        "received_at": NOW.isoformat(),
        "body": "e30=",
        "authenticated_by": by,
        "reading": {"excerpt": f"push {number}"},
        **changes,
    }
    return json.dumps(content).encode()


def decision(named: str) -> bytes:
    content = {"approved": True, "decided_by": "ann", "verification_id": named}
    return json.dumps(content).encode()


def deliveries(inbox: Inbox) -> list[str]:
    return [push.delivery_id for push in inbox.pushes]


def test_flood_by_the_address_alone() -> None:
    """Whoever knows the address alone cannot push out what presented the secret."""
    inbox = Inbox()
    receive(inbox, ORDER_COMPLETED, delivery("weak"))
    receive(inbox, ORDER_COMPLETED, delivery("ours", "secret"))
    for number in range(MANY):
        receive(inbox, ORDER_COMPLETED, delivery(number))

    assert len(inbox.pushes) == KEPT_OF_EACH_KIND
    assert "ours" in deliveries(inbox)
    assert "weak" not in deliveries(inbox)
    assert (inbox.dropped, inbox.pushes_received) == (MANY + 2 - KEPT_OF_EACH_KIND, MANY + 2)


def test_flood_with_the_secret() -> None:
    """Of pushes that all presented the secret the oldest gives way, and one without it first."""
    inbox = Inbox()
    for number in range(KEPT_OF_EACH_KIND):
        receive(inbox, ORDER_COMPLETED, delivery(number, "secret"))
    receive(inbox, ORDER_COMPLETED, delivery("weak"))
    assert "weak" not in deliveries(inbox)
    receive(inbox, ORDER_COMPLETED, delivery("last", "secret"))

    assert deliveries(inbox)[0] == "1"
    assert deliveries(inbox)[-1] == "last"
    assert inbox.dropped == 2


def test_flood_of_each_kind() -> None:
    """A flood of one kind pushes out no other kind, and what is dropped is counted."""
    inbox = Inbox()
    receive(inbox, VERIFICATION_DECIDED, decision("first"))
    receive(inbox, ORDER_COMPLETED, delivery("first"))
    receive(inbox, ORDER_COMPLETED, delivery("unread", reading=None))
    receive(inbox, "first")
    kinds = [inbox.decisions, inbox.pushes, inbox.unread, inbox.unusable]
    for flooded, signal, content in [
        (0, VERIFICATION_DECIDED, decision),
        (1, ORDER_COMPLETED, delivery),
        (2, ORDER_COMPLETED, lambda number: delivery(number, reading=None)),
        (3, "no_such_signal", lambda _: b""),
    ]:
        before = [list(kind) for kind in kinds]
        for number in range(MANY):
            receive(inbox, signal, content(f"flood-{number}"))
        for at, kind in enumerate(kinds):
            if at == flooded:
                assert len(kind) == KEPT_OF_EACH_KIND
            else:
                assert kind == before[at]
    assert inbox.dropped == 4 * (MANY + 1 - KEPT_OF_EACH_KIND)
    assert inbox.decisions_received == MANY + 1
    assert [one.number for one in inbox.decisions][-1] == MANY + 1


@pytest.mark.parametrize(
    "reading",
    [
        None,
        [],
        "text",
        {},
        {"excerpt": "x" * 501},
        {"excerpt": "x", "order_ids": ["7"] * 21},
        {"excerpt": "x", "order_ids": ["7" * 101]},
        {"excerpt": "x", "phone_numbers": 7},
        {"excerpt": "x", "objection": "x" * 201},
    ],
)
def test_reading_of_another_form(reading: object) -> None:
    """A reading of another form is none: the push waits for an activity to read its body."""
    inbox = Inbox()
    receive(inbox, ORDER_COMPLETED, delivery("1", reading=reading), placement=3)
    assert (inbox.pushes, inbox.unusable) == ([], [])
    [unread] = inbox.unread
    inbox.record_reading(unread, PushReading(excerpt="read", order_ids=("7",)))

    assert inbox.unread == []
    [push] = inbox.pushes
    assert (push.delivery_id, push.placement, push.reading.order_ids) == ("1", 3, ("7",))


@pytest.mark.parametrize("signal", [ORDER_COMPLETED, VERIFICATION_DECIDED])
def test_size_of_a_signal(signal: str) -> None:
    """What is larger than a push can be is not read in a workflow task, and shown as such."""
    inbox = Inbox()
    content = delivery if signal == ORDER_COMPLETED else decision
    size = SIGNAL_BYTES_AT_MOST - len(content("1"))
    fits, too_large = [content("1")[:-1] + b" " * more + b"}" for more in (size, size + 1)]
    receive(inbox, signal, fits)
    assert len(inbox.decisions) + len(inbox.pushes) == 1
    receive(inbox, signal, too_large)
    receive(inbox, "no_such_signal", b"x" * 10_000_000)

    assert len(inbox.decisions) + len(inbox.pushes) == 1
    assert ["has over 131072 bytes" in one.problem for one in inbox.unusable] == [True, True]
    assert [one.size for one in inbox.unusable] == [SIGNAL_BYTES_AT_MOST + 1, 10_000_000]


def test_same_delivery_with_another_reading() -> None:
    """A parked push that is read again with more words takes the place of the first reading."""
    inbox = Inbox()
    receive(inbox, ORDER_COMPLETED, delivery("1"))
    receive(inbox, ORDER_COMPLETED, delivery("2"))
    receive(inbox, ORDER_COMPLETED, delivery("1"))
    assert inbox.pushes_received == 2
    again = {"excerpt": "push 1", "phone_numbers": ["+49221123456"]}
    receive(inbox, ORDER_COMPLETED, delivery("1", reading=again))

    assert deliveries(inbox) == ["1", "2"]
    assert inbox.pushes[0].reading.phone_numbers == ("+49221123456",)
    assert (inbox.pushes_received, inbox.dropped) == (3, 0)


@pytest.mark.parametrize(
    ("reading", "placement"),
    [({}, 2), ({"phone_numbers": ["+49221123456"]}, 1), ({"order_ids": ["7"]}, 1)],
)
def test_same_body_in_a_later_placement(reading: dict[str, Any], placement: int) -> None:
    """What names no order may be said of the next one too; what names one is about that."""
    said = delivery("1", reading={"excerpt": "", **reading})
    inbox = Inbox()
    receive(inbox, ORDER_COMPLETED, said)
    receive(inbox, ORDER_COMPLETED, said, placement=2)

    assert [push.placement for push in inbox.pushes] == [placement]


@pytest.mark.parametrize("first", ["url", "secret"])
def test_same_body_with_and_without_the_secret(first: str) -> None:
    """Who sends TENIOS' body before TENIOS does keeps nothing from what presents the secret."""
    inbox = Inbox()
    for by in (first, "secret", "url"):
        receive(inbox, ORDER_COMPLETED, delivery("1", by))

    assert sorted(push.authenticated_by for push in inbox.pushes) == ["secret", "url"]


def test_reading_of_what_was_pushed_out() -> None:
    """A reading that comes when its push has been pushed out by others is recorded all the same."""
    inbox = Inbox()
    for number in range(MANY):
        receive(inbox, ORDER_COMPLETED, delivery(number, reading=None))
        if not number:
            [first] = inbox.unread
    inbox.record_reading(first, PushReading(excerpt="read", success=True))

    assert deliveries(inbox) == ["0"]


def test_clock_of_the_bridge() -> None:
    """A push was never received after it is there, whatever the bridge's clock says."""
    inbox = Inbox()
    for hours in (-1, 1):
        at = NOW + timedelta(hours=hours)
        receive(inbox, ORDER_COMPLETED, delivery(hours, received_at=at.isoformat()))

    assert [push.received_at for push in inbox.pushes] == [NOW - timedelta(hours=1), NOW]


@pytest.mark.parametrize("signal", ["no_such", "a\nb\0", "\ud800", "x" * 10_000])
def test_any_name(signal: str) -> None:
    """A signal of any name and without any argument is kept, printable and short."""
    inbox = Inbox()
    receive(inbox, signal)

    [unusable] = inbox.unusable
    assert unusable.signal.isprintable()
    assert len(unusable.signal) <= 500
    assert unusable.problem == "no such signal"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"verified": True},
        {"verification": None},
        {"reason": "gone", "verification": APPROVED},
        {"verification": {**APPROVED, "verification_id": "\N{OLD PERSIAN SIGN A}" * 50}},
    ],
)
def test_shared_verification_that_says_nothing(said: dict[str, Any]) -> None:
    """What says neither which verification to use nor why there is none ends no wait."""
    inbox = Inbox()
    receive(inbox, VERIFICATION_SHARED, json.dumps(said).encode())
    assert inbox.shared is None
    assert len(inbox.unusable) == 1
