"""How what orders exchange is written: as JSON that every other client of Temporal's can read."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.common import RawValue
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    BinaryNullPayloadConverter,
    BinaryPlainPayloadConverter,
    BinaryProtoPayloadConverter,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverter,
    JSONProtoPayloadConverter,
    PayloadConverter,
)
from temporalio.exceptions import ApplicationError


class _JSON(PydanticJSONPlainPayloadConverter):
    """As the SDK's for Pydantic, without what is `None`: it would stand in each order's history."""

    def to_payload(self, value: Any) -> Payload:
        return Payload(
            metadata={"encoding": self.encoding.encode()}, data=to_json(value, exclude_none=True)
        )


# Once for all: the SDK makes a converter for each order and each activity, and each would make its
# own validator for each type.
_CONVERTERS = (
    BinaryNullPayloadConverter(),
    BinaryPlainPayloadConverter(),
    JSONProtoPayloadConverter(),
    BinaryProtoPayloadConverter(),
    _JSON(),
)


class OrderPayloadConverter(CompositePayloadConverter):
    """Pydantic's JSON, in the SDK's order of encodings."""

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)


class WorkflowPayloadConverter(OrderPayloadConverter):
    """Leaves raw what nobody gave a type, so that any number of arguments of any form arrives.

    The SDK decodes a workflow's arguments before any of our code runs, and repeats the workflow
    task for ever if that fails.
    """

    def from_payloads(
        self, payloads: Sequence[Payload], type_hints: list[type] | None = None
    ) -> list[Any]:
        """As the SDK's, but raw without type hints."""
        if not type_hints:
            return [RawValue(payload) for payload in payloads]
        return super().from_payloads(payloads, type_hints)


class WorkflowFailureConverter(DefaultFailureConverter):
    """Leaves out the stack trace of what is said to people: the Web UI would show it to them."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """As the SDK's, but an `ApplicationError` of a workflow is nothing but its words."""
        super().to_failure(exception, payload_converter, failure)
        if isinstance(exception, ApplicationError):
            failure.stack_trace = ""


DATA_CONVERTER = DataConverter(payload_converter_class=OrderPayloadConverter)
"""For clients. One with the SDK's own converter for Pydantic reads and writes the same."""

WORKFLOW_DATA_CONVERTER = DataConverter(
    payload_converter_class=WorkflowPayloadConverter,
    failure_converter_class=WorkflowFailureConverter,
)
"""For a worker and a replayer."""
