"""Logging for a process: one line an event, to standard error."""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter
from temporalio import activity, workflow

from number_orders.workflows.contract import location_id_of

SDK_CORE = logging.getLogger("temporalio.core")
"""For what the SDK's core has to say."""

_order: ContextVar[str | None] = ContextVar("order", default=None)

_FIELDS = (
    *("time", "level", "logger", "message"),
    *("workflow_id", "location_id", "exc_info", "stack_info"),
)


def configure() -> None:
    """Log our own messages from INFO, other packages' from WARNING, for people.

    httpx and uvicorn would otherwise log URLs, and a callback's URL carries its token.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # What these complain about we report ourselves; Apprise would write out URLs with credentials,
    # and OpenTelemetry the headers for its collector if they are mistyped.
    for theirs in ("apprise", "opentelemetry.util.re", "pypdf"):
        logging.getLogger(theirs).setLevel(logging.CRITICAL)
    logging.getLogger("number_orders").setLevel(logging.INFO)


def configure_service(log_format: Literal["text", "json"]) -> None:
    """Log as `LOG_FORMAT` says. Only services do: a command is read by the person who typed it."""
    if log_format == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(_JsonFormatter(timestamp="time"))
        logging.captureWarnings(capture=True)


def for_machines() -> bool:
    """Whether machines read this process's lines, and every one of them has to be JSON."""
    return any(
        isinstance(handler.formatter, _JsonFormatter) for handler in logging.getLogger().handlers
    )


@contextlib.contextmanager
def about_order(workflow_id: str) -> Iterator[None]:
    """Say that what is logged meanwhile is about this order."""
    token = _order.set(workflow_id)
    try:
        yield
    finally:
        _order.reset(token)


class _JsonFormatter(JsonFormatter):
    """A line's own fields, and the order that it is about; nothing else that hangs on a record."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: log_data[name] for name in _FIELDS if name in log_data}

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
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
    return _order.get()
