"""Waiting for what nobody announces."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from number_orders.runtime.errors import UserError

T = TypeVar("T")


class NotYet(UserError):
    """What is waited for is not there; says what people are told if it never is."""


async def until(
    look: Callable[[], Awaitable[T]],
    *,
    within_seconds: float,
    every_seconds: float = 0.1,
    not_yet: tuple[type[Exception], ...] = (NotYet,),
) -> T:
    """The result of `look`, which is called again as long as it raises one of `not_yet`.

    It is called at least once. Once `within_seconds` are over, its exception is raised.
    """
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            return await look()
        except not_yet:
            if time.monotonic() >= deadline:
                raise
        await asyncio.sleep(every_seconds)
