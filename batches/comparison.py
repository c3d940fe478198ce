"""How the orders of a table compare with those that Temporal has."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from temporalio.client import Client

from number_orders.batches.locations import LocationRow
from number_orders.starters.differences import differences_to
from number_orders.starters.errors import told_apart
from number_orders.starters.executions import existing_ids
from number_orders.starters.existing import ExistingOrder, existing_order
from number_orders.starters.orders import order_handle
from number_orders.workflows import contract
from number_orders.workflows.models import NumberOrderInput, OrderStatus

AT_ONCE = 50
"""Questions, or starts, that are under way at once."""

_One = TypeVar("_One")
_Result = TypeVar("_Result")


class Comparison(StrEnum):
    """What an order of a table is beside the one that is there."""

    TO_START = "to start"
    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    ENDED = "ended without a number"
    NOT_COMPARED = "not compared"
    OTHER_SPELLING = "differs in capitals"


@dataclass(frozen=True)
class ComparedRow:
    """A row's order, and what Temporal has for it."""

    row: LocationRow
    order: NumberOrderInput
    comparison: Comparison
    existing: ExistingOrder | None = None
    differences: tuple[str, ...] = ()
    """In what the order that is there is another one: see `StartedOrder.differences`."""
    other_spelling: str | None = None
    """The location that has an order, and differs from this one in capitals alone."""

    @property
    def workflow_id(self) -> str:
        """Of the row's order."""
        return contract.workflow_id(self.order.location_id, self.order.number)


async def compared(client: Client, rows: Sequence[LocationRow]) -> list[ComparedRow]:
    """Compare the rows that are orders with what Temporal has, as last corrected.

    Raises:
        TemporalAway, TemporalRefused: Temporal cannot be asked.
    """
    orders = [(row, row.order) for row in rows if row.order is not None]
    with told_apart():
        spellings = {
            contract.workflow_id(spelling, order.number)
            for _, order in orders
            for spelling in _spellings(order.location_id)
        }
        there = await existing_ids(client, sorted(spellings))

        async def compare(one: tuple[LocationRow, NumberOrderInput]) -> ComparedRow:
            row, order = one
            if contract.workflow_id(order.location_id, order.number) in there:
                return await with_existing(client, row, order)
            for spelling in _spellings(order.location_id):
                if contract.workflow_id(spelling, order.number) in there:
                    return ComparedRow(
                        row, order, Comparison.OTHER_SPELLING, other_spelling=spelling
                    )
            return ComparedRow(row, order, Comparison.TO_START)

        return await at_once(compare, orders)


async def with_existing(client: Client, row: LocationRow, order: NumberOrderInput) -> ComparedRow:
    """Compare a row with the order that its location has."""
    existing = await existing_order(client, contract.workflow_id(order.location_id, order.number))
    if existing is None:
        # What was started there was no order, or Temporal has just forgotten it.
        return ComparedRow(row, order, Comparison.TO_START)
    if existing.end is not None and existing.status != OrderStatus.COMPLETED:
        return ComparedRow(row, order, Comparison.ENDED, existing)
    handle = order_handle(client, order.location_id, order.number)
    differences = await differences_to(client, handle, order)
    if differences is None:
        return ComparedRow(row, order, Comparison.NOT_COMPARED, existing)
    what = Comparison.DIFFERS if differences else Comparison.UNCHANGED
    return ComparedRow(row, order, what, existing, differences)


async def at_once(
    work: Callable[[_One], Awaitable[_Result]], ones: Sequence[_One]
) -> list[_Result]:
    """Do the same with all, some at once; the first failure ends it, once none is under way."""
    free = asyncio.Semaphore(AT_ONCE)

    async def done(one: _One) -> _Result:
        async with free:
            return await work(one)

    tasks = [asyncio.create_task(done(one)) for one in ones]
    if tasks:
        _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    return [task.result() for task in tasks if not task.cancelled()]


def _spellings(location_id: str) -> list[str]:
    """The id in other capitals, as people may have typed it before."""
    own = location_id
    return sorted({own, own.lower(), own.upper(), own.capitalize(), own.title()})
