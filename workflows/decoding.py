"""Decoding what may have any form: whatever raises in a workflow task wedges its order."""

import re
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
_LONGEST_ENCODING = 40
_ARGUMENT_BYTES_AT_MOST = 64 * 1024
"""What people and programs send has a few kilobytes. The worst of so many is read in 50 ms."""

_NAME = re.compile("[A-Za-z0-9_]{1,40}")
"""Of a field. What looks otherwise may be a value in the wrong place, such as a street."""


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
    """The one argument of a command; a `ValueError` as of `decoded_input`, or if it is large."""
    if len(arguments) != 1:
        # The Web UI sends none where its field shows what was typed into it the time before.
        got = len(arguments) or "none: empty the field, and type it anew"
        raise ValueError(f"expected one argument in JSON, and got {got}")
    if len(arguments[0].payload.data) > _ARGUMENT_BYTES_AT_MOST:
        raise ValueError(f"it has more than {_ARGUMENT_BYTES_AT_MOST} bytes")
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
    encoding = argument.payload.metadata.get("encoding", b"")
    if encoding != b"json/plain":
        named = printable(encoding[:_LONGEST_ENCODING].decode(errors="replace"))
        raise ValueError(f"it is no JSON but {named or 'of no known encoding'}")
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
    parts = [str(part) for part in problem["loc"]]
    return ".".join(part if _NAME.fullmatch(part) else "?" for part in parts) or "the input"
