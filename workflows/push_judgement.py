"""Deciding on a push, with care: what it completes, and what a person has to look at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.push_reading import PushReading, is_e164

LONGEST_ORDER_ID = 100
"""An order id becomes a search attribute; one that Temporal refuses would stop the workflow."""


@dataclass(frozen=True)
class Push:
    """A push as it was received."""

    delivery_id: str
    received_at: datetime
    authenticated_by: str
    after_order_began: bool
    """Whether we had begun to place the order: before that, nothing can have been completed."""
    reading: PushReading


def objection(push: Push, order_id: str | None) -> str | None:
    """Why this push does not complete the order; `None` if it does.

    `order_id` is what TENIOS answered to the order; `None` while, or because, no answer is here.
    A push that names no order is about this one: it came to the address made for it alone.
    """
    ids = push.reading.order_ids
    if len(ids) > 1:
        return "it names several orders"
    if order_id is not None and ids and ids != {order_id}:
        return f"it is about order {next(iter(ids))}, ours is {order_id}"
    if not push.after_order_began and ids != {order_id}:
        return "it came before the order was placed"
    return push.reading.problem


def completing(pushes: Sequence[Push], order_id: str | None) -> Push | None:
    """The first push that completes the order."""
    return next((push for push in pushes if objection(push, order_id) is None), None)


def order_id_of(push: Push) -> str | None:
    """The order that a push proves to exist, where it names one that can be an id."""
    return next((i for i in push.reading.order_ids if len(i) <= LONGEST_ORDER_ID), None)


def phone_number_of(push: Push) -> str | None:
    """The number that a push delivers, if it names exactly one."""
    numbers = [number for number in push.reading.phone_numbers if is_e164(number)]
    return numbers[0] if len(numbers) == 1 else None


def number_concern(phone_number: str | None, area_code: str) -> str | None:
    """What a person has to look at in a completed order's number."""
    if phone_number is None:
        return "The push named no single phone number: look it up in the TENIOS portal."
    if not phone_number.startswith(f"+49{area_code}"):
        return (
            f"The number is not in area code {area_code}: ask TENIOS whether it is the right one."
        )
    return None


def doubt_about_giving_back(
    push: Push | None, phone_number: str | None, area_code: str
) -> str | None:
    """Why a person has to name the number before it is given back, which nobody can undo.

    The number came by this push, or from a person if there is none. A push that does not present
    its secret may complete an order, since a mistake there can be mended.
    """
    if phone_number is None:
        return "The number is not known, so it cannot be given back."
    if push is None:
        return None
    confirm = f"Confirm that {phone_number} is to be given back."
    if push.authenticated_by != "secret":
        return f"The push that named the number did not present its secret. {confirm}"
    if number_concern(phone_number, area_code):
        return f"The number is not in area code {area_code}. {confirm}"
    return None


def effect(push: Push, order_id: str | None, settled: Push | None) -> str:
    """What became of a push, for people."""
    if push is settled:
        return "applied"
    reason = objection(push, order_id)
    if reason is not None:
        return f"not applied: {reason}"
    return "kept until the order is known" if settled is None else "not applied: already completed"


def describe(push: Push) -> str:
    """A push as one line, with its body."""
    return f"push {push.delivery_id} (by {push.authenticated_by}): {push.reading.excerpt}"
