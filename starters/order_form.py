"""From what a person or a program gives for an order to a `NumberOrderInput`, or all that is wrong.

The fields are flat, as in an order file: `city`, `zip`, `area_code`, `document_type`, ...
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from number_orders.runtime.errors import UsageError
from number_orders.runtime.files import read_file
from number_orders.starters.cleaning import clean, clean_text
from number_orders.starters.documents import pdf_given_as, without_preamble
from number_orders.starters.errors import OrderRefused
from number_orders.starters.home_country import order_at_home
from number_orders.workflows.area_codes import GERMANY, objection_to_area_code
from number_orders.workflows.checks import Objection, objections, objections_to_fields
from number_orders.workflows.models import Address, Deadlines, NumberOrderInput
from number_orders.workflows.problems import DURATION, message

NO_STORE_YET = "in no store yet"
"""The store of an order that `start_number_order` is still to give one."""

_FILE_BYTES_AT_MOST = 2**20
_LONGEST_NAME_SHOWN = 60

_ADDRESS = frozenset(Address.model_fields)
_NOT_TYPED = {
    *("address", "document", "numbering", "store_id", "verification", "verification_from")
}
_ORDER = frozenset(NumberOrderInput.model_fields) - _NOT_TYPED
_VERIFICATION = frozenset({"verification_id", "approved_by"})
_FIELDS = _ADDRESS | _ORDER | _VERIFICATION | {"document", "document_type"}

_COUNTS = frozenset({"number", "rounds"})


def read_order_file(path: Path) -> dict[str, Any]:
    """The fields of an order file: a JSON object whose `document` is relative to the file.

    Raises:
        UsageError: The file cannot be read, or is no JSON object. It begins with the file's name.
    """
    content = read_file(path, _FILE_BYTES_AT_MOST, f"{path}:", "an order has a few lines")
    try:
        text = content.decode(json.detect_encoding(content))
        fields = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except RecursionError:
        raise UsageError(f"{path}: is nested too deep; an order's fields are flat") from None
    except ValueError as error:
        raise UsageError(f"{path}: {_json_problem(error)}") from None
    if not isinstance(fields, dict):
        raise UsageError(f"{path}: expected a JSON object with the order's fields")
    if isinstance(fields.get("document"), str):
        fields["document"] = str(path.parent / fields["document"])
    return fields


def order_and_document(
    fields: Mapping[str, Any], *, force: bool = False
) -> tuple[NumberOrderInput, bytes | None]:
    """The order of flat fields, and its document as it is to be kept.

    Args:
        fields: Those of an order file; `document` is the PDF's path, or its bytes. With a
            `verification_id` it is not looked at, and there is none.
        force: As for `checked`.

    Raises:
        OrderRefused: Fields or document cannot be taken. It names each wrong field.
    """
    _check_named(fields)
    problems = []
    pdf = None
    if fields.get("verification_id") is None:
        try:
            pdf = pdf_given_as(fields.get("document"))
        except UsageError as error:
            pdf = b""
            problems.append(Objection("document", str(error)))
    try:
        order = build_order(fields, pdf, force=force)
    except OrderRefused as refused:
        problems += refused.problems
    if problems:
        raise OrderRefused(problems)
    return order, pdf


def build_order(
    fields: Mapping[str, Any],
    pdf: bytes | None,
    *,
    sha256: str | None = None,
    force: bool = False,
) -> NumberOrderInput:
    """The order of flat fields and a document, or a verification of before.

    Args:
        fields: `location_id`, `city`, `zip`, `street`, `house_number`, `area_code`,
            `document_type`, and what else an order file may have. `document` is not looked at; nor
            is `document_type` beside `verification_id` and `approved_by`.
        pdf: The document's bytes; `None` with a `verification_id` or its hash.
        sha256: Of the document as it is kept, where it has been read before.
        force: As for `checked`.

    Raises:
        OrderRefused: Something cannot be taken. It names each wrong field.
    """
    _check_named(fields)
    given = {name: value for name, value in fields.items() if name != "document"}
    problems = [*_unknown(given), *_of_wrong_kind(given)]
    order = {name: given[name] for name in _ORDER & given.keys()}
    order |= {
        "address": {name: given[name] for name in _ADDRESS & given.keys()},
        "store_id": NO_STORE_YET,
    }
    if _VERIFICATION & given.keys():
        order["verification"] = {
            **{name: given[name] for name in _VERIFICATION & given.keys()},
            "approved_at": datetime.now(UTC),
        }
    else:
        if sha256 is None:
            if not isinstance(pdf, bytes):
                message = "expected its bytes, as from Path.read_bytes()"
                problems.append(Objection("document", message))
                pdf = b""
            sha256 = hashlib.sha256(without_preamble(pdf)).hexdigest()
        document = {"sha256": sha256}
        if "document_type" in given:
            document["type"] = given["document_type"]
        order["document"] = document
    try:
        made = checked(order, force=force)
    except OrderRefused as refused:
        said = {problem.field for problem in problems}
        problems += [problem for problem in refused.problems if problem.field not in said]
    if problems:
        raise OrderRefused(problems)
    return made


def checked(
    order: NumberOrderInput | Mapping[str, Any], *, force: bool = False
) -> NumberOrderInput:
    """The order as it can be started: cleaned, completed by its country, with nothing against it.

    Also what is a `NumberOrderInput` is looked at, since a model can be made without validation.

    Args:
        order: With a country as `countries.country_code` takes it. Its `numbering` is computed.
        force: Take an area code that is clearly wrong, or none where a country has them.

    Raises:
        OrderRefused: Something speaks against it. It names each wrong field.
    """
    try:
        cleaned, wrong = order_at_home(clean(order), force=force)
    except RecursionError:
        raise OrderRefused([Objection("order", "is nested too deep")]) from None
    try:
        made = NumberOrderInput.model_validate(cleaned)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        found = [*map(_objection, problems), *_objections_to_what_is_text(cleaned)]
    else:
        found = [*objections(made)]
    said = {objection.field for objection in wrong}
    if "country" in said:
        # Nothing else of the order's country is known either.
        said |= {"numbering", "area_code"}
    for objection in found:
        if objection.field not in said:
            wrong.append(objection)
    if wrong:
        raise OrderRefused(wrong)
    return made


def _objections_to_what_is_text(order: Any) -> tuple[Objection, ...]:
    """What speaks against the fields of an order that has others of a wrong form."""
    if not isinstance(order, Mapping):
        return ()
    address = order.get("address")
    texts = address if isinstance(address, Mapping) else {}
    found = objections_to_fields(
        {name: text for name, text in texts.items() if isinstance(text, str) and text}
    )
    # The model looks at an area code once the address is right, which says whose it is.
    area_code = order.get("area_code")
    if texts.get("country", GERMANY) == GERMANY and area_code is None:
        return (*found, Objection("area_code", objection_to_area_code(None, GERMANY) or ""))
    return found


def _objection(problem: ErrorDetails) -> Objection:
    place = [str(part) for part in problem["loc"]] or ["order"]
    if place[0] in {"address", "verification"} and place[1:]:
        place = place[1:]
    name = {"document.type": "document_type"}.get(".".join(place), ".".join(place))
    if problem["type"] == "extra_forbidden":
        name = _shown(name)
    if name == "document.sha256":
        return Objection(name, "expected the SHA-256 of the document's bytes, in hexadecimal")
    return Objection(name, message(problem))


def _of_wrong_kind(fields: Mapping[str, Any]) -> Iterator[Objection]:
    """What the model would take for something else than was meant, or not name well."""
    for name, value in fields.items():
        if name == "deadlines":
            yield from _deadlines_of_wrong_kind(value)
        elif isinstance(value, Mapping | list | tuple):
            yield Objection(name, "expected one value")
        elif isinstance(value, bytes | bytearray):
            yield Objection(name, "expected text, not bytes")
        elif name in _COUNTS and isinstance(value, bool | str):
            yield Objection(name, "expected a whole number such as 2, without quotes")


def _deadlines_of_wrong_kind(deadlines: Any) -> Iterator[Objection]:
    if isinstance(deadlines, Deadlines):
        return
    if not isinstance(deadlines, Mapping):
        yield Objection(
            "deadlines", 'expected an object such as {"completion": "PT24H"}, or leave it out'
        )
        return
    for name, value in deadlines.items():
        # A plain number would be seconds.
        written = isinstance(value, str) and clean_text(value).startswith("P")
        if not written and not isinstance(value, timedelta):
            yield Objection(f"deadlines.{_shown(str(name))}", DURATION)


def _check_named(fields: object) -> None:
    if not isinstance(fields, Mapping):
        raise OrderRefused([Objection("order", "expected its fields by their names")])


def _unknown(fields: Mapping[str, Any]) -> list[Objection]:
    names = ", ".join(sorted(_FIELDS))
    return [
        Objection(_shown(str(name)), f"is no field of an order; known are {names}")
        for name in fields
        if name not in _FIELDS
    ]


def _shown(name: str) -> str:
    """A field's name as somebody mistyped it, in one line."""
    return "".join(c if c.isprintable() else "?" for c in name[:_LONGEST_NAME_SHOWN])


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in members:
        if name in fields:
            raise _OrderFileError(f"{_shown(name)}: stands there twice; leave one")
        fields[name] = value
    return fields


def _no_number(name: str) -> NoReturn:
    raise _OrderFileError(f"{name} is no number")


def _json_problem(error: ValueError) -> str:
    match error:
        case _OrderFileError():
            return str(error)
        case json.JSONDecodeError() if re.match(r"[\w+']", error.doc[error.pos :]):
            # Such as a city, or 0221 and 49 221: JSON's number ends before the value does.
            return (
                'is not JSON: a name or a text needs double quotes, such as "area_code": "0221"'
                f" (line {error.lineno}, column {error.colno})"
            )
        case json.JSONDecodeError():
            return f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        case _:
            # Python refuses to read a number of thousands of digits.
            return "holds a number that is too long"


class _OrderFileError(ValueError):
    """JSON, but not of an order."""
