"""Which decision about a verification counts: it belongs to the round that it was made for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from number_orders.workflows.decisions import (
    Question,
    ReceivedDecision,
    deciding,
    effect,
    replacing,
)
from number_orders.workflows.messages import Decision

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def received(
    number: int,
    round_: int,
    named: str | None = None,
    *,
    approved: bool = True,
    at: datetime = NOW,
) -> ReceivedDecision:
    decision = Decision(approved=approved, decided_by="ann", verification_id=named)
    return ReceivedDecision(number, at, round_, decision)


def asked(verification_id: str | None, *earlier: str | None, after: int = 0) -> Question:
    return Question(verification_id, len(earlier) + 1, earlier, after)


@pytest.mark.parametrize(
    ("decision", "question", "counts"),
    [
        # The first round: what names it, or nothing, counts, also when it came early.
        (received(1, 1), asked("v1"), True),
        (received(1, 1, "v1"), asked("v1"), True),
        (received(1, 1, "v2"), asked("v1"), False),
        (received(1, 1, "unknown"), asked("v1"), False),
        # A correction: only a decision of this round, or about its new id, counts.
        (received(1, 1), asked("v2", "v1"), False),
        (received(1, 1, "v1"), asked("v2", "v1"), False),
        (received(1, 2, "v1"), asked("v2", "v1"), False),
        (received(1, 2), asked("v2", "v1"), True),
        (received(1, 2, "v2"), asked("v2", "v1"), True),
        (received(1, 1, "v2"), asked("v2", "v1"), True),
        # TENIOS gives the same id again: an old approval does not cover the new data.
        (received(1, 1), asked("v1", "v1"), False),
        (received(1, 1, "v1"), asked("v1", "v1"), False),
        (received(1, 2), asked("v1", "v1"), True),
        (received(1, 2, "v1"), asked("v1", "v1"), True),
        (received(1, 2, "v1"), asked("v1", "v1", "v1"), False),
        (received(1, 2, "v1"), asked("v1", "v1", "v2"), False),
        (received(1, 3, "v1"), asked("v1", "v1", "v2"), True),
        (received(1, 1, "v2"), asked("v2", "v1", "v2"), False),
        (received(1, 2, "v2"), asked("v2", None, None), True),
        # TENIOS gave no id: an approval has to bring it, a rejection counts as it is.
        (received(1, 1), asked(None), False),
        (received(1, 1, approved=False), asked(None), True),
        (received(1, 1, "v1"), asked(None), True),
        (received(1, 1, "v1", approved=False), asked(None), True),
        (received(1, 1, "v1"), asked(None, "v1"), False),
        (received(1, 2, "v1"), asked(None, "v1"), False),
        (received(1, 2, "v2"), asked(None, "v1"), True),
        (received(1, 1, "v2"), asked(None, "v1"), False),
        (received(1, 1, approved=False), asked(None, None), False),
        # Used up, since TENIOS did not know of it.
        (received(1, 1), asked("v1", after=1), False),
        (received(1, 1, "v1"), asked("v1", after=1), False),
        (received(2, 1), asked("v1", after=1), True),
        (received(1, 1, "v1", approved=False), asked("v1", after=1), False),
    ],
)
def test_round(decision: ReceivedDecision, question: Question, counts: bool) -> None:
    """A decision counts for the round that it was made for, and for no other data."""
    assert (deciding([decision], question) is decision) == counts


def test_first_one_wins() -> None:
    """Of several decisions about the verification the first counts, whatever it says."""
    foreign, rejection = received(1, 1, "other"), received(2, 1, approved=False)
    decisions = [foreign, rejection, received(3, 1)]

    assert deciding(decisions, asked("v1")) is rejection
    assert deciding(decisions[2:], asked("v1", after=2)) is decisions[2]
    assert deciding([], asked("v1")) is None


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"at": NOW - MINUTE}, False),
        ({"named": None}, False),
        ({"named": "v2"}, False),
        ({"named": "v1"}, False),
        ({"approved": False}, False),
        ({"number": 3}, False),
    ],
)
def test_replacing(changes: dict[str, Any], counts: bool) -> None:
    """Another verification's approval replaces the current one, once the order is stuck with it."""
    decision = received(**{"number": 4, "round_": 2, "named": "v9", **changes})

    assert (replacing([decision], asked("v2", "v1", after=3), NOW) is decision) == counts


EFFECTS = [
    (received(1, 1), asked("v1"), True, (1,), "applied"),
    (received(1, 1), asked("v1"), False, (), "kept until the verification is submitted"),
    (received(2, 1), asked("v1"), True, (1,), "not applied: an earlier decision came first"),
    (received(2, 1), asked("v1", after=2), True, (1,), "TENIOS refused the order"),
    (received(1, 1), asked(None), True, (), "has to bring it (--verification-id)"),
    (received(1, 1), asked("v2", "v1"), True, (), "it was about an earlier verification"),
    (received(1, 1, "v1"), asked("v1", "v1"), True, (), "it was about an earlier verification"),
    (received(1, 1, "v9"), asked("v1"), True, (), "the current verification is v1"),
]


@pytest.mark.parametrize(("decision", "question", "submitted", "applied", "shown"), EFFECTS)
def test_effect(
    decision: ReceivedDecision,
    question: Question,
    submitted: bool,
    applied: tuple[int, ...],
    shown: str,
) -> None:
    """People are told what became of a decision, and what to do."""
    assert shown in effect(decision, question, applied, is_submitted=submitted)
