"""The attempt ledger's folder of one order in the evidence store.

    attempts/<workflow id>/<number>.intent     created with create-if-absent before the POST
    attempts/<workflow id>/<number>.outcome    added after it, by us or by a person's finding
    attempts/<workflow id>/<number>.late       TENIOS' answer, if a person's finding was there first
    attempts/<workflow id>/<phone number>.<lineage>.given_back

A number is any row of digits. Whatever else lies in the folder is not ours, and is passed over.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from number_orders.evidence.attempt_entries import Entry, Intent, NothingSent, RecordedFinding
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import (
    CancelNumber,
    Found,
    GivenBack,
    NumberCancelled,
    OrderPlaced,
    Refused,
)

# ASCII digits alone, although Python would read others as numbers too.
_ATTEMPT = re.compile(r"([0-9]+)\.(intent|outcome|late)")
_GIVEN_BACK = re.compile(r"([0-9]+)\.([^.]+)\.given_back")


@dataclass(frozen=True)
class Names:
    """What of the folder was ours when it was listed."""

    attempts: Sequence[str]
    """The digits of each attempt, the earliest first."""
    bare: frozenset[str]
    """The digits of those of which nothing is there but the intent."""
    given_back: Sequence[tuple[str, str]]
    """The digits of each phone number that was given back, and the lineage that did it."""

    @property
    def numbers(self) -> list[int]:
        """The attempts' numbers."""
        return [int(digits) for digits in self.attempts]


class AttemptFolder:
    """Reads and writes the objects of one order."""

    def __init__(self, store: EvidenceStore, workflow_id: str) -> None:
        self._store = store
        self._folder = f"attempts/{workflow_id}"

    async def names(self) -> Names:
        """What is there now."""
        keys = await self._store.list(self._folder)
        names = [key.removeprefix(f"{self._folder}/") for key in keys]
        entries = [match.groups() for name in names if (match := _ATTEMPT.fullmatch(name))]
        attempts = {digits for digits, _ in entries}
        bare = attempts - {digits for digits, what in entries if what != "intent"}
        given_back = [
            (match[1], match[2]) for name in names if (match := _GIVEN_BACK.fullmatch(name))
        ]
        return Names(
            sorted(attempts, key=lambda digits: (int(digits), digits)), frozenset(bare), given_back
        )

    async def entries(self, names: Names) -> list[Entry]:
        """All attempts, the latest first."""
        return [await self.entry(digits) for digits in reversed(names.attempts)]

    async def entry(self, digits: str) -> Entry:
        """One attempt as it stands now."""
        # The outcome first: what is cleared away loses its intent before its outcome, and so never
        # looks like a bare intent.
        outcome = await self._store.read(self._key(digits, "outcome"))
        late = await self._store.read(self._key(digits, "late"))
        intent = await self._store.read(self._key(digits, "intent"))
        return Entry.read(digits, intent, outcome, late)

    async def create(self, digits: str, content: Intent | RecordedFinding) -> bool:
        """Create an intent, or a person's finding as the outcome; whether none was there."""
        what = "intent" if isinstance(content, Intent) else "outcome"
        return await self._create(self._key(digits, what), content.model_dump_json())

    async def add_outcome(
        self, digits: str, outcome: OrderPlaced | Refused | NothingSent
    ) -> Found | None:
        """Add the outcome of an attempt; the result is a person's finding that was there before.

        That finding counts then, and TENIOS' answer is kept beside it as `.late`. `None` if there
        was no finding.
        """
        content = outcome.model_dump_json()
        if await self._create_surely(self._key(digits, "outcome"), content):
            return None
        there = (await self.entry(digits)).outcome
        # A store that repeats a request by itself finds what it has just written.
        if there != outcome and not isinstance(outcome, NothingSent):
            await self._create_surely(self._key(digits, "late"), content)
        return there.as_found() if isinstance(there, RecordedFinding) else None

    async def clear_away(self, digits: str) -> None:
        """Forget an attempt that did nothing: while a key is wrong, each retry makes one."""
        if (await self.entry(digits)).did_nothing:
            await self._store.delete(self._key(digits, "intent"))
            await self._store.delete(self._key(digits, "outcome"))

    async def fence(self) -> None:
        """Add an attempt of which nobody can tell: the order asks a person before it is sent.

        Its number is the time in seconds: beyond every number that the order may have settled, and
        beyond an earlier fence's.
        """
        await self._create(self._key(f"{time.time():.0f}", "intent"), "")

    async def given_back(self, phone_number: str, lineage: str) -> NumberCancelled | None:
        """When TENIOS takes this number back, if the order has given it back."""
        key = self._given_back_key(phone_number, lineage)
        content = await self._store.read(key)
        if content is None:
            return None
        try:
            return NumberCancelled.model_validate_json(content)
        except ValidationError:
            # To give it back once more does no harm.
            return None

    async def all_given_back(self, names: Names, lineage: str) -> tuple[GivenBack, ...]:
        """All numbers that the order has given back."""
        found = [
            (f"+{digits}", await self.given_back(digits, lineage))
            for digits, whose in names.given_back
            if whose == lineage
        ]
        return tuple(
            GivenBack(phone_number=number, cancellation_date=cancelled.cancellation_date)
            for number, cancelled in found
            if cancelled is not None
        )

    async def add_given_back(self, request: CancelNumber, cancelled: NumberCancelled) -> None:
        """Add that a number was given back."""
        key = self._given_back_key(request.phone_number, request.lineage)
        await self._create(key, cancelled.model_dump_json())

    def _key(self, digits: str, what: str) -> str:
        return f"{self._folder}/{digits}.{what}"

    def _given_back_key(self, phone_number: str, lineage: str) -> str:
        return self._key(phone_number.removeprefix("+"), f"{lineage}.given_back")

    async def _create(self, key: str, content: str) -> bool:
        return await self._store.create(key, content.encode())

    async def _create_surely(self, key: str, content: str) -> bool:
        try:
            return await self._create(key, content)
        except Exception:  # noqa: BLE001 -- whatever the store failed with
            # Once more, since what TENIOS said must not be lost. The first may have been written
            # all the same, and still be.
            return await self._create(key, content)
