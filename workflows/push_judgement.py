"""What a push means for an order: it completes it, or a person has to look at it. Pure functions.

docs/pushes.md has the table of what a push says and what it does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from number_orders.workflows.models import Model, Numbering
from number_orders.workflows.phone_numbers import in_e164

MOST_READ = 20
"""How many order ids, and how many phone numbers, a reading names at most."""
LONGEST_READ = 100
"""Characters of an order id or a phone number in a reading; a longer one is cut."""
EXCERPT_LENGTH = 500
"""Characters of a body that people are shown."""

_Read = Annotated[str, StringConstraints(max_length=LONGEST_READ)]


class PushReading(Model):
    """What a push's body says, as far as it could be read; bounded, whatever was sent.

    Whoever receives a push reads it, and the workflow judges what was read: so a table of words
    can be extended without a change for orders that are under way.
    """

    excerpt: Annotated[str, StringConstraints(max_length=EXCERPT_LENGTH)]
    """The beginning of the body as printable text, for people."""
    order_ids: Annotated[tuple[_Read, ...], Field(max_length=MOST_READ)] = ()
    """All different order ids that it names."""
    phone_numbers: Annotated[tuple[_Read, ...], Field(max_length=MOST_READ)] = ()
    """All different phone numbers that it names, as written but without separators:
    `+49221123456`, `0221123456`. The order completes national ones."""
    success: bool = False
    """Whether it says in a word that the order was completed."""
    objection: Annotated[str, StringConstraints(max_length=200)] | None = None
    """Why it must complete nothing, whatever else it says: a failure, a status that is no known
    success, or a body that cannot be read. `None` if nothing speaks against it."""


@dataclass(frozen=True)
class Push:
    """A push as it was received."""

    delivery_id: str
    received_at: datetime
    authenticated_by: str
    placement: int
    """Which placement of the order had begun when it came; 0 before the first one."""
    reading: PushReading

    @property
    def identity(self) -> tuple[str, str]:
        """What tells it from others: the same body says more where it presents the secret."""
        return self.delivery_id, self.authenticated_by


@dataclass(frozen=True)
class Expected:
    """The order that a push is wanted about."""

    order_id: str | None
    """What TENIOS answered to the order; `None` while, or because, no answer is here."""
    placement: int
    """The current placement of the order; 0 before the first one."""
    numbering: Numbering
    """Of the order's country, in which national numbers are read."""
    area_code: str | None
    """Where its number is to be; `None` for anywhere in the country."""


def objection(push: Push, expected: Expected) -> str | None:
    """Why this push does not count for the order; `None` if it counts.

    A push that names no order is about this one, since it came to this order's own address. Unless
    it names this order's id, it counts only for the placement during which it came: nothing can
    have been completed before.
    """
    ids = set(push.reading.order_ids)
    if len(ids) > 1:
        return "it names several orders"
    if expected.order_id is not None and ids and ids != {expected.order_id}:
        return f"it is about order {next(iter(ids))}, ours is {expected.order_id}"
    # With an id that is ours it may be applied again by a reset.
    is_ours = expected.order_id is not None and ids == {expected.order_id}
    is_of_this_placement = expected.placement > 0 and push.placement == expected.placement
    if not (is_ours or is_of_this_placement):
        return "it came before the order was placed"
    return push.reading.objection


def delivering(pushes: Sequence[Push], expected: Expected) -> Push | None:
    """The first push that completes the order with its number."""
    return _first(
        push for push in pushes if _counts(push, expected) and phone_number_of(push, expected)
    )


def completing(pushes: Sequence[Push], expected: Expected) -> Push | None:
    """The push by which TENIOS says that the order is completed, without its number.

    TENIOS sends a push after the order is completed, whatever stands in it; one that vouches for
    itself is preferred.
    """
    counting = [push for push in pushes if _counts(push, expected)]
    return _first(push for push in counting if vouches(push, expected)) or _first(counting)


def naming_another(pushes: Sequence[Push], expected: Expected, phone_number: str) -> set[str]:
    """The numbers that TENIOS says the order has, where a person named another one."""
    counting = (push for push in pushes if _counts(push, expected))
    return {number for push in counting if (number := phone_number_of(push, expected))} - {
        phone_number
    }


def proving(pushes: Sequence[Push], expected: Expected) -> Push | None:
    """The first push that proves that the order exists, while nobody knows that."""
    return _first(
        push
        for push in pushes
        if _counts(push, expected)
        and (push.reading.phone_numbers or push.reading.success or push.reading.order_ids)
    )


def contradicts(push: Push, expected: Expected) -> bool:
    """Whether a push about this order says that it was not completed."""
    ids = set(push.reading.order_ids)
    return push.reading.objection is not None and ids <= {expected.order_id}


def vouches(push: Push, expected: Expected) -> bool:
    """Whether a push names our order, a success or the secret: it is no mere test."""
    return (
        push.authenticated_by == "secret"
        or push.reading.success
        or set(push.reading.order_ids) == {expected.order_id}
    )


def order_id_of(push: Push) -> str | None:
    """The order that a push proves to exist, where it names one."""
    return next(iter(push.reading.order_ids), None)


def phone_number_of(push: Push, expected: Expected) -> str | None:
    """The number that a push delivers in E.164, if it names exactly one."""
    read = (
        in_e164(
            written,
            calling_code=expected.numbering.calling_code,
            trunk_prefix=expected.numbering.trunk_prefix,
            area_code=expected.area_code,
        )
        for written in push.reading.phone_numbers
    )
    numbers = {number for number in read if number is not None}
    return numbers.pop() if len(numbers) == 1 else None


def number_concern(phone_number: str | None, expected: Expected) -> str | None:
    """What a person has to look at in a completed order's number."""
    if phone_number is None:
        return "No push named a single phone number: look it up in the TENIOS portal."
    if misplaced := _misplaced(phone_number, expected):
        return f"{misplaced}: ask TENIOS whether it is the right one."
    return None


def doubt_about_giving_back(
    push: Push | None, phone_number: str | None, expected: Expected, command: str
) -> str | None:
    """Why a person has to name the number before it is given back, which nobody can undo.

    The number came by this push, or from a person if there is none. A push that does not present
    its secret may complete an order, since a mistake there can be mended. `command` names it.
    """
    if phone_number is None:
        return "The number is not known, so it cannot be given back."
    if push is None:
        return None
    confirm = f"Confirm that {phone_number} is to be given back: {command}."
    if push.authenticated_by != "secret":
        return f"The push that named the number did not present its secret. {confirm}"
    if misplaced := _misplaced(phone_number, expected):
        return f"{misplaced}. {confirm}"
    return None


def effect(
    push: Push, expected: Expected, settled: Push | None, *, ended: bool, by_hand: bool = False
) -> str:
    """What became of a push, for people.

    Args:
        push: The push.
        expected: The order.
        settled: The push that completed it, if one did.
        ended: Whether the order has ended.
        by_hand: Whether a person completed it.
    """
    if settled is not None and push.identity == settled.identity:
        return "applied"
    reason = objection(push, expected)
    if reason is not None:
        return f"not applied: {reason}"
    if settled is not None:
        return "not applied: already completed"
    if by_hand:
        return "not applied: a person named the number"
    return "not applied: the order has ended" if ended else "kept until the order is known"


def describe(push: Push) -> str:
    """A push as one line, with its body."""
    return f"push {push.delivery_id} (by {push.authenticated_by}): {push.reading.excerpt}"


def _misplaced(phone_number: str, expected: Expected) -> str | None:
    calling_code, area_code = expected.numbering.calling_code, expected.area_code
    if phone_number.startswith(f"+{calling_code}{area_code or ''}"):
        return None
    if area_code is None:
        return f"The number is not of the order's country, whose calling code is +{calling_code}"
    return f"The number is not in area code {area_code}"


def _counts(push: Push, expected: Expected) -> bool:
    return objection(push, expected) is None


def _first(pushes: Iterable[Push]) -> Push | None:
    return next(iter(pushes), None)
