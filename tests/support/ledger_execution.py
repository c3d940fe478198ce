"""One execution of an activity that uses the attempt ledger, as a test drives it by hand."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from number_orders.workflows.activity_interface import (
    Found,
    OrderAttempt,
    OrderPlaced,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
)
from number_orders.workflows.messages import Placed


@dataclass(eq=False)
class Execution:
    """One execution of `place_order`, `withdraw_order` or `record_finding`."""

    request: PlaceOrder
    work: Coroutine[Any, Any, OrderAttempt]
    writes: RecordFinding | None = None
    began_after: int | None = None
    """How much had been created in the store by then."""
    stands: str = ""
    """Where it stopped."""
    trail: list[int] = field(default_factory=list)
    """How much had been created in the store at each stop."""
    number: int | None = None
    """The latest number that it claimed."""
    sent: str | None = None
    """How TENIOS took what it sent."""
    order_id: str | None = None
    """Of the order that TENIOS took, if it says so."""
    losses: list[str] = field(default_factory=list)
    """Where its store failed it."""
    met_repeats: bool = False

    @property
    def is_at_tenios(self) -> bool:
        """Whether its order is on the way, or the answer is."""
        return "order" in self.stands


def orders_told(attempt: OrderAttempt) -> set[str | None]:
    """The order ids that an answer names in whatever way."""
    told: set[str | None] = set((attempt.second_order or "").split(", "))
    match attempt.answer:
        case OrderPlaced(order_id=order_id) | Found(finding=Placed(order_id=order_id)):
            told.add(order_id)
        case OutcomeUnknown(names=names):
            told |= set((names or "").split(", "))
    return told
