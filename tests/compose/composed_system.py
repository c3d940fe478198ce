"""A running installation, and the people around it."""

from typing import Any

import httpx
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.enums.v1 import VersionDrainageStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
)
from temporalio.client import Client

from number_orders.evidence.store import EvidenceStore
from number_orders.starters.orders import OrderHandle, start_number_order
from number_orders.workflows.contract import VERIFICATION_DECIDED
from number_orders.workflows.messages import Decision
from number_orders.workflows.models import DocumentType
from number_orders.workflows.number_order import NumberOrder
from tests.compose.composed import ComposedServices
from tests.support.order_driver import PDF, order_input
from tests.support.until import until

DEPLOYMENT = "number-orders"
BUILD = "2026-11-24"
"""Of all that runs at first."""


class ComposedSystem:
    """The running services, and the person who reports what TENIOS decided."""

    def __init__(
        self, services: ComposedServices, client: Client, sandbox: httpx.AsyncClient
    ) -> None:
        self.services = services
        self.client = client
        self.sandbox = sandbox

    async def rows(self, table: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = (await self.sandbox.get(f"/_sandbox/{table}")).json()
        return rows

    async def order_numbers(self, locations: list[str], **changes: Any) -> list[OrderHandle]:
        store = EvidenceStore.open(self.services.store_url)
        document = await store.keep_document(PDF, DocumentType.CONTRACT)
        return [
            (
                await start_number_order(
                    self.client, order_input(location, document, **changes), store
                )
            ).handle
            for location in locations
        ]

    async def until_approvable(self, handles: list[OrderHandle]) -> list[str]:
        """Wait until TENIOS approved all verifications; returns their ids."""
        ids = [await self._submitted(handle) for handle in handles]

        async def are_approved() -> None:
            rows = await self.rows("verifications")
            assert {row["id"] for row in rows if row["decision"] == "approved"} >= set(ids)

        await until(are_approved, every_seconds=0.2)
        return ids

    async def approve(self, handles: list[OrderHandle]) -> None:
        for handle, verification_id in zip(
            handles, await self.until_approvable(handles), strict=True
        ):
            decision = Decision(approved=True, decided_by="a test", verification_id=verification_id)
            await handle.signal(VERIFICATION_DECIDED, decision)

    async def _submitted(self, handle: OrderHandle) -> str:
        async def is_submitted() -> str:
            verification_id = (await handle.query(NumberOrder.status)).verification_id
            assert verification_id is not None
            return verification_id

        return await until(is_submitted, every_seconds=0.2)

    async def until_drained(self, build: str) -> None:
        """Wait until Temporal says that no order needs a build any more."""
        version = WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build)

        async def is_drained() -> None:
            described = await self.client.workflow_service.describe_worker_deployment_version(
                DescribeWorkerDeploymentVersionRequest(
                    namespace=self.client.namespace, deployment_version=version
                )
            )
            drainage = described.worker_deployment_version_info.drainage_info
            assert drainage.status == VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED

        await until(is_drained, every_seconds=0.5)

    async def current_build(self) -> str:
        described = await self.client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(
                namespace=self.client.namespace, deployment_name=DEPLOYMENT
            )
        )
        routing = described.worker_deployment_info.routing_config
        return routing.current_deployment_version.build_id
