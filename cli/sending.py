"""Sending something to an order, and saying what became of it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator

import typer
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

from runtime.errors import UserError
from starters.executions import Description, describe, is_unknown_order
from starters.standstill import failing_task, how_it_ended, paused
from starters.watching import is_no_answer, silence

_UPDATE_LIMIT_SECONDS = 15


async def open_order(client: Client, workflow_id: str, *, nothing: str) -> Description:
    """An order that can still be sent something; `nothing` says what was not done otherwise."""
    description = await describe(client, workflow_id)
    if description.execution.has_ended:
        raise UserError(f"{workflow_id}: {await how_it_ended(client, description)}; {nothing}")
    return description


@contextlib.contextmanager
def vanished(workflow_id: str, *, nothing: str) -> Iterator[None]:
    """Say it if an order ended between our look at it and what was sent."""
    try:
        yield
    except RPCError as error:
        if not is_unknown_order(error):
            raise
        raise UserError(
            f"{workflow_id} has ended meanwhile: see number-orders status; {nothing}"
        ) from None


async def still_waits(client: Client, description: Description) -> None:
    """Say it if what was sent is kept and not acted upon yet."""
    if standstill := paused(description) or await failing_task(client, description):
        typer.echo(f"But: {standstill}", err=True)


async def accepted(client: Client, update: Awaitable[None], workflow_id: str) -> None:
    """Wait until an order has taken a command, or say why not."""
    nothing = "nothing was changed"
    try:
        with vanished(workflow_id, nothing=nothing):
            async with asyncio.timeout(_UPDATE_LIMIT_SECONDS):
                await update
    except WorkflowUpdateFailedError as refused:
        raise UserError(f"{workflow_id}: {refused.cause}; {nothing}") from None
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        why = await silence(client, await describe(client, workflow_id))
        raise UserError(
            f"{workflow_id}: {why}. The command may still be carried out once a worker takes it:"
            " look with number-orders status"
        ) from None
    except RPCError as error:
        if not is_no_answer(error):
            raise
        # Temporal refuses it at once: the order is paused, or its workflow task fails.
        why = await silence(client, await describe(client, workflow_id))
        raise UserError(f"{workflow_id}: {why}; {nothing}") from None
