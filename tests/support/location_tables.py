"""Tables of locations, as the tests write them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from number_orders.batches.locations import Locations

HEADERS = ("Standort-ID", "Ort", "PLZ", "Straße", "Haus-Nr.", "Vorwahl", "Dokumentart")
ADDRESS = ("Köln", "50667", "Domkloster", "4", "0221", "Gewerbeschein")
ONE = ("a", *ADDRESS)


def written(folder: Path, *rows: Sequence[str], name: str = "a.csv") -> Path:
    """A CSV file of the rows."""
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(rows)
    (folder / name).write_text(file.getvalue())
    return folder / name


def told(locations: Locations) -> list[str]:
    """What is said about the rows, each with its number."""
    return [f"{row.row} {problem}" for row in locations.rows for problem in row.problems]
