"""Decoding what may have any form: whatever raises in a workflow task wedges its order."""

from collections.abc import Sequence
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from temporalio import workflow
from temporalio.common import RawValue

from number_orders.workflows.problems import message
from number_orders.workflows.text import printable

_Content = TypeVar("_Content")

_PROBLEMS_AT_MOST = 5
_LONGEST_PLACE = 100


def decoded_answer(answer: RawValue, answers: type[_Content]) -> _Content | None:
    """An activity's result; `None` if it is of another form, as `temporal activity complete` gives.

    `answers` may also be a union, for which there is no better type.
    """
    try:
        return workflow.payload_converter().from_payload(answer.payload, answers)
    except Exception:  # noqa: BLE001 -- converters raise anything
        return None


def decoded_argument(
    arguments: Sequence[RawValue],
    kind: type[_Content],
    *,
    unknown_fields: Literal["ignore", "forbid"] = "ignore",
) -> _Content:
    """The one argument of a command; raises a `ValueError` as `decoded_input`."""
    if len(arguments) != 1:
        # The Web UI sends none where its field shows what was typed into it the time before.
        got = len(arguments) or "none: empty the field, and type it anew"
        raise ValueError(f"expected one argument in JSON, and got {got}")
    return decoded_input(arguments[0], kind, unknown_fields=unknown_fields)


def decoded_input(
    argument: RawValue,
    kind: type[_Content],
    *,
    unknown_fields: Literal["ignore", "forbid"] = "ignore",
) -> _Content:
    """An argument; raises a `ValueError` that names each wrong field and not its value.

    Unknown fields are left out: a newer program may have sent them. They are refused where a person
    types, who may have meant another one.
    """
    encoding = argument.payload.metadata.get("encoding", b"").decode(errors="replace")
    if encoding != "json/plain":
        raise ValueError(f"it is no JSON but {encoding or 'of no known encoding'}")
    try:
        return TypeAdapter(kind).validate_json(argument.payload.data, extra=unknown_fields)
    except ValidationError as error:
        raise ValueError(described(error)) from None


def described(error: ValidationError) -> str:
    """What is wrong, by field and without a value; of many problems the first ones."""
    problems = error.errors(include_url=False, include_input=False)[:_PROBLEMS_AT_MOST]
    return "; ".join(f"{_place(problem)}: {message(problem)}" for problem in problems)


def _place(problem: ErrorDetails) -> str:
    """The field, as whoever sent it may have named it."""
    place = ".".join(str(part) for part in problem["loc"])
    return printable(place)[:_LONGEST_PLACE] or "the input"
