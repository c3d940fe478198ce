"""Which pushes queue behind others: those of an order of which something may be pending."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from number_orders.bridge.dead_letters import DeadLetters
from number_orders.bridge.forwarder import Forwarder
from number_orders.bridge.temporal_delivery import DeliveryOutcome
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from tests.conftest import BRIDGE_KEYS

KEYS = CallbackKeys.parse(BRIDGE_KEYS)


@pytest.fixture
def kept(tmp_path: Path) -> KeptPushes:
    return KeptPushes(EvidenceStore.open(tmp_path.as_uri()))


@pytest.fixture
async def forwarder(kept: KeptPushes) -> Forwarder:
    client = await Client.connect("127.0.0.1:1", lazy=True)
    return Forwarder(client, kept, DeadLetters(kept, Messenger(SecretStr(""))))


def push(workflow_id: str) -> ReceivedPush:
    return ReceivedPush.of(KEYS.callback(workflow_id), content_of(b"{}"), {}, "url")


async def drain(forwarder: Forwarder) -> bool:
    """One round of the forwarder's work."""
    forwarder._kept_one.clear()  # noqa: SLF001 -- the loop around it waits between two rounds
    return await forwarder._drain()  # noqa: SLF001


async def test_before_the_first_look(forwarder: Forwarder) -> None:
    """Until it has looked, anything may be pending; then nothing is."""
    assert forwarder.has_backlog("number-order:a")
    assert await drain(forwarder)
    assert not forwarder.has_backlog("number-order:a")


async def test_kept_while_others_are_handed_over(
    forwarder: Forwarder, kept: KeptPushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A push that was kept in the middle of a round is not overtaken by a later one."""
    await kept.keep(push("number-order:a"), "pending")

    async def meanwhile(*_: Any, **__: Any) -> DeliveryOutcome:
        await kept.keep(push("number-order:b"), "pending")
        forwarder.push_was_kept()
        return DeliveryOutcome.DELIVERED

    monkeypatch.setattr("number_orders.bridge.forwarder.deliver", meanwhile)
    assert await drain(forwarder)
    assert forwarder.has_backlog("number-order:b")


async def test_found_while_it_is_handed_over(
    forwarder: Forwarder, kept: KeptPushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While what another bridge left is handed over, that order's pushes queue; others do not."""
    assert await drain(forwarder)
    await kept.keep(push("number-order:a"), "pending")
    seen: list[tuple[bool, bool]] = []

    async def look(*_: Any, **__: Any) -> DeliveryOutcome:
        seen.append((forwarder.has_backlog("number-order:a"), forwarder.has_backlog("x")))
        return DeliveryOutcome.DELIVERED

    monkeypatch.setattr("number_orders.bridge.forwarder.deliver", look)
    assert await drain(forwarder)
    assert (seen, forwarder.has_backlog("number-order:a")) == ([(True, False)], False)


async def test_temporal_that_is_away(forwarder: Forwarder, kept: KeptPushes) -> None:
    """While Temporal is away, all orders' pushes queue."""
    assert await drain(forwarder)
    await kept.keep(push("number-order:a"), "pending")
    assert not await drain(forwarder)
    assert forwarder.has_backlog("number-order:x")
    assert len(await kept.ids("pending")) == 1


async def test_store_that_is_away(
    forwarder: Forwarder, kept: KeptPushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nobody can tell what is pending, nothing queues: it goes to Temporal, or is refused."""
    await kept.keep(push("number-order:a"), "pending")
    monkeypatch.setattr(
        "number_orders.bridge.forwarder.temporal_reachable", lambda _: asyncio.sleep(0, True)
    )
    assert await drain(forwarder)
    assert forwarder.has_backlog("number-order:a")

    async def fails(_: object) -> list[str]:
        raise OSError("away")

    monkeypatch.setattr(kept, "ids", fails)
    assert not await drain(forwarder)
    assert not forwarder.has_backlog("number-order:a")


async def test_order_of_one_orders_pushes(
    forwarder: Forwarder, kept: KeptPushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a push that has to stay, none of the same order goes, however short its rest was."""
    for n in range(2):
        callback = KEYS.callback("number-order:a")
        await kept.keep(ReceivedPush.of(callback, content_of(b"%d" % n), {}, "url"), "pending")
    answers = iter([DeliveryOutcome.AWAY, DeliveryOutcome.DELIVERED])

    async def first_fails(*_: Any, **__: Any) -> DeliveryOutcome:
        return next(answers)

    monkeypatch.setattr("number_orders.bridge.forwarder.deliver", first_fails)
    monkeypatch.setattr("number_orders.bridge.forwarder._ORDER_BACKOFF_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(
        "number_orders.bridge.forwarder.temporal_reachable", lambda _: asyncio.sleep(0, True)
    )
    assert await drain(forwarder)
    assert len(await kept.ids("pending")) == 2
