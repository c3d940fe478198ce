"""Decoding what may have any form: whatever raises in a workflow task wedges its order."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from temporalio import workflow
from temporalio.common import RawValue

_Content = TypeVar("_Content")


def decoded_answer(answer: RawValue, answers: type[_Content]) -> _Content | None:
    """An activity's result; `None` if it is of another form, as `temporal activity complete` gives.

    `answers` may also be a union, for which there is no better type.
    """
    try:
        return workflow.payload_converter().from_payload(answer.payload, answers)
    except Exception:  # noqa: BLE001 -- converters raise anything
        return None


def decoded_input(argument: RawValue, kind: type[_Content]) -> _Content:
    """An argument of the workflow; raises a `ValueError` that names the field and not its value.

    Unknown fields are left out: a newer program may have sent them.
    """
    encoding = argument.payload.metadata.get("encoding", b"").decode(errors="replace")
    if encoding != "json/plain":
        raise ValueError(f"it is no JSON but {encoding or 'of no known encoding'}")
    try:
        return TypeAdapter(kind).validate_json(argument.payload.data, extra="ignore")
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        raise ValueError(
            "; ".join(described(problem["loc"], problem["msg"]) for problem in problems[:5])
        ) from None


def described(place: tuple[int | str, ...], message: str) -> str:
    """A problem of a field, as one clause."""
    return f"{'.'.join(str(part) for part in place) or 'the input'}: {message}"
