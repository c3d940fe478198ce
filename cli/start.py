"""`number-orders start`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from number_orders.cli.arguments import Force, Json
from number_orders.cli.output import print_json
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError, UserError
from number_orders.runtime.settings import StoreSettings, WebUiSettings, load
from number_orders.runtime.temporal import connect
from number_orders.runtime.web_ui import WebUi
from number_orders.starters.errors import OrderRefused
from number_orders.starters.existing import ExistingOrder
from number_orders.starters.order_form import order_and_document, read_order_file
from number_orders.starters.orders import StartedOrder, start_number_order
from number_orders.starters.watching import next_step
from number_orders.workflows.models import DocumentType, NumberOrderInput

_SHOWN = {"address": "address (zip, street, house_number or country)"}


def start(
    file: Annotated[
        Path | None, typer.Argument(help="A JSON file with the order's fields.")
    ] = None,
    location_id: Annotated[
        str | None,
        typer.Option(help="Your name for the location: letters, digits, dots, _ and -."),
    ] = None,
    city: Annotated[str | None, typer.Option(help="Where the location is.")] = None,
    zip_: Annotated[str | None, typer.Option("--zip", help="In Germany five digits.")] = None,
    street: Annotated[str | None, typer.Option(help="Without the house number.")] = None,
    house_number: Annotated[str | None, typer.Option(help="Such as 4 or 12a.")] = None,
    country: Annotated[
        str | None,
        typer.Option(help="Its ISO 3166 code or name, such as AT or Austria; by default Germany."),
    ] = None,
    area_code: Annotated[
        str | None,
        typer.Option(help="Such as 221 for Cologne; left out where a country has none."),
    ] = None,
    document: Annotated[
        Path | None, typer.Option(help="The PDF that proves the address, up to 10 MiB.")
    ] = None,
    document_type: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(DocumentType)}.")
    ] = None,
    link_to_number: Annotated[
        str | None,
        typer.Option(help="Share this number's routing; such as +4922112345."),
    ] = None,
    batch_id: Annotated[
        str | None, typer.Option(help="A name for what belongs together: list --batch-id.")
    ] = None,
    number: Annotated[str | None, typer.Option(help="2 for the location's second number.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Although the order was ended in Temporal by force.")
    ] = False,
    despite_unknown: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Why a further number is wanted while an earlier one's fate is unknown.",
        ),
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Start an order from flags, from a JSON file, or from both.

    An order needs location id, city, zip, street, house number, area code,
    a document and its type. A flag wins over the file.
    """
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
        "number": int(number) if number and number.isdecimal() else number,
    }
    given = {name: value for name, value in flags.items() if value is not None}
    fields = (read_order_file(file) if file else {}) | given

    def place(field: str) -> str:
        from_file = file is not None and field not in given and field != "despite_unknown"
        return f"{file}: {field}" if from_file else f"--{field.replace('_', '-')}"

    async def run() -> None:
        order, pdf = order_and_document(fields, force=force)
        store = EvidenceStore.open(load(StoreSettings).store_url)
        web_ui_url = load(WebUiSettings).temporal_ui_url
        client = await connect()
        started = await start_number_order(
            client, order, store, pdf, again=again, despite_unknown=despite_unknown, force=force
        )
        if as_json:
            print_json(
                {
                    "workflow_id": started.handle.id,
                    "created": started.created,
                    "differences": started.differences,
                    "notes": started.notes,
                }
            )
        else:
            for remark in started.notes:
                typer.echo(f"Note: {remark}", err=True)
        if started.existing is not None:
            said = _about_existing(started, started.existing, order)
            if started.differences != ():
                raise UserError(said)
        else:
            said = f"Started {started.handle.id}. {next_step(order.location_id, order.number)}"
        if not as_json:
            typer.echo(said)
            if web_ui := WebUi.of(web_ui_url, client.namespace):
                typer.echo(f"Web UI: {web_ui.order(started.handle.id)}")

    try:
        asyncio.run(run())
    except OrderRefused as refused:
        raise UsageError(refused.told(place)) from None


def _about_existing(started: StartedOrder, existing: ExistingOrder, order: NumberOrderInput) -> str:
    since = f"{existing.since:%Y-%m-%d %H:%M} UTC"
    sentences = [
        f"{existing.workflow_id} exists since {since} ({existing.status}); nothing was changed."
    ]
    if existing.end is not None and existing.end.result is not None:
        sentences.append(existing.end.result.summary)
    if started.differences is None:
        sentences.append(
            "Whether it has the same data nobody can tell, since no worker answers for it: see"
            " number-orders status, and try again."
        )
    elif started.differences:
        wrong = ", ".join(_SHOWN.get(field, field) for field in started.differences)
        sentences.append(f"It has other data: {wrong}.")
        if existing.end is None:
            sentences.append("Once it is rejected, number-orders resubmit corrects it.")
    if existing.unknown_fate:
        # Whoever orders another one now may buy a second one for the same want.
        sentences.append(next_step(order.location_id, order.number))
    else:
        sentences.append(f"Another number for the same location: --number {order.number + 1}")
    return " ".join(sentences)
