"""What `plan` and `apply` say of a table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import typer

from number_orders.batches.comparison import ComparedRow, Comparison
from number_orders.batches.locations import LocationRow, Locations
from number_orders.batches.rows import CellProblem
from number_orders.starters.text import one_line
from number_orders.workflows.naming import command, listed

_COUNTED = (
    (Comparison.TO_START, "to start"),
    (Comparison.UNCHANGED, "unchanged"),
    (Comparison.DIFFERS, "differ"),
    (Comparison.ENDED, "ended without a number"),
    (Comparison.OTHER_SPELLING, "differ in capitals"),
    (Comparison.NOT_COMPARED, "not compared"),
)


def show_plan(locations: Locations, rows: Sequence[ComparedRow]) -> None:
    """Print all notes and problems, what differs, and how many rows are what."""
    told = []
    if locations.encoding:
        told.append(f"Read as {locations.encoding}; --encoding names another one.")
    told += [f"Note: {note}" for note in locations.notes]
    for row in locations.rows:
        told += [f"Note: row {row.row}: {note}" for note in row.notes]
        told += [f"Row {row.row}, {one.column}: {one.proposal} is taken." for one in row.taken]
    told += locations.problems
    told += [f"Row {row.row}, {problem}" for row in locations.rows for problem in row.problems]
    told += [said for one in rows if (said := _about(one))]
    for line in [*told, summary(locations, rows)]:
        # Headers and names of files are somebody else's, and a terminal would obey them.
        typer.echo(one_line(line))


def summary(locations: Locations, rows: Sequence[ComparedRow]) -> str:
    """Such as `280 to start · 12 unchanged · 5 wrong`, and what to do about the wrong."""
    counts = Counter(one.comparison for one in rows)
    not_compared = sum(row.order is not None for row in locations.rows) - len(rows)
    counts[Comparison.NOT_COMPARED] += not_compared
    parts = [f"{counts[what]} {words}" for what, words in _COUNTED if counts[what]]
    wrong = [row for row in locations.rows if row.problems]
    if wrong:
        parts.append(f"{len(wrong)} wrong")
    told = " · ".join(parts) or "nothing to do: the table has to be corrected"
    proposals = sum(problem.proposal is not None for row in wrong for problem in row.problems)
    if proposals:
        told += f" (--fix takes the {proposals} proposed values)"
    return told


def _about(one: ComparedRow) -> str | None:
    """What a person has to know of a row beside the order that is there."""
    place = f"Row {one.row.row} ({listed(one.workflow_id)})"
    match one.comparison:
        case Comparison.DIFFERS:
            fields = ", ".join(one.differences)
            change = command("resubmit", one.workflow_id)
            return f"{place}: the order there has other data: {fields}. Once rejected: {change}"
        case Comparison.ENDED:
            status = one.existing.status if one.existing else ""
            free = f"number-orders start with its data and --number {one.order.number + 1}"
            return f"{place}: ended as {status}, and is not started again by itself: {free}"
        case Comparison.NOT_COMPARED:
            see = command("status", one.workflow_id)
            return f"{place}: is there, and no worker says whether it is the same: {see}"
        case Comparison.OTHER_SPELLING:
            return (
                f"{place}: {one.other_spelling} has an order, and differs in capitals alone; write"
                " it as there"
            )
    return None


def for_programs(locations: Locations, rows: Sequence[ComparedRow]) -> dict[str, Any]:
    """The same as `show_plan`, for `--json`."""
    by_row = {one.row.row: one for one in rows}
    return {
        "file": str(locations.path),
        "encoding": locations.encoding,
        "problems": list(locations.problems),
        "notes": list(locations.notes),
        "rows": [_row_for_programs(row, by_row.get(row.row)) for row in locations.rows],
    }


def _row_for_programs(row: LocationRow, one: ComparedRow | None) -> dict[str, Any]:
    return {
        "row": row.row,
        "location_id": row.location_id,
        "number": row.number,
        "document": row.document and str(row.document),
        "comparison": one and one.comparison,
        "differences": one and one.differences,
        "problems": [_problem_for_programs(problem) for problem in row.problems],
        "taken": [_problem_for_programs(problem) for problem in row.taken],
        "notes": list(row.notes),
    }


def _problem_for_programs(problem: CellProblem) -> dict[str, str | None]:
    return {
        "field": problem.field,
        "column": problem.column,
        "message": problem.message,
        "proposal": problem.proposal,
    }
