"""The commands of an operator: what a person does about an order that needs one."""

import asyncio
import hashlib
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import (
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import UsageError, UserError
from runtime.evidence_store import EvidenceStore
from runtime.settings import StoreSettings, load
from runtime.temporal import connect
from starters.cli.orders import LocationId, Number, whoever_this_is
from starters.order_form import read_pdf
from starters.orders import order_handle
from starters.watching import next_step
from workflows.messages import (
    Abandon,
    AddressCorrection,
    Cancellation,
    Completed,
    Correction,
    Finding,
    NotPlaced,
    Placed,
    Resolution,
)
from workflows.models import DocumentReference, DocumentType
from workflows.number_order import NumberOrder

_UPDATE_LIMIT_SECONDS = 15

By = Annotated[str | None, typer.Option(help="Who says so; by default you.")]
Reason = Annotated[str | None, typer.Option()]


def cancel(
    location_id: LocationId, by: By = None, reason: Reason = None, number: Number = 1
) -> None:
    """Cancel an order; one that TENIOS may have taken gives its number back once it is known."""
    cancellation = Cancellation(requested_by=by or whoever_this_is(), reason=reason)

    async def run() -> None:
        handle = order_handle(await connect(), location_id, number)
        await _accepted(handle.execute_update(NumberOrder.cancel, cancellation), handle.id)
        typer.echo(f"Cancelling {handle.id}. {next_step(location_id, number)}")

    asyncio.run(run())


def resolve(
    location_id: LocationId,
    placed: Annotated[
        str | None, typer.Option(metavar="ORDER_ID", help="TENIOS has the order, under this id.")
    ] = None,
    not_placed: Annotated[
        bool, typer.Option("--not-placed", help="TENIOS has no such order: place it again.")
    ] = False,
    completed: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="TENIOS shows this number, in E.164.")
    ] = None,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Wait no longer, whether it exists or not.")
    ] = False,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Say what you found out at TENIOS about an order that is unknown or overdue."""
    findings: list[Finding] = []
    if placed is not None:
        findings.append(Placed(order_id=placed))
    if not_placed:
        findings.append(NotPlaced())
    if completed is not None:
        findings.append(Completed(phone_number=completed))
    if abandon:
        findings.append(Abandon())
    if len(findings) != 1:
        raise UsageError("say one of --placed, --not-placed, --completed and --abandon")
    resolution = Resolution(finding=findings[0], resolved_by=by or whoever_this_is(), reason=reason)

    async def run() -> None:
        handle = order_handle(await connect(), location_id, number)
        await _accepted(handle.execute_update(NumberOrder.resolve_order, resolution), handle.id)
        typer.echo(f"Resolved {handle.id}. {next_step(location_id, number)}")

    asyncio.run(run())


def resubmit(
    location_id: LocationId,
    city: Annotated[str | None, typer.Option()] = None,
    zip_: Annotated[str | None, typer.Option("--zip")] = None,
    street: Annotated[str | None, typer.Option()] = None,
    house_number: Annotated[str | None, typer.Option()] = None,
    country: Annotated[str | None, typer.Option()] = None,
    area_code: Annotated[str | None, typer.Option(help="Such as 221 for Cologne.")] = None,
    document: Annotated[Path | None, typer.Option(help="Another PDF.")] = None,
    document_type: Annotated[
        DocumentType | None, typer.Option(help="Goes with --document.")
    ] = None,
    link_to_number: Annotated[str | None, typer.Option(help="E.164, such as +4922112345.")] = None,
    by: By = None,
    number: Number = 1,
) -> None:
    """Submit a rejected order's verification again; what is not named stays as it was."""
    if (document is None) != (document_type is None):
        raise UsageError("--document and --document-type go together")
    pdf = read_pdf(document) if document else None
    address = AddressCorrection(
        country=country, city=city, zip=zip_, street=street, house_number=house_number
    )

    async def run() -> None:
        reference = None
        if pdf is not None and document_type is not None:
            store = EvidenceStore.open(load(StoreSettings).store_url)
            reference = DocumentReference(
                type=document_type,
                sha256=hashlib.sha256(pdf).hexdigest(),
                store_id=await store.identity(),
            )
            await store.put_document(pdf)
        correction = Correction(
            corrected_by=by or whoever_this_is(),
            address=address,
            area_code=area_code,
            document=reference,
            link_to_number=link_to_number,
        )
        handle = order_handle(await connect(), location_id, number)
        await _accepted(handle.execute_update(NumberOrder.resubmit, correction), handle.id)
        typer.echo(f"Resubmitted {handle.id}. {next_step(location_id, number)}")

    asyncio.run(run())


async def _accepted(update: Awaitable[None], workflow_id: str) -> None:
    """Wait until an order has taken a command, or say why not."""
    try:
        async with asyncio.timeout(_UPDATE_LIMIT_SECONDS):
            await update
    except WorkflowUpdateFailedError as refused:
        raise UserError(f"{workflow_id}: {refused.cause}; nothing was changed") from None
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise UserError(
            f"{workflow_id}: no worker answers. The command may still be carried out once one runs:"
            " start one with number-orders worker, and look with number-orders status"
        ) from None
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise UserError(
            f"{workflow_id} has ended, or there is no such order: see number-orders list"
        ) from None
