"""Pushes in the evidence store: acknowledged with 2xx, and not (or not yet) in Temporal.

    callbacks/pending/<id>.json   waits until Temporal can be reached
    callbacks/dead/<id>.json      fits no order; a person has to look at it
    callbacks/told/<id>.json      people were told of this dead letter
    callbacks/archive/<id>.json   was no news to its order, or was delivered later

An id begins with the time of receipt, so that a listing is in order. A push is created in its new
place before it is deleted from the old one: it may be seen in both, never in none.
"""

import hashlib
import re
from typing import Literal

from pydantic import ValidationError

from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore

Place = Literal["pending", "dead", "archive"]

_ID = r"\d{8}T\d{12}Z-[0-9a-f]{16}"


def is_push_id(text: str) -> bool:
    """Whether this is how the id of a kept push looks."""
    return re.fullmatch(_ID, text, re.ASCII) is not None


class KeptPushes:
    """The pushes that are kept in one evidence store, by however many bridges."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store

    async def keep(self, push: ReceivedPush, place: Place) -> str:
        """Keep a push; on return it survives a power cut. Returns its id."""
        push_id = _id(push)
        await self._store.create(_key(place, push_id), push.model_dump_json().encode())
        return push_id

    async def ids(self, place: Place) -> list[str]:
        """The ids of all that are in a place, oldest first."""
        return await self._ids(place)

    async def read(self, place: Place, push_id: str) -> ReceivedPush | None:
        """A kept push; `None` if it is not there any more, or nobody can read it."""
        content = await self._store.read(_key(place, push_id))
        if content is None:
            return None
        try:
            return ReceivedPush.model_validate_json(content)
        except ValidationError:
            return None

    async def move(
        self, push_id: str, source: Place, destination: Place, push: ReceivedPush | None = None
    ) -> bool:
        """Move a push; `False` if it is not there, since another bridge may have been faster.

        With `push`, that is what it says from now on; else its content stays, readable or not.
        """
        content = await self._store.read(_key(source, push_id))
        if content is None:
            return False
        if push is not None:
            content = push.model_dump_json().encode()
        await self._store.create(_key(destination, push_id), content)
        await self._store.delete(_key(source, push_id))
        if source == "dead":
            await self._store.delete(_key("told", push_id))
        return True

    async def untold(self) -> list[str]:
        """The ids of the dead letters that people were not told of, oldest first."""
        told = set(await self._ids("told"))
        return [push_id for push_id in await self._ids("dead") if push_id not in told]

    async def mark_told(self, push_id: str) -> None:
        """People were told of a dead letter."""
        await self._store.create(_key("told", push_id), b"")

    async def _ids(self, folder: str) -> list[str]:
        # Whatever else somebody's file manager may have left there is none of ours.
        name = re.compile(rf"callbacks/{folder}/({_ID})\.json", re.ASCII)
        keys = await self._store.list(f"callbacks/{folder}")
        return [found[1] for found in map(name.fullmatch, keys) if found]


def _key(folder: str, push_id: str) -> str:
    return f"callbacks/{folder}/{push_id}.json"


def _id(push: ReceivedPush) -> str:
    what = f"{push.workflow_id}\0{push.delivery.delivery_id}".encode()
    return f"{push.delivery.received_at:%Y%m%dT%H%M%S%fZ}-{hashlib.sha256(what).hexdigest()[:16]}"
