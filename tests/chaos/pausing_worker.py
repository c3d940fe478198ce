"""A worker one of whose calls stands still at one point; the order's location id names both.

`python -m tests.chaos.pausing_worker <folder>`. Each order pauses once: there is then a file
`<workflow id>.paused` in the folder, and the order goes on when there is one named `.go`.
"""

import asyncio
import contextlib
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpcore
from temporalio import activity
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.process import run_process
from number_orders.tenios.client import TeniosClient
from number_orders.tenios.models import CancellationAccepted, NumberOrdered, NumberOrderRequest
from number_orders.tenios.redaction import NOTHING
from number_orders.worker import main as worker_main
from number_orders.workflows import commands

_folder = Path(sys.argv[1])


async def _pause_at(point: str) -> None:
    with contextlib.suppress(RuntimeError):  # outside of an activity nothing pauses
        info = activity.info()
        workflow_id = info.workflow_id or ""
        if workflow_id.endswith(f".{info.activity_type}.{point}"):
            await _pause(workflow_id)


async def _pause(workflow_id: str) -> None:
    paused = _folder / f"{workflow_id}.paused"
    if not paused.exists():
        paused.touch()
        while not paused.with_suffix(".go").exists():
            await asyncio.sleep(0.02)


class PausingStore(EvidenceStore):
    async def create(self, key: str, content: bytes, **keywords: Any) -> bool:
        kind = key.rpartition(".")[2]
        await _pause_at(f"before-{kind}")
        created = await super().create(key, content, **keywords)
        await _pause_at(f"after-{kind}")
        return created


class PausingNetwork(httpcore.AnyIOBackend):
    async def connect_tcp(self, *arguments: Any, **keywords: Any) -> httpcore.AsyncNetworkStream:
        await _pause_at("connect")
        return await super().connect_tcp(*arguments, **keywords)


class PausingClient(TeniosClient):
    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords, call_limit_seconds=20)
        # Neither package has a public way to be told how to connect.
        self._http._pool._network_backend = PausingNetwork()  # noqa: SLF001

    async def order_number(
        self, request: NumberOrderRequest, *, unsaid: Mapping[str, str] = NOTHING
    ) -> NumberOrdered:
        ordered = await super().order_number(request, unsaid=unsaid)
        await _pause_at("answered")
        return ordered

    async def cancel_number(self, phone_number: str) -> CancellationAccepted:
        cancelled = await super().cancel_number(phone_number)
        await _pause_at("answered")
        return cancelled


class _AfterTheActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 -- the SDK's
        result = await super().execute_activity(input)
        await _pause_at("completion")
        return result


class PausingInterceptor(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 -- the SDK's
        return _AfterTheActivity(super().intercept_activity(next))


class PausingWorker(worker_main.Worker):
    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords, interceptors=[PausingInterceptor()])


if __name__ == "__main__":
    # Nothing here is under way while somebody looks, and a test does not wait for two minutes.
    commands.NOT_PLACED_AFTER = timedelta(0)
    worker_main.EvidenceStore = PausingStore  # type: ignore[misc]
    worker_main.TeniosClient = PausingClient  # type: ignore[misc]
    worker_main.Worker = PausingWorker  # type: ignore[misc]
    run_process(lambda: asyncio.run(worker_main.run()))
