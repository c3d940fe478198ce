"""What Temporal's Web UI can offer of an order: names with their meaning, and the details."""

from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import TypedSearchAttributes
from temporalio.exceptions import ApplicationError

from number_orders.workflows.contract import (
    CANCEL,
    NEEDS_PERSON,
    ORDER_COMPLETED,
    RESOLVE_ORDER,
    RESUBMIT,
    VERIFICATION_DECIDED,
)
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import STREET, OrderDriver


async def offered(driver: OrderDriver) -> WorkflowMetadata:
    """What the page asks the order for."""
    answer: WorkflowMetadata = await driver.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return answer


async def attributes(driver: OrderDriver) -> TypedSearchAttributes:
    """What lists know of the order."""
    return (await driver.handle.describe()).typed_search_attributes


async def test_names(driver: OrderDriver) -> None:
    """Signals and updates are offered by name, each with what it means."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    definition = (await offered(driver)).definition

    signals = {one.name: one.description for one in definition.signal_definitions}
    updates = {one.name: one.description for one in definition.update_definitions}
    # The empty name is that of the handler for whatever else is sent.
    assert signals.keys() == {"", ORDER_COMPLETED, VERIFICATION_DECIDED}
    assert updates.keys() == {CANCEL, RESOLVE_ORDER, RESUBMIT}
    assert all([*signals.values(), *updates.values()])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"approved": True, "decided_by": ""}, "decided_by: is empty"),
        ({"approved": "yes", "decided_by": "ann"}, "approved: expected true or false"),
        ({"aproved": True, "decided_by": "ann"}, "aproved: there is no such field"),
        ("yes", "the input: expected an object"),
    ],
)
async def test_mistyped_decision(driver: OrderDriver, content: Any, problem: str) -> None:
    """A decision that cannot be used shows in the details at once, with what is wrong."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.handle.signal(VERIFICATION_DECIDED, content)
    details = (await offered(driver)).current_details

    assert f"The signal {VERIFICATION_DECIDED} could not be used: " in details
    assert problem in details
    assert (await attributes(driver)).get(NEEDS_PERSON) is True
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    assert problem not in (await offered(driver)).current_details


@pytest.mark.parametrize(
    ("update", "content", "problem"),
    [
        (CANCEL, {"requested_by": ""}, "requested_by: is empty"),
        (CANCEL, None, "it is no JSON but binary/null"),
        (RESUBMIT, {"corrected_by": "ann", "adress": {}}, "adress: there is no such field"),
        (
            RESUBMIT,
            {"corrected_by": "ann", "address": {"strasse": STREET}},
            "address.strasse: there is no such field",
        ),
        (RESOLVE_ORDER, {"resolved_by": "ann", "finding": {}}, "finding: has no 'kind'"),
        (
            RESOLVE_ORDER,
            {"resolved_by": "ann", "finding": {"kind": "there"}},
            "finding: expected 'placed', 'not_placed', 'completed', 'abandon' as its 'kind'",
        ),
    ],
)
async def test_mistyped_command(
    driver: OrderDriver, update: str, content: Any, problem: str
) -> None:
    """A command that does not fit is refused with the field and what is expected."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.handle.execute_update(update, content)

    said = refused.value.cause
    assert isinstance(said, ApplicationError)
    assert problem in str(said)
    assert STREET not in str(said)
    # The page shows it beneath the words.
    assert said.failure is not None
    assert said.failure.stack_trace == ""


async def test_surplus_argument(driver: OrderDriver) -> None:
    """A command with two arguments is refused, since nobody can tell which one is meant."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driver.handle.execute_update(CANCEL, args=[{"requested_by": "ann"}, "bob"])

    assert "expected one argument in JSON, and got 2" in str(refused.value.cause)
