"""A store and a TENIOS that stop before and after everything takes effect, or was read.

So whoever uses them can be driven by hand, and die between an effect and the news of it.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import PurePosixPath
from typing import ClassVar

import obstore.store

from number_orders.evidence.objects import ObjectsInBucket
from number_orders.evidence.store import EvidenceStore
from number_orders.tenios import errors
from number_orders.tenios.models import NumberOrdered, NumberOrderRequest

STOPS = [
    *("after list", "after read"),
    *(
        f"{when} {what}"
        for what in ("intent", "outcome", "late", "delete", "order")
        for when in ("before", "after")
    ),
]
"""Where an execution can stop."""
BEHAVIOURS = ["places", "is away", "refuses", "takes it silently", "is silent"]
"""How TENIOS can take an order."""


class Clock:
    """The workers' clock; stands until a test moves it."""

    time: ClassVar = datetime(2025, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, _: tzinfo) -> datetime:
        return cls.time


@dataclass
class Stop:
    """Stops an execution here until a test lets it go on."""

    where: str

    def __await__(self) -> Generator[str, None, None]:
        yield self.where


class StoreIsSlowError(OSError):
    """The store did not answer in time, and does what it was asked to later."""


class Store(EvidenceStore):
    """A store in memory."""

    def __init__(self) -> None:
        super().__init__(ObjectsInBucket(obstore.store.MemoryStore()))
        self.objects: dict[str, bytes] = {}
        self.created: list[tuple[str, bytes]] = []
        self.folders: set[str] = set()
        """What stands in the way of an object of the same name, and is none."""
        self.pending: list[Callable[[], object]] = []
        """What was asked of it in vain, and still takes effect."""
        self.repeats = False
        """Whether it repeats a request by itself, as a client does whose answer was lost."""

    def catch_up(self) -> None:
        """Do all that whoever asked for it has given up."""
        while self.pending:
            self.pending.pop(0)()

    async def create(self, key: str, content: bytes) -> bool:
        what = PurePosixPath(key).suffix[1:]
        try:
            await Stop(f"before {what}")
        except StoreIsSlowError:
            self.pending.append(partial(self._add, key, content))
            raise
        answer = self._add(key, content)
        if self.repeats:
            await Stop(f"after {what}")
            answer = self._add(key, content)
        await Stop(f"after {what}")
        return answer

    async def read(self, key: str) -> bytes | None:
        content = self.objects.get(key)
        await Stop("after read")
        return content

    async def list(self, folder: str) -> list[str]:
        keys = sorted(key for key in self.objects if key.startswith(f"{folder}/"))
        await Stop("after list")
        return keys

    async def delete(self, key: str) -> None:
        try:
            await Stop("before delete")
        except StoreIsSlowError:
            self.pending.append(partial(self.objects.pop, key, None))
            raise
        self.objects.pop(key, None)
        await Stop("after delete")
        if self.repeats:
            self.objects.pop(key, None)

    async def identity(self) -> str:
        return "a-store"

    def _add(self, key: str, content: bytes) -> bool:
        if key in self.objects or key in self.folders:
            return False
        self.objects[key] = content
        self.created.append((key, content))
        return True


class Tenios:
    """Counts what was sent or tried to, and gives each order that it takes an id."""

    def __init__(self) -> None:
        self.behaviour = "places"
        self.sends = 0
        self.orders = 0

    async def order_number(self, _: NumberOrderRequest, **__: object) -> NumberOrdered:
        await Stop("before order")
        behaviour = self.behaviour
        self.sends += 1
        self.orders += behaviour in {"places", "takes it silently"}
        order_id = f"order-{self.orders}"
        await Stop("after order")
        if behaviour == "refuses":
            raise errors.RequestRefused("INVALID_VALUE", "no", ())
        if behaviour == "is away":
            raise errors.NotSent("no connection")
        if behaviour != "places":
            raise errors.NoAnswer("no answer")
        return NumberOrdered(order_id=order_id)
