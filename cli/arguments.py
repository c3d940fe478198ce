"""What commands take, checked as it is typed: what is wrong is said before anybody is asked."""

import getpass
import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from number_orders.runtime.errors import UsageError
from number_orders.starters.countries import country_code
from number_orders.starters.text import one_line
from number_orders.workflows.contract import LOCATION_ID_PATTERN, WORKFLOW_ID_PREFIX
from number_orders.workflows.problems import message

_FORM = "letters, digits, dots, underscores and dashes, at most 64"
_BY_FIELD = {
    "decided_by": "--by",
    "resolved_by": "--by",
    "requested_by": "--by",
    "corrected_by": "--by",
    "order_id": "--placed",
    "phone_number": "--completed",
}
"""The flag of a model's field where it has another name."""

_Built = TypeVar("_Built", bound=BaseModel)


def location_id(parameter: typer.CallbackParam, value: str | None) -> str | None:
    """A location's id, or a `UsageError` that says which one is meant; for Typer to call."""
    if value is None or (re.fullmatch(LOCATION_ID_PATTERN, value) and not value.endswith("\n")):
        return value
    told = value.removeprefix(WORKFLOW_ID_PREFIX)
    location, colon, number = told.partition(":")
    if re.fullmatch(LOCATION_ID_PATTERN, location) and location != value:
        further = f" --number {number}" if colon and number.isdecimal() else ""
        hint = f"an order's location is meant: {location}{further}"
    else:
        hint = f"a location id has {_FORM}; number-orders list shows them"
    place = "LOCATION_ID" if parameter.param_type_name == "argument" else parameter.opts[0]
    raise UsageError(f"{place}: {hint}")


def _batch_id(value: str | None) -> str | None:
    if value is None or re.fullmatch(LOCATION_ID_PATTERN, value):
        return value
    raise UsageError(f"--batch-id: a batch id has {_FORM}")


def typed(parameter: typer.CallbackParam, value: str | None) -> str | None:
    """What a person writes for people, without what cannot be seen."""
    if value is None:
        return None
    cleaned = one_line(value)
    if not cleaned:
        raise UsageError(f"{parameter.opts[0]}: is empty")
    return cleaned


def _country(parameter: typer.CallbackParam, value: str | None) -> str | None:
    try:
        return None if value is None else country_code(one_line(value))
    except UsageError as error:
        raise UsageError(f"{parameter.opts[0]}: {error}") from None


LocationId = Annotated[
    str, typer.Argument(help="The location whose order is meant.", callback=location_id)
]
Number = Annotated[int, typer.Option(min=1, max=999, help="Which of the location's numbers.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
By = Annotated[str | None, typer.Option(help="Who says so; by default you.", callback=typed)]
Reason = Annotated[str | None, typer.Option(callback=typed)]
BatchId = Annotated[str | None, typer.Option(help="Only orders of this batch.", callback=_batch_id)]
OfLocation = Annotated[
    str | None,
    typer.Option("--location", help="Only those of this location.", callback=location_id),
]
VerificationId = Annotated[
    str | None,
    typer.Option(
        help="Another verification than the order's own, as TENIOS names it.", callback=typed
    ),
]
Changed = Annotated[str | None, typer.Option(callback=typed)]
"""A field of the order that is corrected."""
Country = Annotated[
    str | None,
    typer.Option(help="Its ISO 3166 code or name, such as AT or Austria.", callback=_country),
]
AreaCode = Annotated[
    str | None, typer.Option(help="Such as 221 for Cologne, or 0221.", callback=typed)
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Although the area code looks wrong, or there is none."),
]
Zip = Annotated[str | None, typer.Option("--zip", callback=typed)]
LinkToNumber = Annotated[
    str | None,
    typer.Option(help="Such as +4922112345, or as it is dialled there.", callback=typed),
]
CompletedNumber = Annotated[
    str | None,
    typer.Option(
        "--completed",
        metavar="NUMBER",
        help="TENIOS shows this number, such as +4922112345.",
        callback=typed,
    ),
]


def whoever_this_is() -> str:
    """The name of the person at the keyboard."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        # A container's user may have a number and no name.
        raise UsageError("--by is missing: nobody knows your name here") from None


def flag(field: str) -> str:
    """How a model's field is typed."""
    return _BY_FIELD.get(field, f"--{field.replace('_', '-')}")


def built(model: type[_Built], fields: Mapping[str, object]) -> _Built:
    """A message of what was typed, or a `UsageError` that names each wrong flag."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        told = [f"{flag(str(problem['loc'][-1]))}: {message(problem)}" for problem in problems]
        raise UsageError("; ".join(told)) from None
