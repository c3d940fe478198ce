"""docs/messages.md and its schemas are true for what the workflow takes and says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from number_orders.workflows import contract, report
from number_orders.workflows.decoding import decoded_input
from number_orders.workflows.messages import Resolution
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.payloads import DATA_CONVERTER
from number_orders.workflows.state import OrderState
from tests.support.message_schemas import FOLDER, MESSAGES, file, schema, written
from tests.support.messages_page import EXAMPLES, PAGE, TAKEN, VALIDATORS
from tests.workflows.states import STATES

PROGRAM = (Path(__file__).parents[1] / "other_languages" / "order.mjs").read_text()
ODD = (
    None, True, False, 0, 1, -1, 1000, 1.5, "", " ", "x", "0", "0221", "221", "+49221123456",
    "PT1H", "koeln-01", "a:b", "ö", "x" * 201, "x" * 2001, "CONTRACT", "placed", [], ["x"], {},
    {"kind": "placed"}, {"kind": "not_placed"}, {"order_id": "1"}, {"kind": "abandon", "x": 1},
)  # fmt: skip


def takes(message: type[BaseModel], content: Any) -> bool:
    """Whether the workflow takes this message."""
    data = json.dumps(content).encode()
    argument = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=data))
    unknown_fields = "ignore" if message is NumberOrderInput else "forbid"
    try:
        decoded_input(argument, message, unknown_fields=unknown_fields)  # type: ignore[arg-type]
    except ValueError:
        return False
    return True


def variants(content: Any) -> Iterator[Any]:
    """A message with one of its values odd, left out, or beside one that nobody knows."""
    if not isinstance(content, dict):
        return
    for name, value in content.items():
        yield {other: content[other] for other in content if other != name}
        for odd in (*ODD, *variants(value)):
            yield {**content, name: odd}


def whole(message: type[BaseModel]) -> dict[str, Any]:
    """The example with every field that the message has."""
    return message.model_validate(EXAMPLES[message]).model_dump(mode="json")


@pytest.mark.parametrize("message", MESSAGES)
def test_schema_is_fresh(message: type[BaseModel]) -> None:
    """A message's schema is committed as the model is: else `make messages`."""
    assert file(message).read_text() == written(message)
    Draft202012Validator.check_schema(schema(message))


def test_no_other_schemas() -> None:
    """Each schema is a message's."""
    assert set(FOLDER.iterdir()) == {file(message) for message in MESSAGES}


@pytest.mark.parametrize("message", MESSAGES)
def test_examples(message: type[BaseModel]) -> None:
    """The page's example fits its schema and its model."""
    VALIDATORS[message].validate(EXAMPLES[message])
    message.model_validate_json(json.dumps(EXAMPLES[message]), extra="forbid")


@pytest.mark.parametrize("message", TAKEN)
def test_what_fits_is_taken(message: type[BaseModel]) -> None:
    """What fits a schema is taken by the workflow, whatever field is odd or missing."""
    fitting = [one for one in variants(whole(message)) if VALIDATORS[message].is_valid(one)]
    assert [one for one in fitting if not takes(message, one)] == []
    assert fitting


@pytest.mark.parametrize("message", TAKEN)
def test_unknown_fields(message: type[BaseModel]) -> None:
    """The workflow ignores an unknown field of an input, and refuses one of a command."""
    mistyped = {**EXAMPLES[message], "mistyped": 1}
    fits = VALIDATORS[message].is_valid(mistyped)
    assert fits is takes(message, mistyped) is (message is NumberOrderInput)


@pytest.mark.parametrize("kind", ["placed", "not_placed", "completed", "abandon"])
def test_findings(kind: str) -> None:
    """A finding is told by its kind, which may not be left out."""
    known = {"placed": {"order_id": "1001"}, "completed": {"phone_number": "+49221123456"}}
    fields = known.get(kind, {})
    for finding, fits in (({"kind": kind, **fields}, True), (fields, False)):
        message = {"finding": finding, "resolved_by": "ann"}
        assert VALIDATORS[Resolution].is_valid(message) is takes(Resolution, message) is fits


@given(STATES)
def test_what_the_workflow_says(state: OrderState) -> None:
    """Whatever state an order has, its answer and its result fit their schemas."""
    for said in (report.snapshot(state), report.result(state)):
        [payload] = DATA_CONVERTER.payload_converter.to_payloads([said])
        VALIDATORS[type(said)].validate(json.loads(payload.data))


def test_names() -> None:
    """The page names the type, the task queue, the id and every message, and each schema."""
    names = {
        contract.WORKFLOW_TYPE,
        contract.TASK_QUEUE,
        contract.workflow_id("<location_id>"),
        contract.workflow_id("<location_id>", 2),
        contract.VERIFICATION_DECIDED,
        contract.ORDER_COMPLETED,
        contract.RESUBMIT,
        contract.RESOLVE_ORDER,
        contract.CANCEL,
        contract.STATUS,
        contract.NOT_AN_ORDER,
        contract.ORDER_STATUS.name,
    }
    assert names <= set(re.findall(r"`([^`\n]+)`", PAGE))
    for message in MESSAGES:
        assert f"[{message.__name__}](messages/{message.__name__}.schema.json)" in PAGE


def test_program() -> None:
    """The page's program is a part of the one that orders a number in the tests."""
    [shown] = re.findall(r"```js\n(.*?)```", PAGE, flags=re.DOTALL)
    [part] = re.findall(r"^// From here.*?\n(.*)^// Up to here", PROGRAM, re.DOTALL | re.MULTILINE)
    assert shown == part
