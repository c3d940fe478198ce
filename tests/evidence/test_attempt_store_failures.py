"""A store that fails, or is slow, costs the attempt ledger no answer and asks nobody in vain."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from number_orders.evidence.attempt_entries import NothingSent
from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.evidence.objects import Objects, ObjectsInFolder
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import StoreFailedError
from number_orders.workflows.activity_interface import OrderAttempt, OrderPlaced
from number_orders.workflows.messages import NotPlaced
from tests.evidence.test_attempt_findings import ORDER, begun, by_ann, found, known


class FailingStore(EvidenceStore):
    """A store that says once of what it creates that it has failed, before or after it did it."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self.fails: tuple[str, bool] | None = None

    async def create(self, key: str, content: bytes, *, limit_seconds: float | None = None) -> bool:
        fails, after = self.fails or ("", False)
        if not fails or not key.endswith(fails):
            return await super().create(key, content, limit_seconds=limit_seconds)
        self.fails = None
        if after:
            await super().create(key, content, limit_seconds=limit_seconds)
        raise StoreFailedError("The evidence store did not answer within 15 s")


@pytest.fixture
async def failing(tmp_path: Path) -> AsyncIterator[FailingStore]:
    store = FailingStore(ObjectsInFolder(tmp_path))
    yield store
    assert store.fails is None, "nothing failed"


@pytest.mark.parametrize("after", [False, True])
async def test_store_that_fails_with_an_answer(failing: FailingStore, after: bool) -> None:
    """TENIOS' answer is kept, although the store failed while it was written."""
    ledger = AttemptLedger(failing, "number-order:a")
    own = await begun(ledger)
    failing.fails = (".outcome", after)
    assert await own.record(OrderPlaced(order_id="7")) is None
    assert (await known(ledger)).answer == OrderPlaced(order_id="7")


@pytest.mark.parametrize("after", [False, True])
async def test_store_that_fails_with_a_late_answer(failing: FailingStore, after: bool) -> None:
    """So is an answer that came after a person's finding."""
    ledger = AttemptLedger(failing, "number-order:a")
    own = await begun(ledger)
    await found(ledger, NotPlaced())
    failing.fails = (".late", after)
    assert await own.record(OrderPlaced(order_id="7")) == by_ann(NotPlaced())
    assert (await known(ledger)).answer == OrderPlaced(order_id="7")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("what", [".outcome", ".intent"])
async def test_store_that_fails_with_a_finding(
    failing: FailingStore, what: str, after: bool
) -> None:
    """A finding that Temporal tries to write once more is written once."""
    ledger = AttemptLedger(failing, "number-order:a")
    number = 1 if what == ".outcome" else 2
    own = await begun(ledger)
    if what == ".intent":
        await own.record(NothingSent())
    failing.fails = (what, after)
    with pytest.raises(StoreFailedError):
        await found(ledger, NotPlaced())
    for _ in range(2):
        assert await found(ledger, NotPlaced()) == OrderAttempt(
            number=number, answer=by_ann(NotPlaced())
        )


@pytest.mark.parametrize("after", [False, True])
async def test_store_that_fails_with_an_intent(failing: FailingStore, after: bool) -> None:
    """An intent of which nobody knows whether it was written asks no person."""
    ledger = AttemptLedger(failing, "number-order:a")
    failing.fails = (".intent", after)
    with pytest.raises(StoreFailedError):
        await ledger.begin(ORDER)
    assert isinstance(await ledger.begin(ORDER), OwnAttempt)


async def test_half_written_outcome(tmp_path: Path) -> None:
    """Whoever reads the ledger while an outcome is written sees all of it, or nothing."""
    store = EvidenceStore.open(tmp_path.as_uri())
    content = b"x" * 4_000_000
    writing = [asyncio.create_task(store.create(f"attempts/a/{n}", content)) for n in range(8)]
    seen: set[int | None] = set()
    while not all(task.done() for task in writing):
        for n in range(8):
            read = await store.read(f"attempts/a/{n}")
            seen.add(None if read is None else len(read))
    await asyncio.gather(*writing)
    assert seen <= {None, len(content)}
