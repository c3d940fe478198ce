"""What a person finds out is an outcome in the attempt ledger; TENIOS' answers are never lost."""

import asyncio
from pathlib import Path

import pytest

from number_orders.evidence.attempt_entries import NothingSent
from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import (
    Found,
    OrderAttempt,
    OrderPlaced,
    OrderWithdrawn,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
    Refused,
)
from number_orders.workflows.messages import Abandon, Completed, Finding, NotPlaced, Placed
from tests.support.order_driver import VERIFIED

ORDER = PlaceOrder(
    verification_id="v-1", data=VERIFIED, store_id="s", lineage="run-1", settled_attempt=0
)
NUMBER = "+49221123456"
FINDINGS = [
    Placed(order_id="1001"),
    NotPlaced(),
    Completed(phone_number=NUMBER),
    Abandon(),
]
NEW_START = ORDER.model_copy(update={"lineage": "run-2"})


@pytest.fixture
def ledger(tmp_path: Path) -> AttemptLedger:
    return AttemptLedger(EvidenceStore.open(tmp_path.as_uri()), "number-order:a")


async def begun(ledger: AttemptLedger, order: PlaceOrder = ORDER) -> OwnAttempt:
    """An execution that is about to send."""
    own = await ledger.begin(order)
    assert isinstance(own, OwnAttempt)
    return own


async def known(ledger: AttemptLedger, order: PlaceOrder = ORDER) -> OrderAttempt:
    """What an execution is told that does not send."""
    attempt = await ledger.begin(order)
    assert isinstance(attempt, OrderAttempt)
    assert await ledger.find(order) == attempt
    return attempt


def settled(number: int, order: PlaceOrder = ORDER) -> PlaceOrder:
    return order.model_copy(update={"settled_attempt": number})


async def found(
    ledger: AttemptLedger,
    finding: Finding,
    *,
    number: int = 1,
    order: PlaceOrder = ORDER,
    asked_about: str | None = None,
) -> OrderAttempt:
    return await ledger.record_finding(
        RecordFinding(
            request=order,
            number=number,
            asked_about=asked_about,
            finding=finding,
            resolved_by="ann",
        )
    )


def by_ann(finding: Finding) -> Found:
    return Found(finding=finding, resolved_by="ann")


@pytest.mark.parametrize("finding", FINDINGS)
async def test_finding_is_the_outcome(ledger: AttemptLedger, finding: Finding) -> None:
    """A reset workflow gets what a person found, as does a finding that is written again."""
    await begun(ledger)
    attempt = OrderAttempt(number=1, answer=by_ann(finding))
    assert await found(ledger, finding) == attempt
    assert await found(ledger, finding) == attempt
    assert await known(ledger) == attempt
    assert await ledger.withdraw(ORDER) == attempt


@pytest.mark.parametrize("finding", FINDINGS)
async def test_finding_of_an_earlier_workflow(ledger: AttemptLedger, finding: Finding) -> None:
    """An order that was found not placed is nothing to a new start; any other asks a person."""
    await begun(ledger)
    await found(ledger, finding)
    if isinstance(finding, NotPlaced):
        assert (await begun(ledger, NEW_START)).number == 2
        return
    answer = (await known(ledger, NEW_START)).answer
    assert isinstance(answer, OutcomeUnknown)
    named = {"placed": "placed order 1001", "completed": NUMBER, "abandon": "was given up"}
    assert named[finding.kind] in answer.reason
    assert "for verification v-1" in answer.reason


@pytest.mark.parametrize("finding", FINDINGS)
@pytest.mark.parametrize("answer", [OrderPlaced(order_id="7"), Refused(error_code="X", message="")])
async def test_answer_before_the_finding(
    ledger: AttemptLedger, finding: Finding, answer: OrderPlaced | Refused
) -> None:
    """What a slow twin wrote before the person did counts, whatever the person found."""
    await (await begun(ledger)).record(answer)
    assert (await found(ledger, finding)).answer == answer
    assert (await known(ledger)).answer == answer


async def test_findings_at_once(ledger: AttemptLedger) -> None:
    """Of several findings the first one counts, for everybody."""
    await begun(ledger)
    attempts = await asyncio.gather(*(found(ledger, finding) for finding in FINDINGS))
    assert all(attempt == attempts[0] for attempt in attempts)
    assert isinstance(attempts[0].answer, Found)
    assert await known(ledger) == attempts[0]


async def test_answer_after_not_placed(ledger: AttemptLedger) -> None:
    """An order that was found not placed, and comes after all, is taken instead of a second one."""
    own = await begun(ledger)
    await found(ledger, NotPlaced())
    assert await own.record(OrderPlaced(order_id="7")) == by_ann(NotPlaced())
    attempt = OrderAttempt(number=1, answer=OrderPlaced(order_id="7"))
    assert await known(ledger) == attempt
    assert await known(ledger, settled(1)) == attempt
    assert await ledger.withdraw(settled(1)) == attempt
    assert await found(ledger, NotPlaced()) == attempt


async def test_answer_after_a_further_attempt(ledger: AttemptLedger) -> None:
    """Once a second order was sent, everybody who reads the ledger is told of the first one."""
    slow = await begun(ledger)
    await found(ledger, NotPlaced())
    await (await begun(ledger, settled(1))).record(OrderPlaced(order_id="8"))
    await slow.record(OrderPlaced(order_id="7"))
    twice = OrderAttempt(number=2, answer=OrderPlaced(order_id="8"), second_order="7")
    for order in (ORDER, settled(1)):
        assert await known(ledger, order) == twice
        assert await ledger.withdraw(order) == twice
        assert await found(ledger, NotPlaced(), order=order) == twice


async def test_answer_after_a_further_attempt_was_refused(ledger: AttemptLedger) -> None:
    """An order whose data have been corrected since then is told, and not taken for the new one."""
    slow = await begun(ledger)
    await found(ledger, NotPlaced())
    await (await begun(ledger, settled(1))).record(Refused(error_code="X", message=""))
    await slow.record(OrderPlaced(order_id="7"))
    assert await ledger.withdraw(settled(2)) == OrderAttempt(
        number=3, answer=OrderWithdrawn(), second_order="7"
    )


@pytest.mark.parametrize(
    ("finding", "second_order"),
    [
        (Placed(order_id="7"), None),
        (Placed(order_id="1001"), "7"),
        # The order of this number, as far as anybody can tell.
        (Completed(phone_number=NUMBER), None),
        (Abandon(), "7"),
    ],
)
async def test_answer_after_another_finding(
    ledger: AttemptLedger, finding: Finding, second_order: str | None
) -> None:
    """The finding stands; an answer that names another order is told."""
    own = await begun(ledger)
    await found(ledger, finding)
    await own.record(OrderPlaced(order_id="7"))
    attempt = OrderAttempt(number=1, answer=by_ann(finding), second_order=second_order)
    assert await known(ledger) == attempt


@pytest.mark.parametrize("outcome", [NothingSent(), Refused(error_code="X", message="")])
async def test_nothing_was_ordered_after_all(
    ledger: AttemptLedger, outcome: NothingSent | Refused
) -> None:
    """A twin that did nothing changes nothing of what a person found."""
    own = await begun(ledger)
    await found(ledger, NotPlaced())
    assert await own.record(outcome) == by_ann(NotPlaced())
    assert await known(ledger) == OrderAttempt(number=1, answer=by_ann(NotPlaced()))
    assert (await begun(ledger, settled(1))).number == 2


async def test_not_sent_after_the_finding(ledger: AttemptLedger) -> None:
    """An execution that stood still right before it sends does not, once a person was asked."""
    own = await begun(ledger)
    assert await own.may_be_sent()
    await found(ledger, NotPlaced())
    assert not await own.may_be_sent()


@pytest.mark.parametrize("is_over", [True, False])
@pytest.mark.parametrize("finding", FINDINGS)
async def test_finding_about_an_attempt_that_is_gone(
    ledger: AttemptLedger, finding: Finding, is_over: bool
) -> None:
    """What was found holds, although the attempt did nothing or is not there at all."""
    if is_over:
        await (await begun(ledger)).record(NothingSent())
    attempt = OrderAttempt(number=2, answer=by_ann(finding))
    assert await found(ledger, finding) == attempt
    assert await found(ledger, finding) == attempt
    assert await known(ledger) == attempt
    if isinstance(finding, NotPlaced):
        await (await begun(ledger, NEW_START)).record(NothingSent())
        assert (await begun(ledger, settled(2))).number == 4
    else:
        assert isinstance((await known(ledger, NEW_START)).answer, OutcomeUnknown)


@pytest.mark.parametrize("finding", FINDINGS)
async def test_earlier_order_that_was_known(ledger: AttemptLedger, finding: Finding) -> None:
    """A person who was asked about an earlier workflow's order has the last word about it."""
    await (await begun(ledger)).record(OrderPlaced(order_id="7"))
    question = (await known(ledger, NEW_START)).answer
    assert isinstance(question, OutcomeUnknown)
    assert question.names == "7"
    attempt = OrderAttempt(number=2, answer=by_ann(finding))
    for _ in range(2):
        assert await found(ledger, finding, order=NEW_START, asked_about="7") == attempt
    assert await known(ledger, NEW_START) == attempt
    # Nothing of that is the earlier order's.
    assert (await known(ledger, ORDER.model_copy(update={"lineage": "run-3"}))).number == (
        1 if isinstance(finding, NotPlaced) else 2
    )


async def test_earlier_order_that_came_meanwhile(ledger: AttemptLedger) -> None:
    """A person who did not know of an earlier workflow's order is asked about it."""
    own = await begun(ledger)
    assert isinstance((await known(ledger, NEW_START)).answer, OutcomeUnknown)
    await own.record(OrderPlaced(order_id="7"))
    attempt = await found(ledger, NotPlaced(), order=NEW_START)
    assert isinstance(attempt.answer, OutcomeUnknown)
    assert (attempt.number, attempt.answer.names) == (1, "7")


async def test_earlier_order_that_came_after_not_placed(ledger: AttemptLedger) -> None:
    """An earlier workflow's order that comes after a finding asks once more, and only once."""
    own = await begun(ledger)
    attempt = await found(ledger, NotPlaced(), order=NEW_START)
    assert attempt.answer == by_ann(NotPlaced())
    assert not await own.may_be_sent()
    await own.record(OrderPlaced(order_id="7"))
    question = await known(ledger, settled(1, NEW_START))
    assert isinstance(question.answer, OutcomeUnknown)
    assert (question.number, question.answer.names) == (1, "7")
    answered = await found(ledger, NotPlaced(), order=settled(1, NEW_START), asked_about="7")
    assert (answered.number, answered.answer) == (2, by_ann(NotPlaced()))
    assert (await begun(ledger, settled(2, NEW_START))).number == 3


async def test_later_attempt_counts_more(ledger: AttemptLedger) -> None:
    """A finding about an attempt from before a reset does not hide what was sent after it."""
    await begun(ledger)
    await found(ledger, NotPlaced())
    later = await begun(ledger, settled(1))
    unknown = await found(ledger, NotPlaced())
    assert isinstance(unknown.answer, OutcomeUnknown)
    assert unknown.number == 2
    await later.record(OrderPlaced(order_id="8"))
    assert await found(ledger, NotPlaced()) == OrderAttempt(
        number=2, answer=OrderPlaced(order_id="8")
    )


async def test_findings_of_each_round(ledger: AttemptLedger) -> None:
    """A finding counts for the attempt that it is about, and not for a later round's."""
    await begun(ledger)
    await found(ledger, Abandon())
    own = await begun(ledger, settled(1))
    assert own.number == 2
    assert (await found(ledger, NotPlaced(), number=2, order=settled(1))).answer == by_ann(
        NotPlaced()
    )


async def test_withdrawal_is_no_attempt_to_find(ledger: AttemptLedger) -> None:
    """A withdrawal stands, whatever anybody says about it."""
    withdrawn = await ledger.withdraw(ORDER)
    assert withdrawn == OrderAttempt(number=1, answer=OrderWithdrawn())
    assert await found(ledger, NotPlaced()) == withdrawn


async def test_order_that_a_workflow_calls_settled(ledger: AttemptLedger) -> None:
    """An order that the ledger has is not sent past, whatever a forged answer has settled."""
    own = await begun(ledger)
    await own.record(OrderPlaced(order_id="1001"))

    assert (await known(ledger, settled(1))).answer == OrderPlaced(order_id="1001")
    assert (await known(ledger, settled(999))).answer == OrderPlaced(order_id="1001")
