"""`number-orders verifications`."""

import asyncio
import csv
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from number_orders.cli.arguments import Json, OfLocation
from number_orders.cli.output import print_json, print_table
from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verification_entries import VerificationRecord
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import StoreSettings, load
from number_orders.starters.errors import told_apart
from number_orders.starters.text import one_line
from number_orders.workflows.contract import location_id_of, workflow_id
from number_orders.workflows.naming import listed

_WORDS_WRAP_AT = 50
_ORDERS_WRAP_AT = 70
"""More than the longest location id has."""

_COLUMNS = (
    *("verification_id", "state", "submitted_by", "country", "area_code"),
    *("approved_since", "approved_by", "used_by", "refused"),
)

_Row = Mapping[str, str | Sequence[str] | None]


def verifications(
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet.")] = False,
    location: OfLocation = None,
) -> None:
    """List verifications, and the orders that used them.

    The oldest comes first. The columns:

    state: unused, as long as TENIOS has taken no order with it, whatever was decided about it;
    approved; or refused, and then no order may use it.

    submitted by: the order that had TENIOS check it, or that named it first.

    approved since, approved by: when TENIOS' approval was reported, and by whom.

    used by: the orders that TENIOS took with it; koeln-01 (1-3) are the location's numbers 1 to 3.

    refused: why no order may use it.
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other")

    async def recorded() -> tuple[list[VerificationRecord], list[str]]:
        with told_apart():
            store = EvidenceStore.open(load(StoreSettings).store_url)
            # Nothing is listed where no store is.
            await store.identity()
            return await VerificationRecords(store).all()

    found, unreadable = asyncio.run(recorded())
    for key in unreadable:
        typer.echo(
            f"Note: {one_line(key)} in the evidence store cannot be read, and no order can use that"
            " verification: restore it from a backup",
            err=True,
        )
    records = [one for one in found if location in {None, *_locations(one)}]
    if as_json:
        print_json([_for_program(record) for record in records])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        rows = [_for_program(record) for record in records]
        writer.writerows([_cell(row[column]) for column in _COLUMNS] for row in rows)
    elif records:
        print_table(_table(records))
    else:
        typer.echo("No verifications.")


def _for_program(record: VerificationRecord) -> _Row:
    """Orders by their workflow ids, times in ISO 8601."""
    submitted, decided, refused = record.submitted, record.decided, record.refused
    return {
        "verification_id": submitted.verification_id,
        "state": _state(record),
        "submitted_by": submitted.workflow_id,
        "country": submitted.country,
        "area_code": submitted.area_code,
        "approved_since": decided.approved_at.isoformat(timespec="seconds") if decided else None,
        "approved_by": decided.approved_by if decided else None,
        "used_by": sorted(record.used_by, key=_location_and_number),
        "refused": refused.reason if refused else None,
    }


def _table(records: Sequence[VerificationRecord]) -> Table:
    table = Table(box=None)
    for column in _COLUMNS:
        wraps_at = {"used_by": _ORDERS_WRAP_AT, "refused": _WORDS_WRAP_AT}.get(column)
        table.add_column(
            column.replace("_", " "),
            no_wrap=wraps_at is None,
            max_width=wraps_at,
            overflow="fold",
        )
    for record in records:
        decided = record.decided
        since = f"{decided.approved_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if decided else None
        row: _Row = {
            **_for_program(record),
            "submitted_by": listed(record.submitted.workflow_id),
            "approved_since": since,
            "used_by": _compactly(record.used_by),
        }
        table.add_row(*(Text(_cell(row[column])) for column in _COLUMNS))
    return table


def _state(record: VerificationRecord) -> str:
    if record.refused is not None:
        return "refused"
    return "unused" if record.decided is None else "approved"


def _locations(record: VerificationRecord) -> set[str | None]:
    """Where the verification was submitted, and where it was used."""
    return {record.submitted.location_id, *map(location_id_of, record.used_by)}


def _location_and_number(workflow_id: str) -> tuple[str, int]:
    location_id, _, number = listed(workflow_id).partition(":")
    return location_id, int(number) if number.isdecimal() else 1


def _compactly(workflow_ids: Sequence[str]) -> str:
    """Orders as lists name them, and several numbers of a location as `koeln-01 (1-3, 5)`."""
    numbers: dict[str, list[int]] = {}
    for location_id, number in sorted(map(_location_and_number, workflow_ids)):
        numbers.setdefault(location_id, []).append(number)
    return ", ".join(
        f"{location_id} ({_ranges(of_it)})"
        if len(of_it) > 1
        else listed(workflow_id(location_id, of_it[0]))
        for location_id, of_it in numbers.items()
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in their order as `1-3, 5`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]}-{one[-1]}" for one in ranges)


def _cell(value: str | Sequence[str] | None) -> str:
    # Some of it is TENIOS' words.
    return one_line(value if isinstance(value, str) else " ".join(value or ()))
