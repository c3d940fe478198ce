"""The commands of an operator: what a person does about an order that needs one."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from number_orders.cli.arguments import (
    AreaCode,
    By,
    Changed,
    CompletedNumber,
    Country,
    Force,
    LinkToNumber,
    LocationId,
    Number,
    Reason,
    Zip,
    built,
    flag,
    typed,
    whoever_this_is,
)
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import StoreSettings, load
from number_orders.runtime.temporal import connect
from number_orders.starters import operations
from number_orders.starters.documents import read_pdf
from number_orders.starters.errors import OrderRefused
from number_orders.starters.watching import next_step
from number_orders.workflows.messages import Cancellation, Correction, Resolution
from number_orders.workflows.models import DocumentType


def cancel(
    location_id: LocationId, by: By = None, reason: Reason = None, number: Number = 1
) -> None:
    """Cancel an order, and give its number back.

    The number of an order that TENIOS may have taken is given back once it is known.
    """
    fields = {"requested_by": by or whoever_this_is(), "reason": reason}
    cancellation = built(Cancellation, fields)

    async def run() -> None:
        handle = await operations.cancel(await connect(), location_id, cancellation, number=number)
        typer.echo(f"Cancelling {handle.id}. {next_step(handle.id)}")

    asyncio.run(run())


def resolve(
    location_id: LocationId,
    placed: Annotated[
        str | None, typer.Option(metavar="ORDER_ID", help="TENIOS has the order, under this id.")
    ] = None,
    not_placed: Annotated[
        bool, typer.Option("--not-placed", help="TENIOS has no such order: place it again.")
    ] = False,
    completed: CompletedNumber = None,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Wait no longer, whether it exists or not.")
    ] = False,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Say what you found out at TENIOS about an order."""
    findings: list[dict[str, str]] = []
    if placed is not None:
        findings.append({"kind": "placed", "order_id": placed})
    if not_placed:
        findings.append({"kind": "not_placed"})
    if completed is not None:
        findings.append({"kind": "completed", "phone_number": completed})
    if abandon:
        findings.append({"kind": "abandon"})
    if len(findings) != 1:
        raise UsageError("say one of --placed, --not-placed, --completed and --abandon")
    fields = {"finding": findings[0], "resolved_by": by or whoever_this_is(), "reason": reason}
    resolution = built(Resolution, fields)

    async def run() -> None:
        handle = await operations.resolve(await connect(), location_id, resolution, number=number)
        typer.echo(f"Resolved {handle.id}. {next_step(handle.id)}")

    asyncio.run(run())


def resubmit(
    location_id: LocationId,
    city: Changed = None,
    zip_: Zip = None,
    street: Changed = None,
    house_number: Changed = None,
    country: Country = None,
    area_code: AreaCode = None,
    no_area_code: Annotated[
        bool, typer.Option("--no-area-code", help="The country has none.")
    ] = False,
    document: Annotated[Path | None, typer.Option(help="Another PDF.")] = None,
    document_type: Annotated[
        DocumentType | None, typer.Option(help="Goes with --document.")
    ] = None,
    verification_id: Annotated[
        str | None,
        typer.Option(help="Use this verification, which TENIOS has approved.", callback=typed),
    ] = None,
    approved_by: Annotated[
        str | None,
        typer.Option(help="Goes with --verification-id: who says so.", callback=typed),
    ] = None,
    link_to_number: LinkToNumber = None,
    no_link: Annotated[
        bool, typer.Option("--no-link", help="The number no longer shares another's routing.")
    ] = False,
    unchanged: Annotated[
        bool,
        typer.Option("--unchanged", help="As it was: undoes a mistaken reject; say the --reason."),
    ] = False,
    force: Force = False,
    by: By = None,
    reason: Reason = None,
    number: Number = 1,
) -> None:
    """Submit a rejected verification again.

    What is not named stays as it was.
    """
    if (document is None) != (document_type is None):
        raise UsageError("--document and --document-type go together")
    if (verification_id is None) != (approved_by is None):
        raise UsageError("--verification-id and --approved-by go together")
    if verification_id is not None and document is not None:
        raise UsageError("--verification-id and --document exclude each other")
    if no_link and link_to_number is not None:
        raise UsageError("--no-link and --link-to-number exclude each other")
    if no_area_code and area_code is not None:
        raise UsageError("--no-area-code and --area-code exclude each other")
    address = {
        "country": country,
        "city": city,
        "zip": zip_,
        "street": street,
        "house_number": house_number,
    }
    changes = [*address.values(), area_code, document, verification_id, link_to_number]
    is_changed = no_link or no_area_code or any(change is not None for change in changes)
    _check_changes(changes=is_changed, unchanged=unchanged)
    if unchanged and reason is None:
        raise UsageError("--unchanged needs --reason: why should TENIOS check the same again?")
    pdf = _read_pdf(document) if document else None
    correction = built(
        Correction,
        {
            "corrected_by": by or whoever_this_is(),
            "reason": reason,
            "address": address,
            "area_code": area_code,
            "remove_area_code": no_area_code,
            "verification": verification_id
            and {
                "verification_id": verification_id,
                "approved_by": approved_by,
                "approved_at": datetime.now(UTC),
            },
            "link_to_number": link_to_number,
            "remove_link": no_link,
            "unchanged": unchanged,
        },
    )

    async def run() -> None:
        client = await connect()
        await operations.check_open(client, location_id, number=number)
        corrected = correction
        if pdf is not None and document_type is not None:
            store = EvidenceStore.open(load(StoreSettings).store_url)
            reference = await store.keep_document(pdf, document_type)
            corrected = correction.model_copy(
                update={"document": reference, "store_id": await store.identity()}
            )
        try:
            handle = await operations.resubmit(
                client, location_id, corrected, number=number, force=force
            )
        except OrderRefused as refused:
            raise UsageError(refused.told(flag)) from None
        typer.echo(f"Resubmitted {handle.id}. {next_step(handle.id)}")

    asyncio.run(run())


def _check_changes(*, changes: bool, unchanged: bool) -> None:
    if changes and unchanged:
        raise UsageError("--unchanged and a change exclude each other")
    if not changes and not unchanged:
        raise UsageError(
            "nothing is changed, and TENIOS would reject it again: name what changes, such as"
            " --street or --document; --unchanged --reason undoes a mistaken reject"
        )


def _read_pdf(path: Path) -> bytes:
    try:
        return read_pdf(path)
    except UsageError as error:
        raise UsageError(f"--document: {error}") from None
