"""`number-orders document`: documents in the evidence store, for programs in any language."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from number_orders.cli.output import print_json
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.settings import StoreSettings, load
from number_orders.starters.documents import read_pdf
from number_orders.starters.errors import told_apart
from number_orders.workflows.models import DocumentType

document = typer.Typer(
    help="Put a document into the evidence store.", no_args_is_help=True, add_completion=False
)


@document.callback()
def _group() -> None:
    # With a single command and no callback, Typer would take the group for that command.
    pass


@document.command()
def put(
    file: Annotated[Path, typer.Argument(help="A PDF of up to 10 MiB.")],
    document_type: Annotated[DocumentType, typer.Option("--type", help="What it is.")],
) -> None:
    """Put a PDF into the evidence store, and print what an order says of it, as JSON.

    To put the same document again is harmless.
    """
    pdf = read_pdf(file)

    async def run() -> None:
        store = EvidenceStore.open(load(StoreSettings).store_url)
        with told_apart():
            reference = await store.keep_document(pdf, document_type)
            identity = await store.identity()
        print_json({"document": reference.model_dump(mode="json"), "store_id": identity})

    asyncio.run(run())
