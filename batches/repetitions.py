"""Rows that mean the same location, although each row is to be an order of its own."""

from collections.abc import Iterable, Sequence

from number_orders.batches.rows import TableRow
from number_orders.workflows.checks import normalised_address
from number_orders.workflows.models import NumberOrderInput

_ROWS_NAMED_AT_MOST = 5


def object_to_repetitions(rows: Iterable[TableRow]) -> None:
    """Note in each later row what an earlier one has: the same id, or one that looks the same."""
    spellings: dict[str, TableRow] = {}
    orders: dict[tuple[str, int | None], TableRow] = {}
    for row in rows:
        if row.location_id is None:
            continue
        first = spellings.setdefault(row.location_id.casefold(), row)
        if first.location_id != row.location_id:
            row.object_to(
                "location_id",
                f"differs from the one in row {first.number} in capitals alone; write both in the"
                " same way, or rename one",
            )
            continue
        earlier = orders.setdefault((row.location_id, row.order_number), row)
        if earlier is not row:
            row.object_to(
                "location_id",
                f"stands in row {earlier.number} too; delete one of the rows, or count the"
                f" location's numbers in a column {row.columns.header('number')}",
            )


def notes_on_numbers(rows: Sequence[TableRow]) -> tuple[str, ...]:
    """Which rows are about a further number of a location whose first one is not in the table.

    Their column may be another one, which counts the rows.
    """
    first = {row.location_id for row in rows if row.order_number == 1}
    further = [
        row
        for row in rows
        if row.location_id not in first and row.order_number is not None and row.order_number > 1
    ]
    if not further:
        return ()
    column = further[0].columns.header("number")
    numbers = rows_told([row.number for row in further])
    told = f"Rows {numbers} are about a further number (column {column})"
    return (f"{told} of a location whose first one is not in the table.",)


def notes_on_addresses(orders: Sequence[tuple[int, NumberOrderInput]]) -> tuple[str, ...]:
    """Which rows have one address and several ids, which may be one location by mistake.

    Args:
        orders: With the number of the row of each.
    """
    by_address: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for row, order in orders:
        address = tuple(normalised_address(order.address))
        by_address.setdefault(address, []).append((row, order.location_id))
    return tuple(
        f"Rows {rows_told([row for row, _ in rows])} have the same address and different ids."
        for rows in by_address.values()
        if len({location_id for _, location_id in rows}) > 1
    )


def rows_told(numbers: Sequence[int]) -> str:
    """Numbers of rows, the first few of them."""
    told = ", ".join(map(str, numbers[:_ROWS_NAMED_AT_MOST]))
    more = len(numbers) - _ROWS_NAMED_AT_MOST
    return f"{told} and {more} more" if more > 0 else told
