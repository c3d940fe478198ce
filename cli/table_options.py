"""The options of commands about a table of locations."""

from pathlib import Path
from typing import Annotated

import typer

from number_orders.workflows.models import DocumentType

Table = Annotated[Path, typer.Argument(help="A table of locations: .xlsx, .xls, .ods or .csv.")]
Documents = Annotated[
    Path | None,
    typer.Option(help="A folder of PDFs, each named after its location or in a column."),
]
DocumentOfAll = Annotated[
    Path | None, typer.Option(help="A PDF that proves the address of all locations.")
]
TypeOfAll = Annotated[
    str | None,
    typer.Option(help=f"Of all that name none: {', '.join(DocumentType)}, or its German name."),
]
BatchOfAll = Annotated[
    str | None, typer.Option(help="The batch of all that name none; a name for lists.")
]
Sheet = Annotated[str | None, typer.Option(help="The sheet, where several have locations.")]
Encoding = Annotated[
    str | None, typer.Option(help="Of a .csv, such as utf-8 or cp1252; by default what it can be.")
]
Fix = Annotated[bool, typer.Option("--fix", help="Take the proposals.")]
