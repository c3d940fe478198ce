"""Waiting for the thing itself, however long a busy machine takes."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from number_orders.runtime import polling

T = TypeVar("T")

LONG_ENOUGH_SECONDS = 300
"""Only what never comes takes so long."""


async def until(look: Callable[[], Awaitable[T]], *, every_seconds: float = 0.02) -> T:
    """What `look` returns, once its assertions hold; else the one that fails at last."""
    return await polling.until(
        look,
        within_seconds=LONG_ENOUGH_SECONDS,
        every_seconds=every_seconds,
        not_yet=(AssertionError, polling.NotYet),
    )
