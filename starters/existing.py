"""What became of an order that was started before, as far as Temporal itself knows it."""

from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client

from number_orders.starters.ends import End, end_of
from number_orders.starters.errors import EarlierNumberUnknown, NoSuchOrder, OrderRefused
from number_orders.starters.executions import describe
from number_orders.workflows import contract
from number_orders.workflows.checks import Objection
from number_orders.workflows.models import NumberOrderInput, OrderStatus
from number_orders.workflows.naming import listed

_UNKNOWN_AT_TENIOS = (OrderStatus.OUTCOME_UNKNOWN, OrderStatus.TIMED_OUT)


@dataclass(frozen=True)
class ExistingOrder:
    """The current run of an order."""

    workflow_id: str
    first_run_id: str
    since: datetime
    """When this run began."""
    status: str
    """The order's own; empty if it has not said one."""
    end: End | None = None
    """`None` if it has not ended."""

    @property
    def by_force(self) -> str | None:
        """How it was ended in Temporal, if it did not end by itself."""
        by_force = self.end.by_force if self.end is not None else None
        return by_force and by_force.replace("_", " ")

    @property
    def is_first(self) -> bool:
        """It is the location's number 1, which hardly ever uses another one's verification."""
        return ":" not in listed(self.workflow_id)

    @property
    def unknown_fate(self) -> str | None:
        """Why nobody can say whether TENIOS has its order; `None` if somebody can."""
        if self.by_force is not None:
            return f"{self.by_force} in Temporal"
        if self._is_abandoned:
            return "abandoned"
        return self.status if self.status in _UNKNOWN_AT_TENIOS else None

    @property
    def _is_abandoned(self) -> bool:
        """It ended although TENIOS may have its order: a person waits for it no longer."""
        if self.end is None or self.status != OrderStatus.CANCELLED:
            return False
        # Without a result that can be read nobody can tell.
        return self.end.result is None or self.end.result.abandoned


async def existing_order(client: Client, workflow_id: str) -> ExistingOrder | None:
    """The order of this id, or `None`: none was started, or what was started was no order."""
    try:
        description = await describe(client, workflow_id)
    except NoSuchOrder:
        return None
    run = description.execution
    end = await end_of(client, run) if run.has_ended else None
    if end is not None and end.no_order is not None:
        return None
    return ExistingOrder(
        workflow_id,
        description.raw.workflow_execution_info.first_run_id,
        run.start_time,
        run.status,
        end,
    )


async def first_free_number(client: Client, location_id: str, after: int) -> int:
    """The lowest number above `after` that the location has no order for."""
    number = after + 1
    while await existing_order(client, contract.workflow_id(location_id, number)) is not None:
        number += 1
    return number


async def check_spelling(client: Client, order: NumberOrderInput) -> None:
    """Raise if the location has an order already, under an id in other capitals."""
    own = order.location_id
    for other in sorted({own.lower(), own.upper(), own.capitalize(), own.title()} - {own}):
        if await existing_order(client, contract.workflow_id(other, order.number)) is not None:
            message = f"{other} has an order, and differs in capitals alone: is it that location?"
            raise OrderRefused([Objection("location_id", message)])


async def remark_on_earlier_numbers(
    client: Client, order: NumberOrderInput, reason: str | None
) -> str | None:
    """What is to be remembered of earlier numbers; raises `EarlierNumberUnknown`."""
    remarks = []
    for number in range(1, order.number):
        workflow_id = contract.workflow_id(order.location_id, number)
        earlier = await existing_order(client, workflow_id)
        if earlier is None or earlier.unknown_fate is None:
            continue
        if reason is None:
            raise EarlierNumberUnknown(workflow_id, earlier.unknown_fate)
        remarks.append(f"{workflow_id} was {earlier.unknown_fate}")
    return f"Started although {', '.join(remarks)}: {reason}" if remarks else None
