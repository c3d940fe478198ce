"""What a person does about an order that needs one, as functions for commands and programs.

All of them raise a `UserError` that says what is wrong, and whether anything was changed. If no
worker answers within 15 s, a command may still be carried out later. If Temporal itself is away or
refuses, they raise its `RPCError`, which `errors.told_apart` turns into errors of ours.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from number_orders.runtime.errors import UserError
from number_orders.starters.ends import end_of, how_it_ended
from number_orders.starters.errors import NotAnswered
from number_orders.starters.executions import (
    Description,
    Execution,
    describe,
    is_unknown_order,
    list_orders,
)
from number_orders.starters.home_country import (
    correction_at_home,
    depends_on_country,
    number_at_home,
)
from number_orders.starters.leading_number import awaited_number
from number_orders.starters.orders import OrderHandle, order_handle
from number_orders.starters.pollers import answered
from number_orders.starters.standstill import failing_task, paused
from number_orders.starters.watching import is_no_answer, silence, snapshot
from number_orders.workflows import contract
from number_orders.workflows.commands import CORRECTABLE_AFTER
from number_orders.workflows.messages import (
    Cancellation,
    Completed,
    Correction,
    Decision,
    Finding,
    Placed,
    Resolution,
)
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.naming import command
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import OrderSnapshot

_UPDATE_LIMIT_SECONDS = 15
_ENDED_FIRST = "UnprocessedUpdate"
"""Temporal's word for an update that came while the order ended."""
_NOTHING_SENT = "nothing was sent"
_NOTHING_CHANGED = "nothing was changed"


@dataclass(frozen=True)
class SentDecision:
    """A decision that Temporal has taken for an order."""

    workflow_id: str
    decision: Decision
    """With the id of the verification that it is about."""
    standstill: str | None
    """What keeps the order from acting upon it now; `None` if nothing is known to."""


async def decide(
    client: Client, location_id: str, decision: Decision, *, number: int = 1
) -> SentDecision:
    """Report TENIOS' decision about the verification of a location's order.

    A decision that names no verification is about the one that the order has now.

    Raises:
        NoSuchOrder: There is none.
        UserError: The order waits for no such decision, or has ended; nothing was sent.
    """
    handle = order_handle(client, location_id, number)
    description = await _open_order(client, handle.id, _NOTHING_SENT)
    status = description.execution.status
    if status == OrderStatus.AWAITING_APPROVAL and description.is_being_placed:
        raise UserError(f"{handle.id} was approved, and is being placed; {_NOTHING_SENT}")
    if wrong := objection_to_decision(description.execution, decision):
        remark = paused(description) or await failing_task(client, description)
        remark = remark or await awaited_number(client, description)
        raise UserError(f"{handle.id} {wrong}{f'. {remark}' if remark else ''}; {_NOTHING_SENT}")
    if decision.verification_id is None:
        # Exactly the verification that the person saw, whatever comes next.
        own = description.execution.attributes.get(contract.VERIFICATION_ID.name) or None
        if own is None and decision.approved:
            raise UserError(
                f"{handle.id}: TENIOS gave no verification id yet, and without one nothing can be"
                f" ordered: name it with --verification-id; {_NOTHING_SENT}"
            )
        decision = decision.model_copy(update={"verification_id": own})
    with _vanished(handle.id, _NOTHING_SENT):
        await handle.signal(contract.VERIFICATION_DECIDED, decision)
    standstill = paused(description) or await failing_task(client, description)
    return SentDecision(handle.id, decision, standstill)


async def check_open(client: Client, location_id: str, *, number: int = 1) -> None:
    """Look before anything is prepared for an order.

    Raises:
        NoSuchOrder: There is none.
        UserError: It has ended.
    """
    await _handle_of_open_order(client, location_id, number)


async def resubmit(
    client: Client,
    location_id: str,
    correction: Correction,
    *,
    number: int = 1,
    force: bool = False,
) -> OrderHandle:
    """Submit the verification of a rejected order again.

    Args:
        client: Temporal.
        location_id: The order's location.
        correction: What changes. The numbering of another country is computed.
        number: Which of the location's numbers.
        force: Take an area code that is clearly wrong, or none where a country has them.

    Raises:
        NoSuchOrder: There is none.
        OrderRefused: The area code is unknown or missing.
        UserError: The order refuses the correction, and says why; or no worker answers.
    """
    handle = await _handle_of_open_order(client, location_id, number)
    if depends_on_country(correction):
        there = await _looked_at(client, handle)
        correction = correction_at_home(correction, there, force=force)
    await _accepted(client, handle.execute_update(NumberOrder.resubmit, correction), handle.id)
    return handle


async def resolve(
    client: Client, location_id: str, resolution: Resolution, *, number: int = 1
) -> OrderHandle:
    """Say what was found out at TENIOS about an order.

    Raises:
        NoSuchOrder: There is none.
        UserError: The order needs no such finding, another order has this number or order id, or no
            worker answers.
    """
    handle = await _handle_of_open_order(client, location_id, number)
    await _check_that_it_is_no_others(client, handle, resolution.finding)
    update = handle.execute_update(NumberOrder.resolve_order, resolution)
    await _accepted(client, update, handle.id)
    return handle


async def cancel(
    client: Client, location_id: str, cancellation: Cancellation, *, number: int = 1
) -> OrderHandle:
    """Cancel an order; one that TENIOS may have taken gives its number back once it is known.

    Raises:
        NoSuchOrder: There is none.
        UserError: It has ended, or no worker answers.
    """
    handle = await _handle_of_open_order(client, location_id, number)
    await _accepted(client, handle.execute_update(NumberOrder.cancel, cancellation), handle.id)
    return handle


def objection_to_decision(execution: Execution, decision: Decision) -> str | None:
    """Why the order takes no such decision now; `None` if it does."""
    status = execution.status
    current = execution.attributes.get(contract.VERIFICATION_ID.name)
    if status == OrderStatus.AWAITING_APPROVAL:
        if current and decision.verification_id not in {None, current}:
            return f"waits for a decision about verification {current}, not about that one"
        return None
    names_another = decision.approved and decision.verification_id is not None
    if status != OrderStatus.PLACING_ORDER or not names_another:
        return f"is {status or 'without a status'}, not {OrderStatus.AWAITING_APPROVAL}"
    since = execution.attributes.get(contract.STATUS_SINCE.name)
    if not since or datetime.now(UTC) - datetime.fromisoformat(since) < CORRECTABLE_AFTER:
        return (
            f"is {status}, which takes another verification id only after"
            f" {CORRECTABLE_AFTER.total_seconds() / 60:.0f} minutes"
        )
    if decision.verification_id == current:
        return f"is {status} with just this verification id"
    return None


async def _handle_of_open_order(client: Client, location_id: str, number: int) -> OrderHandle:
    handle = order_handle(client, location_id, number)
    await _open_order(client, handle.id, _NOTHING_CHANGED)
    return handle


async def _open_order(client: Client, workflow_id: str, nothing: str) -> Description:
    """An order that can still be sent something; `nothing` says what was not done otherwise."""
    description = await describe(client, workflow_id)
    run = description.execution
    if run.has_ended:
        how = how_it_ended(run, await end_of(client, run))
        raise UserError(f"{workflow_id}: {how}; {nothing}")
    return description


async def _looked_at(client: Client, handle: OrderHandle) -> OrderSnapshot:
    try:
        return await snapshot(client, handle)
    except NotAnswered:
        raise await _unanswered(client, handle.id, f"; {_NOTHING_CHANGED}") from None


async def _check_that_it_is_no_others(
    client: Client, handle: OrderHandle, finding: Finding
) -> None:
    """Raise if another order has the number or the order id that a person found for this one.

    A cancelled order's number may have been sold again.
    """
    match finding:
        case Completed(phone_number=phone_number):
            there = await _looked_at(client, handle)
            read = number_at_home(phone_number, there.numbering, there.area_code)
            if read is None:
                # The order refuses it.
                return
            attribute, value = contract.PHONE_NUMBER.name, read
        case Placed(order_id=order_id):
            attribute, value = contract.TENIOS_ORDER_ID.name, order_id
        case _:
            return
    for other in await list_orders(client, having=(attribute, value)):
        if other.id != handle.id and other.status != OrderStatus.CANCELLED:
            raise UserError(
                f"{handle.id}: {value} belongs to {other.id} ({other.status}); look again at"
                f" TENIOS; {_NOTHING_CHANGED}"
            )


@contextlib.contextmanager
def _vanished(workflow_id: str, nothing: str) -> Iterator[None]:
    """Say it if an order ended between our look at it and what was sent."""
    try:
        yield
    except RPCError as error:
        if not is_unknown_order(error):
            raise
        raise UserError(f"{_ended_meanwhile(workflow_id)}; {nothing}") from None


def _ended_meanwhile(workflow_id: str) -> str:
    return f"{workflow_id} has ended meanwhile: see {command('status', workflow_id)}"


async def _accepted(client: Client, update: Awaitable[None], workflow_id: str) -> None:
    """Wait until an order has taken an update, or say why not."""
    try:
        with _vanished(workflow_id, _NOTHING_CHANGED):
            async with asyncio.timeout(_UPDATE_LIMIT_SECONDS):
                await answered(client, update)
    except WorkflowUpdateFailedError as refused:
        why = refused.cause
        if isinstance(why, ApplicationError) and why.type == _ENDED_FIRST:
            raise UserError(f"{_ended_meanwhile(workflow_id)}; {_NOTHING_CHANGED}") from None
        raise UserError(f"{workflow_id}: {why}; {_NOTHING_CHANGED}") from None
    except (NotAnswered, TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise await _unanswered(
            client,
            workflow_id,
            ". The command may still be carried out once a worker takes it: look with"
            f" {command('status', workflow_id)}",
        ) from None
    except RPCError as error:
        if not is_no_answer(error):
            raise
        # Temporal refuses it at once: the order is paused, or its workflow task fails.
        raise await _unanswered(client, workflow_id, f"; {_NOTHING_CHANGED}") from None


async def _unanswered(client: Client, workflow_id: str, otherwise: str) -> UserError:
    description = await describe(client, workflow_id)
    if description.execution.has_ended:
        return UserError(_ended_meanwhile(workflow_id))
    return UserError(f"{workflow_id}: {await silence(client, description)}{otherwise}")
