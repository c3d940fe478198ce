"""What `number-orders start` says of the orders that a location has now."""

from collections.abc import Sequence

import typer
from temporalio.client import Client

from number_orders.cli.output import print_json
from number_orders.runtime.errors import UserError
from number_orders.runtime.web_ui import WebUi
from number_orders.starters.executions import orders_query
from number_orders.starters.existing import ExistingOrder, first_free_number
from number_orders.starters.leading_number import how_it_stands
from number_orders.starters.orders import StartedOrder
from number_orders.starters.quantity import LEADER, LeadingNumber, leading_number
from number_orders.starters.watching import next_step
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.naming import command, listed
from number_orders.workflows.wording import by_command

_BEFORE_ITS_ORDER = {
    OrderStatus.SUBMITTING_VERIFICATION,
    OrderStatus.AWAITING_VERIFICATION,
    OrderStatus.AWAITING_APPROVAL,
}
_COMPLETED = OrderStatus.COMPLETED
_FIELDS = {"address": "address (zip, street, house_number or country)"}


async def show_number(
    client: Client,
    started: StartedOrder,
    web_ui: WebUi | None,
    *,
    new_verification: bool,
    as_json: bool,
) -> None:
    """Print one order; raises `UserError` if the location has another one.

    `new_verification` says that the document was to be submitted, whatever there is.
    """
    notes = started.notes
    leading = None if new_verification else await leading_number(client, started)
    if leading is not None and (note := _beside(started, leading)):
        notes += (note,)
    if as_json:
        print_json(_for_program(started) | {"notes": notes})
    else:
        _print_notes(notes)
    said = [_started(started)]
    if started.existing is not None:
        said = [*_existing(started, started.existing), *await _remedies(client, started)]
    if started.differences != ():
        raise UserError(" ".join(said))
    if not as_json:
        typer.echo(" ".join(said))
        if web_ui is not None:
            typer.echo(f"Web UI: {web_ui.order(started.handle.id)}")


async def show_numbers(
    client: Client, numbers: Sequence[StartedOrder], web_ui: WebUi | None, *, as_json: bool
) -> None:
    """Print a line for each number that was there, and one about all.

    Raises `UserError` if a number that was there is another order.
    """
    first = numbers[0]
    if as_json:
        print_json([_for_program(one) for one in numbers])
    else:
        _print_notes(first.notes)
        for one in numbers:
            if one.existing is not None and one.differences == ():
                typer.echo(_line(one.existing))
    others = [
        " ".join(_existing(one, one.existing))
        for one in numbers
        if one.existing and one.differences != ()
    ]
    if others:
        raise UserError(" ".join(others))
    if as_json:
        return
    typer.echo(_summary(numbers))
    leading = workflow_id(first.location_id, LEADER)
    if any(_waits(one) for one in numbers):
        typer.echo(f"Number {LEADER} ({listed(leading)}) {await how_it_stands(client, leading)}.")
    typer.echo(next_step(first.handle.id))
    if web_ui is not None:
        typer.echo(f"Web UI: {web_ui.orders(orders_query(location_id=first.location_id))}")


def _summary(numbers: Sequence[StartedOrder]) -> str:
    """Such as `20 numbers of koeln-01: 1 started, 19 wait for number 1's verification`."""
    new = [one for one in numbers if one.created]
    waiting = [one for one in new if one.order.verification_from is not None]
    reusing = [one for one in new if one.order.verification is not None]
    parts = []
    if checked := len(new) - len(waiting) - len(reusing):
        parts.append(f"{checked} started")
    if reusing:
        parts.append(f"{len(reusing)} started with {_reused(reusing[0])}")
    if waiting:
        wait = "waits" if len(waiting) == 1 else "wait"
        parts.append(f"{len(waiting)} {wait} for number {LEADER}'s verification")
    existing = [one.existing for one in numbers if one.existing is not None]
    if new and existing:
        parts.append(f"{len(existing)} there before")
    if not new:
        parts = ["nothing new"]
    without = [one for one in existing if one.end is not None and one.status != _COMPLETED]
    if without:
        names = ", ".join(listed(one.workflow_id) for one in without)
        parts.append(f"{len(without)} ended without a number ({names})")
    noun = "number" if len(numbers) == 1 else "numbers"
    told = ", ".join(parts)
    return f"{len(numbers)} {noun} of {numbers[0].location_id}: {told}"


def _waits(one: StartedOrder) -> bool:
    if one.existing is not None:
        return one.existing.status == OrderStatus.AWAITING_VERIFICATION
    return one.order.verification_from is not None


def _line(existing: ExistingOrder) -> str:
    """A number that was there, with what brings it on."""
    said = f"{existing.workflow_id} exists since {existing.since:%Y-%m-%d %H:%M} UTC"
    if existing.end is not None or existing.status not in set(OrderStatus):
        return f"{said} ({existing.status})"
    on = by_command(
        OrderStatus(existing.status), existing.workflow_id, has_document=existing.is_first
    )
    return f"{said} ({existing.status})" + (f": {on}" if on else "")


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        typer.echo(f"Note: {note}", err=True)


def _beside(started: StartedOrder, leading: LeadingNumber) -> str | None:
    """What number 1 lets a further number with a document of its own look like a mistake."""
    first = workflow_id(started.location_id, LEADER)
    if leading.is_elsewhere:
        differences = ", ".join(_FIELDS.get(field, field) for field in leading.differences)
        return (
            f"Number {LEADER} ({listed(first)}) has other data: {differences}. If it was corrected,"
            " correct these as well; people at TENIOS check number"
            f" {started.number} by itself."
        )
    if leading.is_being_checked:
        return (
            f"Number {LEADER} ({listed(first)}) still waits for its approval, so people at TENIOS"
            f" check the document a second time for number {started.number}. With --quantity"
            f" {started.number} instead of --number {started.number} it would share number"
            f" {LEADER}'s verification."
        )
    if leading.status == OrderStatus.REJECTED:
        return (
            f"Number {LEADER} ({listed(first)}) is rejected with the same address, and number"
            f" {started.number} may be, too: {command('resubmit', first)} corrects number {LEADER},"
            f" and with --quantity {started.number} the others wait for that."
        )
    return None


def _for_program(started: StartedOrder) -> dict[str, object]:
    verification = started.order.verification if started.created else None
    return {
        "workflow_id": started.handle.id,
        "created": started.created,
        "differences": started.differences,
        "notes": started.notes,
        "verification": verification and verification.model_dump(mode="json"),
    }


def _started(started: StartedOrder) -> str:
    reused = _reused(started)
    uses = f" It uses {reused}." if reused else ""
    return f"Started {started.handle.id}.{uses} {next_step(started.handle.id)}"


def _reused(started: StartedOrder) -> str | None:
    verification = started.order.verification
    if verification is None:
        return None
    since = f"{verification.approved_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"verification {verification.verification_id}, approved since {since} by the word of"
        f" {verification.approved_by}, and submits no document"
    )


def _existing(started: StartedOrder, existing: ExistingOrder) -> list[str]:
    """What is there, and in what it is another one."""
    since = f"{existing.since:%Y-%m-%d %H:%M} UTC"
    sentences = [
        f"{existing.workflow_id} exists since {since} ({existing.status}); nothing was changed."
    ]
    if existing.end is not None and existing.end.result is not None:
        sentences.append(existing.end.result.summary)
    if started.differences is None:
        sentences.append(
            "Whether it has the same data nobody can tell, since no worker answers for it: see"
            f" {command('status', existing.workflow_id)}, and try again."
        )
    elif started.differences:
        wrong = ", ".join(_FIELDS.get(field, field) for field in started.differences)
        sentences.append(f"It has other data: {wrong}.")
        if existing.end is None:
            sentences.append(_correction(started, existing))
    return sentences


def _correction(started: StartedOrder, existing: ExistingOrder) -> str:
    options = ""
    verification = started.order.verification
    if "verification_id" in (started.differences or ()) and verification is not None:
        options = f"--verification-id {verification.verification_id} --approved-by NAME"
    correct = command("resubmit", existing.workflow_id, options)
    match existing.status:
        case OrderStatus.REJECTED:
            return f"{correct} corrects it."
        case status if status in _BEFORE_ITS_ORDER:
            return f"Once it is rejected, {correct} corrects it."
        case _:
            return "Its order is placed, or about to be, and is not corrected any more."


async def _remedies(client: Client, started: StartedOrder) -> list[str]:
    if started.existing is None:
        return []
    if started.existing.unknown_fate:
        # Whoever orders another one now may buy a second one for the same want.
        return [next_step(started.existing.workflow_id)]
    free = await first_free_number(client, started.location_id, started.number)
    return [f"Another number for the same location: --number {free}"]
