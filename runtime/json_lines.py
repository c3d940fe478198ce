"""A log line for machines: JSON, with the order that it is about.

Apart from `logs`, since a command, which speaks to people, needs nothing of Temporal's for that.
"""

import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter
from temporalio import activity, workflow

from number_orders.runtime.logs import order_of_context
from number_orders.workflows.contract import location_id_of

_FIELDS = (
    *("time", "level", "logger", "message"),
    *("workflow_id", "location_id", "exc_info", "stack_info"),
)


class OrderJsonFormatter(JsonFormatter):
    """A line's own fields, and the order that it is about; nothing else that hangs on a record."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Only our fields, in our order."""
        return {name: log_data[name] for name in _FIELDS if name in log_data}

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Add level, logger and order in our names for them."""
        super().add_fields(log_data, record, message_dict)
        log_data |= {
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        workflow_id = _workflow_id(record)
        if workflow_id is not None:
            log_data |= {"workflow_id": workflow_id, "location_id": location_id_of(workflow_id)}


def _workflow_id(record: logging.LogRecord) -> str | None:
    """The order that a line is about: who logs it says so, or it runs in one."""
    # The SDK's own lines about a workflow or activity.
    for name in ("temporal_workflow", "temporal_activity"):
        details = getattr(record, name, None)
        if isinstance(details, dict) and "workflow_id" in details:
            return str(details["workflow_id"])
    if workflow.in_workflow():
        return workflow.info().workflow_id
    if activity.in_activity():
        return activity.info().workflow_id
    return order_of_context.get()
