"""What a push does follows from what it says; each rule by itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from number_orders.workflows import push_judgement
from number_orders.workflows.models import Numbering
from number_orders.workflows.push_judgement import Expected, Push, PushReading

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NUMBER = "+49221123456"


def wanted(
    order_id: str | None, placement: int, area_code: str | None = "221", **numbering: str
) -> Expected:
    return Expected(order_id, placement, Numbering(**numbering), area_code)


OURS = wanted("7", 1)
UNKNOWN = wanted(None, 1)
NOT_YET = wanted(None, 0)
IN_MILAN = wanted("7", 1, "02", calling_code="39", trunk_prefix="")
IN_SPAIN = wanted("7", 1, None, calling_code="34", trunk_prefix="")


def push(placement: int = 1, by: str = "url", delivery: str = "d", **said: Any) -> Push:
    reading = PushReading(**{"excerpt": "as told", **said})
    return Push(delivery, NOW, by, placement, reading)


BAD = {"objection": "it reports a failure"}


@pytest.mark.parametrize(
    ("pushed", "expected", "objection"),
    [
        (push(), OURS, None),
        (push(order_ids=("7",)), OURS, None),
        (push(order_ids=("8",)), OURS, "it is about order 8, ours is 7"),
        (push(order_ids=("7", "8")), OURS, "it names several orders"),
        (push(order_ids=("7", "8")), UNKNOWN, "it names several orders"),
        (push(order_ids=("8",)), UNKNOWN, None),
        (push(**BAD), OURS, "it reports a failure"),
        (push(order_ids=("7",), phone_numbers=(NUMBER,), **BAD), OURS, "it reports a failure"),
        # Which placement it came in.
        (push(0), NOT_YET, "it came before the order was placed"),
        (push(0), UNKNOWN, "it came before the order was placed"),
        (push(0, order_ids=("7",)), UNKNOWN, "it came before the order was placed"),
        (push(0, order_ids=("7",)), OURS, None),
        (push(1), wanted("7", 2), "it came before the order was placed"),
        (push(1, order_ids=("7",)), wanted("7", 2), None),
        (push(1, order_ids=("7",)), wanted(None, 2), "it came before the order was placed"),
        (push(2), wanted("7", 2), None),
        # The secret makes none of it better.
        (push(by="secret", **BAD), OURS, "it reports a failure"),
        (push(0, by="secret"), UNKNOWN, "it came before the order was placed"),
        (push(by="secret", order_ids=("8",)), OURS, "it is about order 8, ours is 7"),
    ],
)
def test_objection(pushed: Push, expected: Expected, objection: str | None) -> None:
    """A failure, another order or another placement: such a push completes and proves nothing."""
    assert push_judgement.objection(pushed, expected) == objection
    if objection is not None:
        assert push_judgement.delivering([pushed], expected) is None
        assert push_judgement.completing([pushed], expected) is None
        assert push_judgement.proving([pushed], expected) is None


@pytest.mark.parametrize(
    ("numbers", "delivered"),
    [
        ((), None),
        ((NUMBER,), NUMBER),
        (("0221123456",), NUMBER),
        (("0049221123456",), NUMBER),
        (("+490221123456",), NUMBER),
        ((NUMBER, "0221123456"), NUMBER),
        ((NUMBER, "+49221123457"), None),
        (("12",), None),
        ((NUMBER, "12"), NUMBER),
    ],
)
def test_delivering(numbers: tuple[str, ...], delivered: str | None) -> None:
    """A push delivers the one number that it names, in whatever form, and no other push does."""
    pushed = push(phone_numbers=numbers)
    found = push_judgement.delivering([push(), pushed], OURS)

    assert push_judgement.phone_number_of(pushed, OURS) == delivered
    assert found is (pushed if delivered else None)


@pytest.mark.parametrize(
    ("written", "expected", "delivered"),
    [
        ("0212345678", IN_MILAN, "+390212345678"),
        ("+390212345678", IN_MILAN, "+390212345678"),
        ("0212345678", OURS, "+49212345678"),
        ("912345678", IN_SPAIN, "+34912345678"),
        ("0221123456", IN_SPAIN, "+340221123456"),
    ],
)
def test_delivering_abroad(written: str, expected: Expected, delivered: str) -> None:
    """A national number is one of the order's country, whichever that is."""
    assert push_judgement.phone_number_of(push(phone_numbers=(written,)), expected) == delivered


@pytest.mark.parametrize(
    ("number", "expected", "concern"),
    [
        ("+49221123456", OURS, None),
        ("+49301234567", OURS, "not in area code 221: ask TENIOS"),
        ("+43221123456", OURS, "not in area code 221"),
        ("+390212345678", IN_MILAN, None),
        ("+39212345678", IN_MILAN, "not in area code 02"),
        ("+34912345678", IN_SPAIN, None),
        ("+49221123456", IN_SPAIN, "not of the order's country, whose calling code is +34"),
        (None, OURS, "look it up in the TENIOS portal"),
    ],
)
def test_number_concern(number: str | None, expected: Expected, concern: str | None) -> None:
    """A number of another country or area is for a person to look at."""
    said = push_judgement.number_concern(number, expected)
    assert said is None if concern is None else concern in (said or "")


CREDIBLE = [push(by="secret"), push(success=True), push(order_ids=("7",))]


@pytest.mark.parametrize("credible", CREDIBLE)
def test_vouches(credible: Push) -> None:
    """A push that names our order, a success or the secret is preferred to a mere test."""
    test = push()
    assert push_judgement.vouches(credible, OURS)
    assert not push_judgement.vouches(test, OURS)
    assert push_judgement.completing([test, credible], OURS) is credible
    assert push_judgement.completing([test, push(**BAD)], OURS) is test
    assert push_judgement.completing([], OURS) is None


def test_vouches_for_no_known_order() -> None:
    """Where nobody knows our order's id, naming one does not vouch."""
    assert not push_judgement.vouches(push(order_ids=("7",)), UNKNOWN)
    assert not push_judgement.vouches(push(order_ids=("7", "8")), OURS)


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ({}, False),
        ({"by": "secret"}, False),
        ({"order_ids": ("7",)}, True),
        ({"success": True}, True),
        ({"phone_numbers": (NUMBER,)}, True),
        ({"phone_numbers": (NUMBER, "+49221123457")}, True),
    ],
)
def test_proving(said: dict[str, Any], proves: bool) -> None:
    """Only a number, a success or an order id proves that the order exists."""
    pushed = push(**said)
    assert (push_judgement.proving([push(), pushed], UNKNOWN) is pushed) == proves


@pytest.mark.parametrize(
    ("said", "contradicts"),
    [
        ({}, False),
        (BAD, True),
        ({**BAD, "order_ids": ("7",)}, True),
        ({**BAD, "order_ids": ("8",)}, False),
        ({**BAD, "order_ids": ("7", "8")}, False),
    ],
)
def test_contradicts(said: dict[str, Any], contradicts: bool) -> None:
    """A failure of our order, or of none that is named, speaks against its completion."""
    assert push_judgement.contradicts(push(**said), OURS) == contradicts


@pytest.mark.parametrize(
    ("pushed", "number", "expected", "doubt"),
    [
        (push(by="secret"), NUMBER, OURS, None),
        (push(by="secret"), None, OURS, "is not known"),
        (push(by="secret"), NUMBER, wanted("7", 1, "30"), "not in area code 30"),
        (push(by="secret"), NUMBER, IN_SPAIN, "not of the order's country"),
        (push(), NUMBER, OURS, "did not present its secret"),
        (None, NUMBER, wanted("7", 1, "30"), None),
        (None, None, OURS, "is not known"),
    ],
)
def test_giving_back(
    pushed: Push | None, number: str | None, expected: Expected, doubt: str | None
) -> None:
    """A number is given back without a person only if its push presents its secret and fits."""
    said = push_judgement.doubt_about_giving_back(pushed, number, expected, "confirm")

    assert said is None if doubt is None else doubt in (said or "")


@pytest.mark.parametrize(
    ("pushed", "expected", "settled", "effect"),
    [
        (push(), OURS, push(), "applied"),
        (push(), OURS, None, "kept until the order is known"),
        (push(), OURS, push(delivery="other"), "not applied: already completed"),
        (push(**BAD), OURS, None, "not applied: it reports a failure"),
        (push(0), OURS, push(), "applied"),
    ],
)
def test_effect(pushed: Push, expected: Expected, settled: Push | None, effect: str) -> None:
    """People are told what became of a push."""
    assert push_judgement.effect(pushed, expected, settled, ended=False) == effect


def test_effect_on_an_order_that_ended_without_it() -> None:
    """Nobody waits any longer for what only says that an ended order is completed."""
    effect = push_judgement.effect(push(), OURS, None, ended=True)
    assert effect == "not applied: the order has ended"


def test_order_id() -> None:
    """A push that names an order proves that one."""
    assert push_judgement.order_id_of(push(order_ids=("7",))) == "7"
    assert push_judgement.order_id_of(push()) is None
