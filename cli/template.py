"""`number-orders template`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from number_orders.batches.tables_for_people import template as made_template
from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.writing import write_new_file


class TemplateLanguage(StrEnum):
    """What a template's headers and drop-downs are in."""

    DE = "de"
    EN = "en"


def template(
    file: Annotated[Path, typer.Argument(help="The .xlsx to write; one that is there is kept.")],
    language: Annotated[
        TemplateLanguage, typer.Option(help="Of the headers and the drop-downs.")
    ] = TemplateLanguage.DE,
) -> None:
    """Write an empty table of locations to fill in.

    It has headers, drop-downs and an example; number-orders plan reads it.
    """
    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"{file}: a template is an .xlsx; name it so")
    write_new_file(file, made_template(language))
    typer.echo(f"{file} is written: fill it in, and check it with number-orders plan {file}")
