"""What a test does to one order: the people's part, the vendor's part and the clock's."""

import asyncio
import base64
import string
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime import polling
from number_orders.runtime.errors import TemporalAway
from number_orders.starters import start_number_order
from number_orders.starters.order_form import NO_STORE_YET
from number_orders.starters.orders import OrderHandle, order_handle
from number_orders.workflows.commands import NOT_PLACED_AFTER
from number_orders.workflows.contract import TASK_QUEUE, VERIFICATION_DECIDED
from number_orders.workflows.messages import (
    Cancellation,
    Correction,
    Decision,
    Finding,
    NotPlaced,
    Resolution,
)
from number_orders.workflows.models import (
    Address,
    DocumentReference,
    DocumentType,
    NumberOrderInput,
    OrderStatus,
)
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
from number_orders.workflows.state import OrderState
from tests.support.ends import result_of_either_end
from tests.support.order_waits import OrderWaits
from tests.support.until import LONG_ENOUGH_SECONDS, until

PDF = (Path(__file__).parents[2] / "examples" / "proof-of-address.pdf").read_bytes()
STREET = "Geheimstrasse"
_BEGUN = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED


_COMES_TO_REST_WITHIN = timedelta(seconds=20)

DOCUMENT = DocumentReference(type=DocumentType.CONTRACT, sha256="0" * 64)
"""For tests in which nothing is submitted."""


def order_input(
    location_id: str, document: DocumentReference = DOCUMENT, **changes: Any
) -> NumberOrderInput:
    """An order for Cologne."""
    return NumberOrderInput(
        location_id=location_id,
        document=document,
        **{
            "address": Address(city="Köln", zip="50667", street=STREET, house_number="4"),
            "area_code": "221",
            "store_id": NO_STORE_YET,
            **changes,
        },
    )


def address_of(location_id: str) -> Address:
    """An address that no other location has, so that none has its verification."""
    number, letter = divmod(zlib.crc32(location_id.encode()) % 234_000, 26)
    house_number = f"{number + 1}{string.ascii_lowercase[letter]}"
    return Address(city="Köln", zip="50667", street=STREET, house_number=house_number)


def order_fields(location_id: str, **changes: Any) -> dict[str, Any]:
    """What a program knows of a location."""
    return {
        "location_id": location_id,
        **address_of(location_id).model_dump(exclude={"country"}),
        "area_code": "221",
        "document_type": "CONTRACT",
        **changes,
    }


VERIFIED = OrderState.at_start(order_input("a"), datetime.min.replace(tzinfo=UTC)).verified_data
"""What its verification is about."""


class OrderDriver(OrderWaits):
    """One order, and everybody who has to do with it."""

    def __init__(
        self,
        temporal: WorkflowEnvironment,
        sandbox: httpx.AsyncClient,
        store: EvidenceStore,
        location_id: str,
    ) -> None:
        self.temporal = temporal
        self._sandbox = sandbox
        self.store = store
        self.location_id = location_id
        self.number = 1
        """Which of the location's numbers it is about."""
        self.handle: OrderHandle

    async def order(self, **changes: Any) -> NumberOrderInput:
        """The order as any client starts it, with its document in the store."""
        document = await self.store.keep_document(PDF, DocumentType.CONTRACT)
        given = {
            "store_id": await self.store.identity(),
            "address": address_of(self.location_id),
            **changes,
        }
        return order_input(self.location_id, document, **given)

    async def start(self, **changes: Any) -> OrderHandle:
        """Start the order; its clock runs as ours until it is forwarded."""
        order = await self.order(**changes)
        with self.temporal.with_time_skipping_disabled():
            # A server may stand still on a busy machine; the error says that to repeat is harmless.
            started = await polling.until(
                # By force, since some tests need an area code that TENIOS refuses.
                lambda: start_number_order(self.temporal.client, order, self.store, force=True),
                within_seconds=LONG_ENOUGH_SECONDS,
                not_yet=(TemporalAway,),
            )
        self.handle = started.handle
        return self.handle

    async def start_again(self) -> None:
        """Start the order anew, as is possible once Temporal has forgotten the one before."""
        order = await self.order(number=self.number)
        with self.temporal.with_time_skipping_disabled():
            self.handle = await self.temporal.client.start_workflow(
                NumberOrder.run,
                order,
                id=self.handle.id,
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )

    async def reset(
        self, *, before: str, with_signals: bool = True, with_updates: bool = True
    ) -> None:
        """Reset the workflow to just before an activity was scheduled, as an operator may."""
        history = await self.handle.fetch_history()
        scheduled = next(
            event.activity_task_scheduled_event_attributes
            for event in history.events
            if event.activity_task_scheduled_event_attributes.activity_type.name == before
        )
        client = self.temporal.client
        without = []
        if not with_signals:
            without.append(ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL)
        if not with_updates:
            without.append(ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE)
        await client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=self.handle.id),
                reason="a test",
                workflow_task_finish_event_id=scheduled.workflow_task_completed_event_id,
                request_id=f"{self.handle.id}-{before}",
                reset_reapply_exclude_types=without,
            )
        )
        self.handle = self.typed_handle()

    def typed_handle(self) -> OrderHandle:
        """The order, whoever started it, in its current run."""
        return order_handle(self.temporal.client, self.location_id, self.number)

    async def close(self) -> None:
        """The history replays on the code as it is; then nothing of the order is left running."""
        replayer = Replayer(workflows=[NumberOrder], data_converter=WORKFLOW_DATA_CONVERTER)
        history = await self.handle.fetch_history()
        # The SDK's replayer never ends with a run that has not begun.
        if any(event.event_type == _BEGUN for event in history.events):
            await replayer.replay_workflow(history)
        try:
            await self.handle.terminate()
        except RPCError as error:
            # It has ended by itself.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def result(self) -> NumberOrderResult:
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            return await result_of_either_end(self.handle)

    async def forward(self, duration: timedelta) -> None:
        """Let the order's clock jump, 20 s beyond what is asked for.

        What happens on the way has to be over when the jump ends: an order that comes to rest just
        then jumps to its next timer, which may be days away (the server's `GateByFastForward`
        takes a target that has passed for none).
        """
        await self.temporal.fast_forward(self.handle, duration + _COMES_TO_REST_WITHIN)

    async def decide(self, *, approved: bool, **changes: Any) -> None:
        """Somebody reports TENIOS' decision."""
        decision = Decision(**{"approved": approved, "decided_by": "ann", **changes})
        await self.handle.signal(VERIFICATION_DECIDED, decision)

    async def approve(self) -> None:
        """TENIOS approves, and somebody reports it."""
        snapshot = await self.until(OrderStatus.AWAITING_APPROVAL)
        await self.approve_at_tenios(snapshot.verification_id)
        await self.decide(approved=True)

    async def approve_at_tenios(self, verification_id: str | None) -> None:
        """A person at TENIOS approves."""
        await self._sandbox.post(f"/_sandbox/verifications/{verification_id}/approve")

    async def placed(self, **changes: Any) -> OrderSnapshot:
        """Start the order and bring it to where it waits for the push."""
        await self.start(**changes)
        await self.approve()
        return await self.until(OrderStatus.AWAITING_COMPLETION)

    async def resolve(self, finding: Finding) -> None:
        """An operator says what was found at TENIOS."""
        await self.handle.execute_update(
            NumberOrder.resolve_order, Resolution(finding=finding, resolved_by="ann")
        )

    async def resolve_as_not_placed(self) -> None:
        """An operator looks until no call can be under way any more, and finds no order."""
        await self.forward(NOT_PLACED_AFTER)
        await self.resolve(NotPlaced())

    async def cancel(self) -> None:
        """An operator cancels the order."""
        await self.handle.execute_update(NumberOrder.cancel, Cancellation(requested_by="ann"))

    async def resubmit_unchanged(self) -> None:
        """An operator submits the same again."""
        await self.resubmit(unchanged=True, reason="it was right")

    async def resubmit(self, **changes: Any) -> None:
        """An operator corrects the order."""
        given = {"corrected_by": "ann", "store_id": await self.store.identity(), **changes}
        await self.handle.execute_update(NumberOrder.resubmit, Correction(**given))

    async def complete(self) -> None:
        """TENIOS completes the order and pushes."""
        order_id = (await self.status()).order_id or (await self.at_tenios())["id"]
        response = await self._sandbox.post(f"/_sandbox/orders/{order_id}/complete")
        assert response.json() == {"done": True}

    async def behave(self, path: str, **behaviour: Any) -> None:
        """Let the sandbox behave like this in its next call."""
        response = await self._sandbox.post(
            "/_sandbox/behaviours", json={"path": path, **behaviour}
        )
        response.raise_for_status()

    async def behave_well(self) -> None:
        """Let the sandbox forget how it was told to behave."""
        (await self._sandbox.delete("/_sandbox/behaviours")).raise_for_status()

    async def until_order_posts(self) -> None:
        """Wait until the order has been sent to TENIOS."""

        async def is_sent() -> None:
            assert await self.order_posts()

        await until(is_sent)

    async def at_tenios(self) -> dict[str, Any]:
        """The order as TENIOS has it."""
        verification_id = (await self.order_posts())[-1]["body"]["verification_id"]
        orders = (await self._sandbox.get("/_sandbox/orders")).json()
        [order] = [order for order in orders if order["verification_id"] == verification_id]
        return dict(order)

    async def verification_post(self, verification_id: str | None) -> dict[str, Any]:
        """What was sent to TENIOS for a verification."""
        ledger = (await self._sandbox.get("/_sandbox/ledger")).json()
        answer = {"verification_id": verification_id}
        [post] = [entry for entry in ledger if entry["answer"] == answer]
        return dict(post)

    async def order_posts(self) -> list[dict[str, Any]]:
        """The order POSTs that reached TENIOS for this order, from the sandbox's ledger."""
        encoded = base64.urlsafe_b64encode(self.handle.id.encode()).rstrip(b"=").decode()
        ledger = (await self._sandbox.get("/_sandbox/ledger")).json()
        sent = [entry for entry in ledger if entry["path"] == "/number/order"]
        paths = [urlsplit(entry["body"]["push_url"]).path.split("/") for entry in sent]
        # The last part is the token, the one before it the whole workflow id.
        return [entry for entry, parts in zip(sent, paths, strict=True) if parts[-2] == encoded]

    async def cancel_posts(self) -> list[dict[str, Any]]:
        """The cancellation POSTs of this order's number that reached TENIOS."""
        number = (await self.status()).phone_number
        ledger = (await self._sandbox.get("/_sandbox/ledger")).json()
        return [
            entry
            for entry in ledger
            if entry["path"] == "/number/cancel" and entry["body"].get("phone_number") == number
        ]

    async def push(self, body: dict[str, Any] | bytes) -> httpx.Response:
        """Send a push of one's own to this order's address."""
        url = (await self.order_posts())[0]["body"]["push_url"]
        async with httpx.AsyncClient(trust_env=False) as http:
            if isinstance(body, bytes):
                return await http.post(url, content=body)
            return await http.post(url, json=body)
