"""An order's state goes to the next run as JSON, and nothing of it may get lost or change."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter

from number_orders.workflows import report
from number_orders.workflows.decoding import decoded_input
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from number_orders.workflows.state import OrderState
from tests.support.fuzzing import examples
from tests.support.order_driver import order_input
from tests.workflows.states import FIELDS, STATES


def moved_on(state: OrderState) -> OrderState:
    """As the SDK writes it and the next run reads it."""
    [payload] = WORKFLOW_DATA_CONVERTER.payload_converter.to_payloads([state])
    return decoded_input(RawValue(payload), OrderState)


def test_each_field_is_tried() -> None:
    """Whoever adds a field to the state adds it here."""
    assert {field.name for field in dataclasses.fields(OrderState)} == set(FIELDS)


@examples(200)
@given(state=STATES)
def test_state_moves_on(state: OrderState) -> None:
    """A run goes on from exactly the state that the one before it had."""
    again = moved_on(state)

    assert again == state
    assert report.snapshot(again) == report.snapshot(state)


@examples(50)
@given(state=STATES)
def test_status_is_read_by_clients(state: OrderState) -> None:
    """Whatever the state, a client reads the snapshot that the workflow answers."""
    snapshot = report.snapshot(state)
    payloads = WORKFLOW_DATA_CONVERTER.payload_converter.to_payloads([snapshot])
    [read] = pydantic_data_converter.payload_converter.from_payloads(payloads, [type(snapshot)])

    assert read == snapshot


def test_fields_of_a_newer_version() -> None:
    """An older worker leaves out what it does not know, and goes on."""
    state = OrderState(order_input("a"), datetime(2026, 1, 1, tzinfo=UTC))
    [payload] = WORKFLOW_DATA_CONVERTER.payload_converter.to_payloads([state])
    data = payload.data.replace(b"{", b'{"a_new_field":[1],', 1)
    newer = RawValue(Payload(metadata=payload.metadata, data=data))

    assert decoded_input(newer, OrderState) == state


@pytest.mark.parametrize("data", [b"{}", b"[]", b"null", b'{"order": 1}', b"\xff"])
def test_state_that_cannot_be_read(data: bytes) -> None:
    """A state that cannot be read is told as such, and the run stands still with it."""
    broken = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=data))
    with pytest.raises(ValueError, match=r"order|input"):
        decoded_input(broken, OrderState)
