"""The same lifecycle in bare Temporal, with nothing of ours: what an order is compared with.

A worker with two activities, two signals and a timer, and the webhook in its process.
`python -m benchmarks.bare WEBHOOK_PORT STUB_URL`, with Temporal's own variables. `--limited` puts a
limit on the calls, as ours have one, with which the SDK starts none of them eagerly.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

TASK_QUEUE, LIMITED_TASK_QUEUE = "bare", "bare-limited"
_POLLERS = 20  # as our worker
_NEVER_BINDS = 100_000.0
_DOCUMENT = "x" * 4000
_CALL_LIMIT = timedelta(minutes=2)


@dataclass
class OrderCall:
    """What the order is placed for."""

    workflow_id: str
    verification_id: str


class Calls:
    """The two calls."""

    def __init__(self, http: httpx.AsyncClient, webhook: str) -> None:
        self._http = http
        self._webhook = webhook

    @activity.defn
    async def verify(self, location: str) -> str:
        """Submit the verification."""
        body = {"location": location, "document_data": _DOCUMENT}
        answer = await self._http.post("/verification/create", json=body)
        return str(answer.json()["verification_id"])

    @activity.defn
    async def order(self, call: OrderCall) -> int:
        """Place the order."""
        body = {
            "verification_id": call.verification_id,
            "push_url": f"{self._webhook}/push/{call.workflow_id}",
            "push_secret": "s",
        }
        answer = await self._http.post("/number/order", json=body)
        return int(answer.json()["order_id"])


@workflow.defn
class BareOrder:
    """Verify, await the approval, order, await the push."""

    def __init__(self) -> None:
        self._verification_id: str | None = None
        self._decision: dict[str, Any] | None = None
        self._push: dict[str, Any] | None = None

    @workflow.run
    async def run(self, location: str) -> str:
        """The number."""
        verification_id = self._verification_id = await workflow.execute_activity_method(
            Calls.verify, location, start_to_close_timeout=_CALL_LIMIT
        )
        await workflow.wait_condition(lambda: self._decision is not None)
        await workflow.execute_activity_method(
            Calls.order,
            OrderCall(workflow.info().workflow_id, verification_id),
            start_to_close_timeout=_CALL_LIMIT,
        )
        await workflow.wait_condition(lambda: self._push is not None, timeout=timedelta(hours=24))
        assert self._push is not None  # noqa: S101 -- waited for
        return str(self._push["phone_number"])

    @workflow.query
    def verification(self) -> str | None:
        """The verification that it waits for."""
        return self._verification_id

    @workflow.signal
    def decided(self, decision: dict[str, Any]) -> None:
        """Record the approval."""
        self._decision = decision

    @workflow.signal
    def completed(self, push: dict[str, Any]) -> None:
        """Record the push."""
        self._push = push


async def main(port: int, stub_url: str, *, limited: bool) -> None:
    """Work until killed."""
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ.get("TEMPORAL_NAMESPACE", "default")
    )

    async def push(request: Request) -> JSONResponse:
        handle = client.get_workflow_handle(request.path_params["workflow_id"])
        await handle.signal(BareOrder.completed, await request.json())
        return JSONResponse({})

    app = Starlette(routes=[Route("/push/{workflow_id}", push, methods=["POST"])])
    config = uvicorn.Config(app, port=port, log_level="error", access_log=False)
    async with httpx.AsyncClient(base_url=stub_url, trust_env=False, timeout=60) as http:
        calls = Calls(http, f"http://127.0.0.1:{port}")
        async with Worker(
            client,
            task_queue=LIMITED_TASK_QUEUE if limited else TASK_QUEUE,
            workflows=[BareOrder],
            activities=[calls.verify, calls.order],
            max_concurrent_workflow_task_polls=_POLLERS,
            max_concurrent_activity_task_polls=_POLLERS,
            max_task_queue_activities_per_second=_NEVER_BINDS if limited else None,
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], limited="--limited" in sys.argv))
