"""What the evidence store knows of verifications, and to whom it gives them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.errors import StoreFailedError
from number_orders.workflows.activity_interface import (
    Approval,
    ApprovalSource,
    OrderAnswer,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
    Refused,
    VerificationUnusable,
    VerifiedData,
)
from number_orders.workflows.models import Address

HERE = Address(city="Köln", zip="50667", street="Domstraße", house_number="4")
ELSEWHERE = HERE.model_copy(update={"house_number": "5"})
PLACED = OrderPlaced(order_id="7")
OTHER_FIELD = Refused(error_code="INVALID_VALUE", message="no", fields=("link_to_number",))
UNUSABLE = VerificationUnusable(reason="no")
WORDS = "Domstraße 4 is no longer yours"
REFUSED = Refused(
    error_code="INVALID_VALUE",
    message=WORDS,
    fields=("verification_id",),
    is_about_verification=True,
)
NAMED = [ApprovalSource.INPUT, ApprovalSource.NAMED]


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore.open(tmp_path.as_uri(), create=True)


@pytest.fixture
def records(store: EvidenceStore) -> VerificationRecords:
    return VerificationRecords(store)


def data(address: Address = HERE, document: str | None = None) -> VerifiedData:
    return VerifiedData(
        location_id="koeln-01", address=address, area_code="221", document_sha256=document
    )


def request(
    address: Address = HERE,
    source: ApprovalSource = ApprovalSource.INPUT,
    verification_id: str = "1",
) -> PlaceOrder:
    return PlaceOrder(
        verification_id=verification_id,
        data=data(address, "0" * 64 if source is ApprovalSource.NAMED else None),
        approval=Approval(approved_by="ann", approved_at=datetime.now(UTC), source=source),
        store_id="s",
        lineage="l",
        settled_attempt=0,
    )


async def ordered(
    records: VerificationRecords, order: PlaceOrder, answer: OrderPlaced | Refused, workflow_id: str
) -> str | None:
    """An order is placed as the worker does it; why it was not sent, if it was not."""
    examined = await records.examine(order, workflow_id)
    if examined.objection is None:
        if isinstance(answer, Refused) and examined.is_approved:
            await records.record_refused(order.verification_id, answer, workflow_id)
        await records.record_answer(order, answer, workflow_id)
    return examined.objection


@pytest.mark.parametrize("source", NAMED)
async def test_named_but_of_another_address(
    records: VerificationRecords, source: ApprovalSource
) -> None:
    """An id that is another address's orders nothing, and its own record stays as it is."""
    await records.record_submitted("1", data(ELSEWHERE, "0" * 64), "other")
    objection = await ordered(records, request(source=source), PLACED, "own")

    assert objection is not None
    assert "is recorded for another address or area code" in objection
    record = await records.record("1")
    assert record is not None
    assert (record.decided, record.refused, record.used_by) == (None, None, ())


@pytest.mark.parametrize("source", NAMED)
async def test_answer_of_a_named_one(records: VerificationRecords, source: ApprovalSource) -> None:
    """Nor does the answer to an order that was sent spoil the record of another address."""
    order = request(source=source)
    await records.record_submitted("1", data(ELSEWHERE, "0" * 64), "other")
    for answer in (PLACED, REFUSED):
        await records.record_answer(order, answer, "own")
    record = await records.record("1")
    assert record is not None
    assert (record.decided, record.refused, record.used_by) == (None, None, ())


async def test_approved_once_tenios_takes_an_order(records: VerificationRecords) -> None:
    """One that a person named is given to others once TENIOS has taken an order with it."""
    await records.examine(request(), "own")
    assert await records.approved(data()) is None
    await records.record_answer(request(), PLACED, "own")

    approved = await records.approved(data())
    assert approved is not None
    assert (approved.verification_id, approved.approved_by) == ("1", "ann")
    assert await records.approved(data(ELSEWHERE)) is None


@pytest.mark.parametrize("source", NAMED)
async def test_named_too_early(records: VerificationRecords, source: ApprovalSource) -> None:
    """What TENIOS did not take was named too early, or is another address's: both can use it."""
    await ordered(records, request(source=source), REFUSED, "own")
    assert await ordered(records, request(source=source), REFUSED, "own") is None
    assert await ordered(records, request(ELSEWHERE), PLACED, "other") is None
    assert await ordered(records, request(source=source), PLACED, "own") is not None


async def test_bound_as_it_is_sent(records: VerificationRecords) -> None:
    """Of two addresses that name the same id at once, one goes without."""
    assert (await records.examine(request(), "own")).objection is None
    assert (await records.examine(request(ELSEWHERE), "other")).objection is not None


@pytest.mark.parametrize("answer", [OrderWithdrawn(), OTHER_FIELD, UNUSABLE])
async def test_named_in_vain(records: VerificationRecords, answer: OrderAnswer) -> None:
    """Whatever an order ends its attempt with but an open question, its id is free for others."""
    for address in (HERE, ELSEWHERE):
        assert (await records.examine(request(address), "own")).objection is None
        await records.record_answer(request(address), answer, "own")
    assert (await records.examine(request(), "other")).objection is None


async def test_named_and_unknown(records: VerificationRecords) -> None:
    """As long as nobody knows whether TENIOS has the order, its id is not free."""
    await records.examine(request(), "own")
    await records.record_answer(request(), OutcomeUnknown(reason="?"), "own")
    objection = (await records.examine(request(ELSEWHERE), "other")).objection
    assert objection == "verification 1 is named for another address or area code by own"


async def test_named_for_what_was_corrected(records: VerificationRecords) -> None:
    """An order's own naming of before does not keep it from its corrected address."""
    await records.examine(request(ELSEWHERE), "own")
    assert (await records.examine(request(HERE), "own")).objection is None


async def test_mistyped_as_what_tenios_gives_later(records: VerificationRecords) -> None:
    """An id that somebody named for another address is of the order that TENIOS gave it to."""
    await records.examine(request(), "own")
    await ordered(records, request(ELSEWHERE, ApprovalSource.DECISION), PLACED, "other")
    assert await records.approved(data(ELSEWHERE)) is not None


async def test_refused_before_it_was_taken(records: VerificationRecords) -> None:
    """What TENIOS refused to somebody too early, and took later, is not refused."""
    examined = await records.examine(request(), "early")
    await ordered(records, request(), PLACED, "own")
    assert not examined.is_approved
    await records.record_answer(request(), REFUSED, "early")
    assert await records.approved(data()) is not None


async def test_submitted_stays_bound(records: VerificationRecords) -> None:
    """What was submitted here stays bound to its address, whoever was too early with it."""
    await records.record_submitted("1", data(document="0" * 64), "own")
    await ordered(records, request(), REFUSED, "own")
    assert (await records.examine(request(ELSEWHERE), "other")).objection is not None


async def test_refused_after_it_was_taken(records: VerificationRecords) -> None:
    """One that TENIOS took before and does not take now is used no more; its words stay outside."""
    await ordered(records, request(), PLACED, "own")
    await ordered(records, request(), REFUSED, "second")

    assert await records.approved(data()) is None
    objection = (await records.examine(request(), "third")).objection
    assert objection == "verification 1 was refused before: TENIOS refused it with INVALID_VALUE"


async def test_refusal_that_names_no_field(records: VerificationRecords) -> None:
    """Words alone spoil no verification: they may be about the order."""
    await ordered(records, request(), PLACED, "own")
    await ordered(records, request(), REFUSED.model_copy(update={"fields": ()}), "second")
    assert await records.approved(data()) is not None


async def test_own_verification(records: VerificationRecords) -> None:
    """An approval that came too early for an order's own one says nothing of it."""
    own = request(source=ApprovalSource.DECISION)
    await records.record_submitted("1", data(document="0" * 64), "own")
    await ordered(records, own, REFUSED, "own")
    await ordered(records, own, PLACED, "own")
    assert await records.approved(data()) is not None


async def test_what_the_store_missed(store: EvidenceStore, records: VerificationRecords) -> None:
    """What could not be kept as the order was taken can be recorded later."""
    shared = request(source=ApprovalSource.ANOTHER_NUMBER)
    await records.record_submitted("1", data(document="0" * 64), "own")
    assert (await records.examine(shared, "second")).objection is not None
    await records.record_taken(request(source=ApprovalSource.DECISION), "own")
    assert (await records.examine(shared, "second")).objection is None


@pytest.mark.parametrize("verification_id", ["7", "a/b", "X" * 100, "submitted"])
async def test_any_id(records: VerificationRecords, verification_id: str) -> None:
    """Whatever TENIOS calls a verification, it is found by that."""
    await ordered(records, request(verification_id=verification_id), PLACED, "own")
    [record], _ = await records.all()
    assert record.submitted.verification_id == verification_id
    assert record.used_by == ("own",)


@pytest.mark.parametrize(
    "stray",
    [
        "verifications/.DS_Store",
        "verifications/submitted",
        "verifications/2/notes",
        "verifications/2/decided",
        "addresses/.DS_Store",
    ],
)
async def test_stray_files(store: EvidenceStore, records: VerificationRecords, stray: str) -> None:
    """What somebody else put there is no verification, and hides none."""
    await store.create(stray, b"{}")
    await ordered(records, request(), PLACED, "own")
    there, unreadable = await records.all()
    assert [one.submitted.verification_id for one in there] == ["1"]
    assert unreadable == []
    assert await records.approved(data()) is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [("verification_id", " "), ("verification_id", "2"), ("location_id", "ä"), ("at", "today")],
)
async def test_damaged(
    store: EvidenceStore, records: VerificationRecords, field: str, value: str
) -> None:
    """A record that cannot be read, or is in another one's place, is used by nobody."""
    await ordered(records, request(), PLACED, "own")
    record = await records.record("1")
    assert record is not None
    key = "verifications/1/submitted"
    await store.delete(key)
    damaged = record.submitted.model_copy(update={field: value})
    await store.create(key, damaged.model_dump_json(warnings=False).encode())

    assert await records.all() == ([], [key])
    assert await records.approved(data()) is None
    objection = (await records.examine(request(), "second")).objection
    assert objection == "verification 1 has no readable record in the evidence store"


async def test_damaged_key(store: EvidenceStore, tmp_path: Path) -> None:
    """A damaged key is no reason to make another one, which would find nothing."""
    await store.create("address-key", b"short")
    with pytest.raises(StoreFailedError, match="restore it from a backup"):
        await VerificationRecords(store).approved(data())


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"street": "Domstraße"}, {"street": "DOMSTRASSE"}, True),
        ({"street": "Domstraße"}, {"street": "Domstr."}, True),
        ({"street": "Domstraße"}, {"street": "Domstr"}, True),
        ({"street": "Straße am Bach"}, {"street": "Str am Bach"}, False),
        ({"street": "Domstraße"}, {"street": "Dom"}, False),
        ({"house_number": "12 a"}, {"house_number": "12A"}, True),
        ({"house_number": "1.2"}, {"house_number": "12"}, False),
        ({"house_number": "4 1/2"}, {"house_number": "41/2"}, False),
        ({"house_number": "4 - 6"}, {"house_number": "4-6"}, True),
        ({"city": "St. Ingbert"}, {"city": "St Ingbert"}, False),
        ({"zip": "50667"}, {"zip": "50668"}, False),
    ],
)
async def test_same_address(
    records: VerificationRecords, one: dict[str, str], other: dict[str, str], *, is_same: bool
) -> None:
    """Spellings of one address find its verification, and those of another one do not."""
    there, asked = (HERE.model_copy(update=changes) for changes in (one, other))
    await ordered(records, request(there), PLACED, "own")
    assert (await records.approved(data(asked)) is not None) == is_same
