"""What lies in the attempt ledger's folder: ours, ours but damaged, and what is not ours."""

from datetime import date
from pathlib import Path

import pytest

from number_orders.evidence.attempt_entries import NothingSent
from number_orders.evidence.attempt_folder import AttemptFolder
from number_orders.evidence.attempts import AttemptLedger
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import (
    CancelNumber,
    GivenBack,
    NumberCancelled,
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    Refused,
)
from number_orders.workflows.messages import NotPlaced, Placed
from tests.evidence.test_attempt_findings import (
    NEW_START,
    NUMBER,
    ORDER,
    begun,
    by_ann,
    found,
    known,
    settled,
)

CANCEL = CancelNumber(phone_number=NUMBER, store_id="s", lineage="run-1")
CANCELLED = NumberCancelled(cancellation_date=date(2025, 1, 31))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "attempts" / "number-order:a"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> AttemptLedger:
    return AttemptLedger(EvidenceStore.open(tmp_path.as_uri()), "number-order:a")


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "._000001.intent",
        ".nfs0000000000000001",
        "000001.intent~",
        "000001.intent.bak",
        "000001.INTENT",
        " 000001.intent",
        "-00001.intent",
        "1e3.outcome",
        "1_0.intent",
        "intent",
        ".intent",
        "\u0661.intent",  # An Arabic digit.
        "\uff11.outcome",  # A wide one.
        "\u00b2.late",  # A superscript one.
        "000001.given_back",
        "conflicted copy of 000001.intent",
    ],
)
async def test_not_ours(ledger: AttemptLedger, folder: Path, name: str) -> None:
    """A file that is not ours is no attempt, nor is anything in a folder, and it stays."""
    (folder / "older").mkdir()
    for file in (folder / name, folder / "older" / name, folder / "older" / "000007.intent"):
        file.touch()
    assert await ledger.find(ORDER) is None
    own = await begun(ledger)
    assert own.number == 1
    assert await own.may_be_sent()
    await own.record(NothingSent())
    assert (await ledger.withdraw(ORDER)).number == 2
    assert (await found(ledger, NotPlaced(), order=settled(2), number=2)).number == 3
    assert (folder / name).exists()


async def test_folder_with_the_name_of_an_attempt(ledger: AttemptLedger, folder: Path) -> None:
    """A folder is no attempt, whatever its name: the next number is taken."""
    (folder / "000001.intent").mkdir()
    (folder / "000002.outcome").mkdir()
    own = await begun(ledger)
    assert own.number == 2
    await own.record(OrderPlaced(order_id="7"))
    assert (await known(ledger)).answer == OrderPlaced(order_id="7")


@pytest.mark.parametrize(
    "digits", ["7", "0007", "000007", "0000000007", "1764000000", "99999999999999999999"]
)
async def test_ours_of_any_length(ledger: AttemptLedger, folder: Path, digits: str) -> None:
    """However many digits an attempt's name has, it parks the order until a person says more."""
    (folder / f"{digits}.intent").touch()
    parked = await known(ledger)
    assert isinstance(parked.answer, OutcomeUnknown)
    assert parked.number == int(digits)
    assert await ledger.withdraw(ORDER) == parked
    assert await found(ledger, NotPlaced(), number=parked.number) == OrderAttempt(
        number=parked.number, answer=by_ann(NotPlaced())
    )
    assert (folder / f"{digits}.outcome").exists()
    assert (await begun(ledger, settled(parked.number))).number == parked.number + 1


async def test_order_behind_a_fence(ledger: AttemptLedger, folder: Path) -> None:
    """Whoever is asked because of a fence hears of the ledger's order, or is asked again."""
    await (await begun(ledger)).record(OrderPlaced(order_id="7"))
    (folder / "1764000000.intent").touch()
    asked = await known(ledger)
    assert isinstance(asked.answer, OutcomeUnknown)
    assert (asked.answer.names, asked.second_order) == ("7", None)
    assert asked.answer.reason.endswith("The attempt ledger also has order 7.")
    assert await found(ledger, NotPlaced(), number=asked.number) == asked
    attempt = await found(ledger, NotPlaced(), number=asked.number, asked_about="7")
    assert attempt.answer == by_ann(NotPlaced())


async def test_earlier_order_behind_a_fence(ledger: AttemptLedger, folder: Path) -> None:
    """A fence hides no order of an earlier workflow: a person is asked about that one, too."""
    await (await begun(ledger)).record(OrderPlaced(order_id="7"))
    (folder / "1764000000.intent").touch()
    fenced = await known(ledger, NEW_START)
    await found(ledger, NotPlaced(), number=fenced.number, order=NEW_START)
    order = settled(fenced.number, NEW_START)
    asked = await known(ledger, order)
    assert isinstance(asked.answer, OutcomeUnknown)
    assert (asked.number, asked.answer.names) == (1, "7")
    last = await found(ledger, NotPlaced(), number=1, order=order, asked_about="7")
    assert last == OrderAttempt(number=fenced.number + 1, answer=by_ann(NotPlaced()))
    assert (await begun(ledger, settled(last.number, NEW_START))).number == last.number + 1


async def test_slow_twin_behind_a_fence(ledger: AttemptLedger, folder: Path) -> None:
    """An order that comes after a fenced one was found not placed is taken for it."""
    own = await begun(ledger)
    (folder / "1764000000.intent").touch()
    assert not await own.may_be_sent()
    await found(ledger, NotPlaced(), number=1_764_000_000)
    await own.record(OrderPlaced(order_id="7"))
    assert await known(ledger, settled(1_764_000_000)) == OrderAttempt(
        number=1, answer=OrderPlaced(order_id="7")
    )


async def test_beyond_six_digits(ledger: AttemptLedger, folder: Path) -> None:
    """A later attempt is the latest, although its name sorts before an earlier one's."""
    for digits in ("999999", "0999998"):
        (folder / f"{digits}.intent").touch()
    await found(ledger, NotPlaced(), number=999_999)
    await (await begun(ledger, settled(999_999))).record(OrderPlaced(order_id="7"))
    assert (folder / "1000000.outcome").exists()
    assert await known(ledger, settled(999_998)) == OrderAttempt(
        number=1_000_000, answer=OrderPlaced(order_id="7")
    )


async def test_ledger_that_lost_what_is_settled(ledger: AttemptLedger) -> None:
    """After a restore numbers go on above what the workflow calls settled, where they are seen."""
    own = await begun(ledger, settled(3))
    assert own.number == 4
    await own.record(OrderPlaced(order_id="7"))
    assert (await known(ledger, settled(3))).answer == OrderPlaced(order_id="7")


@pytest.mark.parametrize("content", [b"", b"{", b'{"kind":"of a newer version"}'])
async def test_unreadable_outcome(ledger: AttemptLedger, folder: Path, content: bytes) -> None:
    """An outcome that cannot be read parks the order; what a person finds then counts."""
    await begun(ledger)
    (folder / "000001.outcome").write_bytes(content)
    assert isinstance((await known(ledger)).answer, OutcomeUnknown)
    attempt = OrderAttempt(number=2, answer=by_ann(Placed(order_id="7")))
    assert await found(ledger, Placed(order_id="7")) == attempt
    assert await known(ledger) == attempt


async def test_answer_beside_an_unreadable_outcome(ledger: AttemptLedger, folder: Path) -> None:
    """TENIOS' answer counts, although something took its place."""
    own = await begun(ledger)
    (folder / "000001.outcome").touch()
    assert await own.record(OrderPlaced(order_id="7")) is None
    assert (await known(ledger)).answer == OrderPlaced(order_id="7")


async def test_unreadable_late_answer(ledger: AttemptLedger, folder: Path) -> None:
    """A late answer that cannot be read parks the order, until a person has looked once more."""
    await begun(ledger)
    await found(ledger, NotPlaced())
    (folder / "000001.late").touch()
    for order in (ORDER, settled(1)):
        assert isinstance((await known(ledger, order)).answer, OutcomeUnknown)
    assert (await found(ledger, NotPlaced(), order=settled(1))).number == 2
    assert (await begun(ledger, settled(2))).number == 3


@pytest.mark.parametrize("what", ["outcome", "late"])
async def test_answer_without_intent(ledger: AttemptLedger, folder: Path, what: str) -> None:
    """An answer whose intent a copy of the store lacks is not lost: a person is asked about it."""
    (folder / f"000001.{what}").write_text(OrderPlaced(order_id="7").model_dump_json())
    answer = (await known(ledger)).answer
    assert isinstance(answer, OutcomeUnknown)
    assert "placed order 7" in answer.reason
    attempt = await found(ledger, Placed(order_id="7"), asked_about="7")
    assert (attempt.number, attempt.answer) == (2, by_ann(Placed(order_id="7")))


@pytest.mark.parametrize("answer", [OrderPlaced(order_id="7"), Refused(error_code="X", message="")])
async def test_answer_with_an_unreadable_intent(
    ledger: AttemptLedger, folder: Path, answer: OrderPlaced | Refused
) -> None:
    """Nobody can tell whose an order is whose intent is damaged; a refused one is nobody's."""
    await (await begun(ledger)).record(answer)
    (folder / "000001.intent").write_bytes(b"")
    if isinstance(answer, Refused):
        assert (await begun(ledger)).number == 2
        return
    question = (await known(ledger)).answer
    assert isinstance(question, OutcomeUnknown)
    assert question.names == "7"


async def test_newer_version(ledger: AttemptLedger, folder: Path) -> None:
    """What a newer version adds to an entry is passed over."""
    await (await begun(ledger)).record(OrderPlaced(order_id="7"))
    for file in folder.iterdir():
        file.write_text(file.read_text().replace("{", '{"added":{"by":"1.1"},', 1))
    assert (await known(ledger)).answer == OrderPlaced(order_id="7")


async def test_many_attempts_leave_no_trace(ledger: AttemptLedger, folder: Path) -> None:
    """However often an attempt did nothing, the ledger has one of them."""
    for number in range(1, 200):
        own = await begun(ledger)
        assert own.number == number
        await own.record(NothingSent())
        assert len(list(folder.iterdir())) <= 4
    await begun(ledger)
    assert {file.name for file in folder.iterdir()} == {"000200.intent"}


async def test_withdrawal_beside_a_trace(ledger: AttemptLedger, folder: Path) -> None:
    """A withdrawal stands, and stays, where an attempt that did nothing left its outcome."""
    assert (await ledger.withdraw(ORDER)).number == 1
    (folder / "000001.outcome").write_text(NothingSent().model_dump_json())
    assert (await known(ledger)).answer == OrderWithdrawn()
    await AttemptFolder(EvidenceStore.open(folder.parent.parent.as_uri()), folder.name).clear_away(
        "000001"
    )
    assert (await known(ledger)).answer == OrderWithdrawn()


async def test_given_back(ledger: AttemptLedger) -> None:
    """That a number was given back is remembered, and said with every answer about the order."""
    await (await begun(ledger)).record(OrderPlaced(order_id="7"))
    assert await ledger.given_back(CANCEL) is None
    for cancelled in (CANCELLED, NumberCancelled(cancellation_date=date(2026, 1, 1))):
        await ledger.record_given_back(CANCEL, cancelled)
        assert await ledger.given_back(CANCEL) == CANCELLED
    gone = (GivenBack(phone_number=NUMBER, cancellation_date=date(2025, 1, 31)),)
    assert (await known(ledger)).given_back == gone
    assert (await ledger.withdraw(ORDER)).given_back == gone
    assert (await found(ledger, NotPlaced())).given_back == gone
    assert (await found(ledger, NotPlaced(), order=settled(1), number=2)).given_back == gone


async def test_given_back_by_an_earlier_workflow(ledger: AttemptLedger) -> None:
    """A number that an earlier workflow gave back may be bought again; people are told of it."""
    await (await begun(ledger)).record(OrderPlaced(order_id="7"))
    await ledger.record_given_back(CANCEL, CANCELLED)
    assert await ledger.given_back(CANCEL.model_copy(update={"lineage": "run-2"})) is None
    asked = await known(ledger, NEW_START)
    assert asked.given_back == ()
    assert isinstance(asked.answer, OutcomeUnknown)
    assert asked.answer.reason.endswith(f"Given back to TENIOS meanwhile: {NUMBER}.")


async def test_unreadable_give_back(ledger: AttemptLedger, folder: Path) -> None:
    """A note that cannot be read counts as none: to give a number back twice does no harm."""
    await ledger.record_given_back(CANCEL, CANCELLED)
    next(folder.iterdir()).write_bytes(b"")
    assert await ledger.given_back(CANCEL) is None
