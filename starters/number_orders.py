"""Number orders as a program uses them: connect, start, follow."""

import asyncio
from collections.abc import Mapping
from typing import Any, Self

from temporalio.client import Client

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.environment import load_dot_env
from number_orders.runtime.settings import StoreSettings, load
from number_orders.runtime.temporal import connect
from number_orders.starters import operations
from number_orders.starters.errors import NotAnswered, told_apart
from number_orders.starters.executions import describe
from number_orders.starters.order_documents import check_document
from number_orders.starters.order_form import order_and_document
from number_orders.starters.orders import (
    OrderHandle,
    StartedOrder,
    find_order,
    start_number_order,
)
from number_orders.starters.quantity import start_numbers
from number_orders.starters.waiting import result_of
from number_orders.starters.watching import silence, snapshot
from number_orders.workflows.messages import Cancellation, Correction, Decision, Resolution
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot


class NumberOrders:
    """The orders of one Temporal namespace and its workers' evidence store.

    One serves all tasks of an event loop. It belongs to that loop: another thread, another loop and
    a process after a fork each connect anew. Nothing has to be closed.
    """

    def __init__(self, client: Client, store: EvidenceStore) -> None:
        self.client = client
        self.store = store

    @classmethod
    async def connect(cls) -> Self:
        """Connect as the command does: with the settings of the environment and of `.env`.

        Raises:
            UsageError: A setting is missing or malformed.
            TemporalAway, TemporalRefused: Temporal cannot be used.
        """
        load_dot_env()
        store = EvidenceStore.open(load(StoreSettings).store_url)
        with told_apart():
            return cls(await connect(), store)

    async def start(
        self,
        fields: Mapping[str, Any],
        *,
        again: bool = False,
        despite_unknown: str | None = None,
        new_verification: bool = False,
        force: bool = False,
    ) -> StartedOrder:
        """Start an order, or return the one that its location has; then nothing is changed.

        To call this once more with the same order is harmless, whatever it raised before.

        Args:
            fields: Those of an order file: `location_id`, `city`, `zip`, `street`, `house_number`,
                `area_code`, `document_type`; `document` is the PDF's path, or its bytes.
            again: Start an order that was ended in Temporal by force once more.
            despite_unknown: Why a further number of the location is wanted although nobody knows
                what became of an earlier one. It is kept with the order.
            new_verification: Submit the document of a further number, although the store has an
                approved verification of its address and area code.
            force: Take an area code that is clearly wrong, or none where a country has them.

        Raises:
            OrderRefused: Fields or document cannot be taken; it has all of them.
            OrderEndedByForce: The order was ended in Temporal, and `again` is not set.
            EarlierNumberUnknown: An earlier number of the location has to be cleared up first.
            StoreDiffers: The order or the workers have another evidence store.
            StoreAway, TemporalAway, TemporalRefused: What is needed cannot be used.
        """
        order, pdf = await asyncio.to_thread(order_and_document, fields, force=force)
        return await start_number_order(
            self.client,
            order,
            self.store,
            pdf,
            again=again,
            despite_unknown=despite_unknown,
            new_verification=new_verification,
            force=force,
        )

    async def start_numbers(
        self,
        fields: Mapping[str, Any],
        quantity: int,
        *,
        again: bool = False,
        despite_unknown: str | None = None,
        force: bool = False,
    ) -> list[StartedOrder]:
        """Start the numbers 1 to `quantity` of a location with one verification.

        Those that are there stay as they are. To call this once more is harmless.

        Args:
            fields: As for `start`, without `number`.
            quantity: How many numbers the location is to have, from 1 to 999.
            again: As for `start`.
            despite_unknown: As for `start`.
            force: As for `start`.

        Raises:
            UserError: Number 1 has ended, and there is no verification that the others could use.
                What `start` raises; the numbers before are started then.
        """
        order, pdf = await asyncio.to_thread(order_and_document, fields, force=force)
        return await start_numbers(
            self.client,
            order,
            self.store,
            pdf,
            quantity,
            again=again,
            despite_unknown=despite_unknown,
            force=force,
        )

    async def find(self, location_id: str, number: int = 1) -> OrderHandle:
        """Temporal's handle of a location's order, to signal or query it.

        Raises:
            NoSuchOrder: There is none, or Temporal has forgotten it.
            TemporalAway, TemporalRefused: Temporal cannot be asked.
        """
        return await find_order(self.client, location_id, number)

    async def status(self, location_id: str, number: int = 1) -> OrderSnapshot:
        """Where an order stands, what it waits for, and all that it received; a worker tells.

        Raises:
            NoSuchOrder: There is none, or Temporal has forgotten it.
            NotAnswered: No worker answers; it says why, and what to do.
            UserError: A worker of another version answers.
            TemporalAway, TemporalRefused: Temporal cannot be asked.
        """
        with told_apart():
            handle = await find_order(self.client, location_id, number)
            try:
                return await snapshot(self.client, handle)
            except NotAnswered:
                why = await silence(self.client, await describe(self.client, handle.id))
                raise NotAnswered(f"{handle.id}: {why}") from None

    async def result(self, location_id: str, number: int = 1) -> NumberOrderResult:
        """Wait until an order has ended, through restarts of Temporal and resets of the order.

        The result says as well how an order ended that has no number.

        Raises:
            OrderEndedByForce: Somebody ended the order in Temporal.
            NoSuchOrder: There is none, or Temporal has forgotten it.
            TemporalRefused: Temporal does not tell, such as without the right to.
        """
        return await result_of(self.client, location_id, number)

    async def decide(
        self, location_id: str, decision: Decision, number: int = 1
    ) -> operations.SentDecision:
        """Report TENIOS' decision about the order's verification.

        Raises:
            UserError: The order waits for no such decision, or there is none; nothing was sent.
        """
        with told_apart():
            return await operations.decide(self.client, location_id, decision, number=number)

    async def resubmit(
        self, location_id: str, correction: Correction, number: int = 1, *, force: bool = False
    ) -> None:
        """Submit the verification of a rejected order again, with what is corrected.

        Args:
            location_id: The order's location.
            correction: What changes; a country by its code of ISO 3166-1.
            number: Which of the location's numbers.
            force: Take an area code that is clearly wrong, or none where a country has them.

        Raises:
            OrderRefused: Its document is not in the evidence store, or nobody could open it; its
                country is none, its area code unknown or missing.
            UserError: The order refuses the correction, or there is none: nothing was changed. Or
                no worker answers within 15 s: the correction may still be carried out.
            StoreAway, TemporalAway, TemporalRefused: What is needed cannot be used.
        """
        with told_apart():
            if correction.document is not None:
                await check_document(self.store, correction.document.sha256)
                store_id = correction.store_id or await self.store.identity()
                correction = correction.model_copy(update={"store_id": store_id})
            await operations.resubmit(
                self.client, location_id, correction, number=number, force=force
            )

    async def resolve(self, location_id: str, resolution: Resolution, number: int = 1) -> None:
        """Report what a person found at TENIOS about an order whose outcome the system cannot know.

        Raises:
            UserError: The order needs no such finding, another order has this number or order id,
                or there is no order: nothing was changed. Or no worker answers within 15 s: the
                finding may still be taken.
            TemporalAway, TemporalRefused: Temporal cannot be asked.
        """
        with told_apart():
            await operations.resolve(self.client, location_id, resolution, number=number)

    async def cancel(self, location_id: str, cancellation: Cancellation, number: int = 1) -> None:
        """Cancel an order; a number that TENIOS has completed is given back.

        Raises:
            UserError: The order has ended, or there is none: nothing was changed. Or no worker
                answers within 15 s: the order may still be cancelled.
            TemporalAway, TemporalRefused: Temporal cannot be asked.
        """
        with told_apart():
            await operations.cancel(self.client, location_id, cancellation, number=number)
