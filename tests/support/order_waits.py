"""Waiting until one order has come to where a test wants it."""

from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.polling import NotYet
from number_orders.starters.orders import OrderHandle
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.results import OrderSnapshot
from tests.support.until import until

_OVER_2_SECONDS = "TMPRL1101"
"""The SDK's rule for a task in which the workflow does not yield; the task is done again."""


class OrderWaits:
    """The order's status, and every change of it that a test may wait for."""

    handle: OrderHandle
    store: EvidenceStore

    async def status(self) -> OrderSnapshot:
        async def answered() -> OrderSnapshot:
            try:
                return await self.handle.query(NumberOrder.status)
            except WorkflowQueryFailedError as error:
                if _OVER_2_SECONDS not in str(error):
                    raise
                raise NotYet("the worker did not come to it on a busy machine") from None
            except RPCError as error:
                if error.status is RPCStatusCode.FAILED_PRECONDITION:
                    raise NotYet("the first workflow task of a new run is still to come") from None
                raise

        return await until(answered)

    async def until(self, status: OrderStatus) -> OrderSnapshot:
        """Wait until the order has this status."""
        return await self.until_one_of({status})

    async def until_one_of(self, statuses: set[OrderStatus]) -> OrderSnapshot:
        """Wait until the order has one of these statuses."""

        async def has_it() -> OrderSnapshot:
            snapshot = await self.status()
            assert snapshot.status in statuses, snapshot
            return snapshot

        return await until(has_it)

    async def until_gone(self) -> None:
        """Wait until the order's workflow has ended, or Temporal knows it no more."""

        async def is_gone() -> None:
            try:
                assert (await self.handle.describe()).close_time is not None
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise

        await until(is_gone)

    async def until_verification(self, verification_id: str) -> None:
        """Wait until the order is placed for this verification."""

        async def is_for_it() -> None:
            assert (await self.status()).verification_id == verification_id

        await until(is_for_it)

    async def until_message(self, count: int = 1) -> OrderSnapshot:
        """Wait until the order has received so many messages."""

        async def has_them() -> OrderSnapshot:
            snapshot = await self.status()
            assert len(snapshot.messages) >= count
            return snapshot

        return await until(has_them)

    async def until_reason(self, part: str) -> OrderSnapshot:
        """Wait until the order gives a reason."""

        async def gives_it() -> OrderSnapshot:
            snapshot = await self.status()
            assert part in (snapshot.reason or "")
            return snapshot

        return await until(gives_it)

    async def until_attention(self, part: str) -> OrderSnapshot:
        """Wait until the order shows a note to people."""

        async def shows_it() -> OrderSnapshot:
            snapshot = await self.status()
            assert any(part in note for note in snapshot.attention), snapshot.attention
            return snapshot

        return await until(shows_it)

    async def until_ledger_has_answer(self) -> None:
        """Wait until the attempt ledger has the answer to the order."""
        await self._until_kept(".outcome")

    async def until_number_given_back(self) -> None:
        """Wait until the attempt ledger knows that the number was given back."""
        await self._until_kept(".given_back")

    async def _until_kept(self, suffix: str) -> None:
        async def is_there() -> None:
            keys = await self.store.list(f"attempts/{self.handle.id}")
            assert any(key.endswith(suffix) for key in keys), keys

        await until(is_there)

    async def until_ended(self, activity: str, activity_id: str) -> None:
        """Wait until an activity is over, whatever became of it."""

        async def is_over() -> None:
            pending = (await self.handle.describe()).raw_description.pending_activities
            assert activity_id not in {one.activity_id for one in pending}, f"{activity}: {pending}"

        await until(is_over)

    async def until_at_rest(self) -> None:
        """Wait until nothing of the order is under way."""

        async def is_at_rest() -> None:
            description = (await self.handle.describe()).raw_description
            assert not description.pending_activities
            assert not description.HasField("pending_workflow_task")

        await until(is_at_rest)
