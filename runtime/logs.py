"""Logging for a process: one line an event, to standard error."""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

SDK_CORE = logging.getLogger("temporalio.core")
"""For what the SDK's core has to say."""

order_of_context: ContextVar[str | None] = ContextVar("order", default=None)
"""The workflow id of the order that is worked on, where the SDK does not know it."""


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
        from number_orders.runtime.json_lines import OrderJsonFormatter  # noqa: PLC0415 -- its docstring says why

        for handler in logging.getLogger().handlers:
            handler.setFormatter(OrderJsonFormatter(timestamp="time"))
        logging.captureWarnings(capture=True)


def for_machines() -> bool:
    """Whether machines read this process's lines, and every one of them has to be JSON."""
    return any(
        isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers
    )


@contextlib.contextmanager
def about_order(workflow_id: str) -> Iterator[None]:
    """Say that what is logged meanwhile is about this order."""
    token = order_of_context.set(workflow_id)
    try:
        yield
    finally:
        order_of_context.reset(token)
