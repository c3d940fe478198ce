"""The write-ahead attempt ledger: at most one order POST per attempt, whatever dies.

Before the POST an intent is created, after it the answer is added. Whoever runs the attempt again
finds the answer and returns it, or finds a bare intent and knows that it must not send.
"""

from pydantic import TypeAdapter

from runtime.evidence_store import EvidenceStore
from workflows.models import OrderAnswer, OrderPlaced, Refused

_ANSWER: TypeAdapter[OrderAnswer] = TypeAdapter(OrderAnswer)


class Attempt:
    """One attempt to place one order."""

    def __init__(self, store: EvidenceStore, workflow_id: str, number: int) -> None:
        self._store = store
        self._key = f"attempts/{workflow_id}/{number}"

    async def begin(self) -> bool:
        """Record the intent; `False` if somebody did before: then nothing may be sent."""
        return await self._store.create(f"{self._key}/intent", b"")

    async def withdraw(self) -> None:
        """Take the intent back, after TENIOS provably did nothing: the attempt may begin again."""
        await self._store.delete(f"{self._key}/intent")

    async def record(self, answer: OrderPlaced | Refused) -> None:
        """Add TENIOS' answer."""
        await self._store.create(f"{self._key}/answer", answer.model_dump_json().encode())

    async def answer(self) -> OrderAnswer | None:
        """TENIOS' answer, if it was recorded."""
        content = await self._store.read(f"{self._key}/answer")
        return None if content is None else _ANSWER.validate_json(content)
