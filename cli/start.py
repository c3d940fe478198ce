"""`number-orders start`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from number_orders.cli.arguments import Force, Json
from number_orders.cli.started import show_number, show_numbers
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import StoreSettings, WebUiSettings, load
from number_orders.runtime.temporal import connect
from number_orders.runtime.web_ui import WebUi
from number_orders.starters.errors import OrderRefused
from number_orders.starters.order_form import order_and_document, read_order_file
from number_orders.starters.orders import start_number_order
from number_orders.starters.quantity import start_numbers
from number_orders.workflows.models import DocumentType


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
    quantity: Annotated[
        int | None,
        typer.Option(
            min=1, max=999, help="Numbers 1 to this, with one verification; those there stay."
        ),
    ] = None,
    verification_id: Annotated[
        str | None,
        typer.Option(help="Use this verification, which TENIOS has approved, and no document."),
    ] = None,
    approved_by: Annotated[
        str | None, typer.Option(help="Goes with --verification-id: who says that it is approved.")
    ] = None,
    new_verification: Annotated[
        bool,
        typer.Option(
            "--new-verification", help="Submit the document, although one is approved already."
        ),
    ] = False,
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
        "verification_id": verification_id,
        "approved_by": approved_by,
    }
    if quantity is not None and (number is not None or new_verification):
        raise UsageError("--quantity excludes --number and --new-verification")
    if verification_id is not None and (new_verification or document is not None):
        raise UsageError("--verification-id excludes --document and --new-verification")
    given = {name: value for name, value in flags.items() if value is not None}
    fields = (read_order_file(file) if file else {}) | given

    by_flag = {*given, "despite_unknown", *(("approved_by",) if verification_id else ())}

    def place(field: str) -> str:
        from_file = file is not None and field not in by_flag
        return f"{file}: {field}" if from_file else f"--{field.replace('_', '-')}"

    async def run() -> None:
        order, pdf = order_and_document(fields, force=force)
        store = EvidenceStore.open(load(StoreSettings).store_url)
        web_ui_url = load(WebUiSettings).temporal_ui_url
        client = await connect()
        web_ui = WebUi.of(web_ui_url, client.namespace)
        if quantity is not None:
            numbers = await start_numbers(
                client,
                order,
                store,
                pdf,
                quantity,
                again=again,
                despite_unknown=despite_unknown,
                force=force,
            )
            await show_numbers(client, numbers, web_ui, as_json=as_json)
        else:
            one = await start_number_order(
                client,
                order,
                store,
                pdf,
                again=again,
                despite_unknown=despite_unknown,
                new_verification=new_verification,
                force=force,
            )
            await show_number(
                client, one, web_ui, new_verification=new_verification, as_json=as_json
            )

    try:
        asyncio.run(run())
    except OrderRefused as refused:
        told = refused.told(place)
        wrong = {problem.field for problem in refused.problems}
        if "country" not in fields and wrong & {"zip", "area_code"}:
            told += f"; {place('country')}: is not named, which stands for Germany"
        raise UsageError(told) from None
