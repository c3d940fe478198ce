"""`number-orders verifications`."""

import asyncio
import csv
import sys
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from number_orders.cli.arguments import Json
from number_orders.cli.output import print_json, wide_console
from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verification_entries import VerificationRecord
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import StoreSettings, load
from number_orders.starters.errors import told_apart
from number_orders.starters.text import one_line

_COLUMNS = (
    *("verification_id", "location_id", "country", "area_code", "approved_since", "approved_by"),
    *("refused", "used_by"),
)


def verifications(
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet.")] = False,
) -> None:
    """List verifications, and the orders that used them.

    The oldest comes first. No order was placed with one that has no time of approval.
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other")

    async def recorded() -> list[VerificationRecord]:
        with told_apart():
            store = EvidenceStore.open(load(StoreSettings).store_url)
            # Nothing is listed where no store is.
            await store.identity()
            return await VerificationRecords(store).all()

    rows = [_row(record) for record in asyncio.run(recorded())]
    if as_json:
        print_json(rows)
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([_cell(row[column]) for column in _COLUMNS] for row in rows)
    else:
        table = Table(*(column.replace("_", " ") for column in _COLUMNS), box=None)
        for row in rows:
            table.add_row(*(Text(_cell(row[column])) for column in _COLUMNS))
        wide_console().print(table)


def _row(record: VerificationRecord) -> dict[str, str | list[str] | None]:
    submitted, decided, refused = record.submitted, record.decided, record.refused
    return {
        "verification_id": submitted.verification_id,
        "location_id": submitted.location_id,
        "country": submitted.country,
        "area_code": submitted.area_code,
        "approved_since": decided.approved_at.isoformat(timespec="seconds") if decided else None,
        "approved_by": decided.approved_by if decided else None,
        "refused": refused.reason if refused else None,
        "used_by": list(record.used_by),
    }


def _cell(value: str | list[str] | None) -> str:
    # Some of it is TENIOS' words.
    return one_line(" ".join(value) if isinstance(value, list) else value or "")
