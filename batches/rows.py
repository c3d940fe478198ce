"""A row of a table: its fields, and all that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from number_orders.batches.columns import Columns
from number_orders.batches.document_types import document_type
from number_orders.batches.proposals import objection_to_cell, proposal
from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.tables import COLUMNS_AT_MOST, EMPTY, Cell, Row
from number_orders.starters.countries import country_code
from number_orders.starters.errors import OrderRefused
from number_orders.starters.order_form import build_order
from number_orders.workflows.area_codes import GERMANY
from number_orders.workflows.models import NumberOrderInput

_OF_THE_COUNTRY = frozenset({"zip", "area_code", "link_to_number"})
"""Fields whose form nobody knows while the country is not known."""


@dataclass(frozen=True)
class CellProblem:
    """What is wrong in a row; never repeats what may be a street."""

    field: str
    column: str
    """The column's header as it stands in the file, or what it is to be called."""
    message: str
    """What is wrong, and what to do."""
    proposal: str | None = None
    """What was probably typed, if all of it is still there."""

    def __str__(self) -> str:
        proposed = f" (proposed: {self.proposal})" if self.proposal else ""
        return f"{self.column}: {self.message}{proposed}"


@dataclass
class TableRow:
    """A row while it is read."""

    number: int
    hidden: bool
    cells: Mapping[str, Cell]
    """By field."""
    fields: dict[str, Any]
    """As `build_order` takes them, without those that are objected to."""
    columns: Columns
    problems: dict[str, CellProblem] = field(default_factory=dict)
    """By field."""
    taken: list[CellProblem] = field(default_factory=list)
    """Those whose proposals were taken."""

    @property
    def location_id(self) -> str | None:
        """As far as it is known."""
        return self.fields.get("location_id")

    @property
    def order_number(self) -> int | None:
        """Which of the location's numbers is meant, as far as it is known."""
        number = self.fields.get("number", 1)
        return number if isinstance(number, int) and "number" not in self.problems else None

    @property
    def problems_in_order(self) -> tuple[CellProblem, ...]:
        """As the columns stand in the file; those without one are the last."""
        places = {name: column.place for name, column in self.columns.by_field.items()}
        return tuple(
            sorted(
                self.problems.values(),
                key=lambda problem: places.get(problem.field, COLUMNS_AT_MOST),
            )
        )

    def object_to(self, name: str, message: str, *, fix: bool = False) -> None:
        """Note what is wrong with a field, the first time; or take the proposal."""
        if name in self.problems:
            return
        proposed = None
        # What was taken and is refused again is not proposed a second time.
        if not any(problem.field == name for problem in self.taken):
            proposed = proposal(
                name,
                self.cells.get(name, EMPTY),
                country=self._country(),
                area_code=self.fields.get("area_code"),
            )
        problem = CellProblem(name, self.columns.header(name), message, proposed)
        if fix and proposed is not None:
            self.taken.append(problem)
            self.fields[name] = _value(name, proposed)
        else:
            self.problems[name] = problem

    def order(self, sha256: str | None, *, fix: bool, force: bool) -> NumberOrderInput | None:
        """The order of the row's fields; `None` if it cannot be one.

        It is one without a cell that is objected to, too: `problems` says whether it is meant.

        Args:
            sha256: Of its document, if it has one.
            fix: Take proposals.
            force: As for `build_order`.
        """
        taken = len(self.taken)
        try:
            # Without a document there is a problem already, or a verification.
            made = build_order(self.fields, None, sha256=sha256 or "0" * 64, force=force)
        except OrderRefused as refused:
            for objection in refused.problems:
                if "country" in self.problems and objection.field in _OF_THE_COUNTRY:
                    continue
                self.object_to(objection.field, objection.message, fix=fix)
            if len(self.taken) > taken:
                return self.order(sha256, fix=fix, force=force)
            return None
        return made

    def _country(self) -> str:
        try:
            return country_code(self.fields.get("country", GERMANY))
        except UsageError:
            return GERMANY


def read_row(
    row: Row, columns: Columns, defaults: Mapping[str, str], *, fix: bool = False
) -> TableRow:
    """The fields of a row that is not empty.

    Args:
        row: The row.
        columns: Which column holds which field.
        defaults: Fields of the rows that have none themselves.
        fix: Take proposals.
    """
    cells = {name: row.cell(column.place) for name, column in columns.by_field.items()}
    typed = {name: cell.text.strip() for name, cell in cells.items() if not cell.objection}
    texts = {**defaults, **{name: text for name, text in typed.items() if text}}
    read = TableRow(row.number, row.hidden, cells, {}, columns)
    objections = {}
    for name, text in texts.items():
        if objection := objection_to_cell(name, cells.get(name, EMPTY)):
            objections[name] = objection
            continue
        try:
            read.fields[name] = _value(name, text)
        except UsageError as error:
            objections[name] = str(error)
    objections |= {name: cell.objection for name, cell in cells.items() if cell.objection}
    # Afterwards, since proposals look at the country and the area code.
    for name, objection in objections.items():
        read.object_to(name, objection, fix=fix)
    return read


def _value(name: str, text: str) -> Any:
    """A field's value as an order takes it.

    Raises:
        UsageError: It cannot be one.
    """
    match name:
        case "document_type":
            return document_type(text)
        case "number" if not (text.isascii() and text.isdecimal() and len(text) <= 3):  # noqa: PLR2004 -- 999
            raise UsageError("expected a whole number from 1 to 999")
        case "number":
            return int(text)
        case _:
            return text
