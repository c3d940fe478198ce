"""What may have any form is decoded without a failed workflow task."""

import pytest
from pydantic_core import ErrorDetails
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter

from number_orders.workflows.decoding import decoded_argument, decoded_input
from number_orders.workflows.messages import Cancellation
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from number_orders.workflows.problems import message
from tests.support.order_driver import STREET, order_input

CONVERTER = WORKFLOW_DATA_CONVERTER.payload_converter


def payload(data: bytes, encoding: bytes | None = b"json/plain") -> Payload:
    return Payload(metadata={} if encoding is None else {"encoding": encoding}, data=data)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_untyped_arguments_stay_raw(count: int) -> None:
    """Any number of arguments of any form arrives where nobody gave them a type."""
    payloads = [payload(b"\xff", b"unheard/of")] * count
    arguments = CONVERTER.from_payloads(payloads)

    assert [argument.payload for argument in arguments] == payloads
    assert all(isinstance(argument, RawValue) for argument in arguments)


def test_typed_values() -> None:
    """What has a type is decoded as a client would."""
    order = order_input("a")
    payloads = CONVERTER.to_payloads([order])

    assert CONVERTER.from_payloads(payloads, [NumberOrderInput]) == [order]
    [by_others] = pydantic_data_converter.payload_converter.to_payloads([order])
    assert CONVERTER.from_payloads([by_others], [NumberOrderInput]) == [order]
    assert pydantic_data_converter.payload_converter.from_payloads(
        payloads, [NumberOrderInput]
    ) == [order]
    assert decoded_input(RawValue(payloads[0]), NumberOrderInput) == order


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (payload(b""), "the input: "),
        (payload(b"[]"), "the input: "),
        (payload(b'{"location_id": 1}'), "location_id: "),
        (payload(b'{"location_id": "a", "address": {"city": ""}}'), "address.city: "),
        (payload(b"", b"binary/null"), "it is no JSON but binary/null"),
        (payload(b"{}", b"binary/encrypted"), "it is no JSON but binary/encrypted"),
        (payload(b"{}", b"\xff"), "it is no JSON but \ufffd"),
        (payload(b"{}", None), "it is no JSON but of no known encoding"),
        (payload(b"[" * 100_000), "the input: "),
        (payload(b"9" * 5_000), "the input: "),
        (payload(b'"\\ud800"'), "the input: "),
    ],
)
def test_input_that_is_no_order(broken: Payload, problem: str) -> None:
    """What is no order is told by field; nothing else is raised."""
    with pytest.raises(ValueError, match=r".") as told:
        decoded_input(RawValue(broken), NumberOrderInput)

    assert problem in str(told.value)


def test_no_street_in_a_problem() -> None:
    """A problem names the field, and repeats no value: one of them may be a street."""
    [whole] = CONVERTER.to_payloads([order_input("a")])
    data = whole.data.replace(STREET.encode(), STREET.encode() * 100)
    with pytest.raises(ValueError, match=r"address.street") as told:
        decoded_input(RawValue(payload(data)), NumberOrderInput)

    assert STREET not in str(told.value)
    assert told.value.__cause__ is None


def test_names_that_are_none() -> None:
    """What stands where a field's name is expected is repeated only if it looks like one."""
    data = f'{{"requested_by": "ann", "{STREET} 4": 1, "reson": 1}}'.encode()
    with pytest.raises(ValueError, match=r".") as told:
        decoded_argument([RawValue(payload(data))], Cancellation, unknown_fields="forbid")

    assert str(told.value) == "?: there is no such field; reson: there is no such field"


@pytest.mark.parametrize("count", [0, 2])
def test_count_of_arguments(count: int) -> None:
    """A command has one argument."""
    arguments = [RawValue(payload(b'{"requested_by": "ann"}'))] * count
    with pytest.raises(ValueError, match="expected one argument"):
        decoded_argument(arguments, Cancellation)


def test_large_argument() -> None:
    """What is larger than any command is not decoded in a workflow task."""
    blanks = b" " * (64 * 1024 + 1)
    with pytest.raises(ValueError, match="it has more than 65536 bytes"):
        decoded_argument([RawValue(payload(blanks))], Cancellation)


def test_large_encoding() -> None:
    """The name of an encoding is repeated in part: the answer would be too large for Temporal."""
    with pytest.raises(ValueError, match="it is no JSON") as told:
        decoded_input(RawValue(payload(b"{}", b"\xff" * 700_000)), NumberOrderInput)

    assert len(str(told.value)) < 100


def test_unknown_fields_of_an_input() -> None:
    """A newer program may send a field that this worker does not know."""
    [whole] = CONVERTER.to_payloads([order_input("a")])
    data = whole.data.replace(b"{", b'{"new": 1, ', 1)

    assert decoded_input(RawValue(payload(data)), NumberOrderInput) == order_input("a")


def test_pattern_that_has_no_words() -> None:
    """A pattern that nobody put into words is told in Pydantic's, and raises nothing."""
    problem = ErrorDetails(type="string_pattern_mismatch", loc=("new",), msg="as it is", input="")
    assert message(problem) == "as it is"
