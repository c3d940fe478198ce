"""Those that are compared: an order of ours, and the same lifecycle in bare Temporal."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from temporalio.client import Client, WorkflowHandle
from temporalio.common import Priority

from benchmarks import bare
from benchmarks.processes import Processes
from number_orders.evidence.store import EvidenceStore
from number_orders.starters.documents import read_pdf
from number_orders.workflows import contract, search_attributes, wording
from number_orders.workflows.messages import Decision
from number_orders.workflows.models import (
    Address,
    DocumentReference,
    DocumentType,
    NumberOrderInput,
)
from number_orders.workflows.number_order import NumberOrder

_EXAMPLES = Path(__file__).parents[1] / "examples"


class Contender(ABC):
    """One of them."""

    name: str
    programs: tuple[str, ...]
    """Those whose time is its own."""

    @classmethod
    @abstractmethod
    async def prepared(cls, processes: Processes) -> Self:
        """One that can be started."""

    @abstractmethod
    async def start(self, name: str) -> WorkflowHandle[Any, Any]:
        """Start a workflow that waits for an approval."""

    @abstractmethod
    async def approve(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Send the approval."""

    @abstractmethod
    async def ask(self, handle: WorkflowHandle[Any, Any]) -> str | None:
        """Query it; the verification that it waits for, if it does."""


class Bare(Contender):
    """Bare Temporal."""

    name, programs, task_queue = "bare", ("bare",), bare.TASK_QUEUE

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    async def prepared(cls, processes: Processes) -> Self:
        """Nothing has to be there."""
        return cls(processes.client)

    async def start(self, name: str) -> WorkflowHandle[Any, Any]:
        """Start it by the location's name."""
        return await self._client.start_workflow(
            bare.BareOrder.run, name, id=f"bare:{name}", task_queue=self.task_queue
        )

    async def approve(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Send `decided`."""
        await handle.signal(bare.BareOrder.decided, {"approved": True})

    async def ask(self, handle: WorkflowHandle[Any, Any]) -> str | None:
        """Query `verification`."""
        return await handle.query(bare.BareOrder.verification)


class LimitedBare(Bare):
    """Bare Temporal with a limit on its calls, as ours have one."""

    name, programs, task_queue = "limited", ("limited",), bare.LIMITED_TASK_QUEUE


class Ours(Contender):
    """A number order."""

    name, programs = "ours", ("worker", "bridge")

    def __init__(self, client: Client, document: DocumentReference, store_id: str) -> None:
        self._client = client
        self._document = document
        self._store_id = store_id

    @classmethod
    async def prepared(cls, processes: Processes) -> Self:
        """With the document in the store."""
        store = EvidenceStore.open(processes.store_url)
        pdf = read_pdf(_EXAMPLES / "proof-of-address.pdf")
        document = await store.keep_document(pdf, DocumentType.CONTRACT)
        return cls(processes.client, document, await store.identity())

    async def start(
        self, name: str, priority: Priority = Priority.default
    ) -> WorkflowHandle[Any, Any]:
        """Start it as the starters do, without their checks, for an address of its own."""
        order = NumberOrderInput(
            location_id=name,
            address=Address(
                city="Köln", zip="50667", street="Domkloster", house_number=name.rpartition("-")[2]
            ),
            area_code="221",
            store_id=self._store_id,
            document=self._document,
        )
        return await self._client.start_workflow(
            NumberOrder.run,
            order,
            id=contract.workflow_id(name),
            task_queue=contract.TASK_QUEUE,
            static_summary=wording.title(order),
            search_attributes=search_attributes.at_start(order, datetime.now(UTC)),
            priority=priority,
        )

    async def approve(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Send `verification_decided`."""
        decision = Decision(approved=True, decided_by="bench")
        await handle.signal(contract.VERIFICATION_DECIDED, decision)

    async def ask(self, handle: WorkflowHandle[Any, Any]) -> str | None:
        """Query `status`."""
        return (await handle.query(NumberOrder.status)).verification_id
