"""`number-orders start`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import UsageError, UserError
from runtime.evidence_store import EvidenceStore
from runtime.settings import StoreSettings, load
from runtime.temporal import connect
from starters.cli.arguments import Json
from starters.cli.orders import print_json
from starters.executions import describe
from starters.order_form import build_order, keep_document, read_order_file, read_pdf, warnings
from starters.orders import StartedOrder, start_number_order
from starters.pollers import check_store
from starters.watching import next_step
from workflows.models import DocumentType, NumberOrderInput


def start(
    file: Annotated[
        Path | None, typer.Argument(help="A JSON file with the order's fields.")
    ] = None,
    location_id: Annotated[str | None, typer.Option()] = None,
    city: Annotated[str | None, typer.Option()] = None,
    zip_: Annotated[str | None, typer.Option("--zip")] = None,
    street: Annotated[str | None, typer.Option()] = None,
    house_number: Annotated[str | None, typer.Option()] = None,
    country: Annotated[str | None, typer.Option()] = None,
    area_code: Annotated[str | None, typer.Option(help="Such as 221 for Cologne.")] = None,
    document: Annotated[Path | None, typer.Option(help="The PDF that proves the address.")] = None,
    document_type: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(DocumentType)}.")
    ] = None,
    link_to_number: Annotated[str | None, typer.Option(help="E.164, such as +4922112345.")] = None,
    batch_id: Annotated[str | None, typer.Option()] = None,
    number: Annotated[int | None, typer.Option(help="2 for a location's second number.")] = None,
    as_json: Json = False,
) -> None:
    """Start an order from flags, from a JSON file, or from a file with flags on top."""
    flags = {
        "location_id": location_id,
        "city": city,
        "zip": zip_,
        "street": street,
        "house_number": house_number,
        "country": country,
        "area_code": area_code,
        "document": document and str(document),
        "document_type": document_type,
        "link_to_number": link_to_number,
        "batch_id": batch_id,
        "number": number,
    }
    given = {name: value for name, value in flags.items() if value is not None}
    fields = (read_order_file(file) if file else {}) | given
    origin = {
        name: f"{file}: {name}" if file and name not in given else f"--{name.replace('_', '-')}"
        for name in flags
    }
    if not isinstance(fields.get("document"), str):
        raise UsageError(f"{origin['document']}: is missing: name a PDF that proves the address")
    pdf = read_pdf(Path(fields["document"]))
    order = build_order(fields, pdf, origin)

    async def run() -> None:
        store = EvidenceStore.open(load(StoreSettings).store_url)
        client = await connect()
        await check_store(client, await store.fingerprint())
        started = await _started(client, await keep_document(order, pdf, store))
        if as_json:
            print_json({"workflow_id": started.handle.id, "created": started.created})
            return
        for warning in warnings(order):
            typer.echo(f"Note: {warning}", err=True)
        if started.created:
            follow = next_step(order.location_id, order.number)
            typer.echo(f"Started {started.handle.id}. {follow}")
        else:
            execution = (await describe(client, started.handle.id)).execution
            typer.echo(
                f"{started.handle.id} exists since {execution.start_time:%Y-%m-%d %H:%M} UTC"
                f" ({execution.attributes.get('OrderStatus')}); nothing was changed. Another number"
                f" for the same location: --number {order.number + 1}"
            )

    asyncio.run(run())


async def _started(client: Client, order: NumberOrderInput) -> StartedOrder:
    try:
        return await start_number_order(client, order)
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in error.message:
            raise UserError(
                f"{error.message}: number-orders setup registers what is missing"
            ) from None
        raise
