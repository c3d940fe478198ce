"""A worker whose order call stands still at one point, which the order's location id names.

`python -m tests.chaos.pausing_worker <folder>`. Each order pauses once: there is then a file
`<workflow id>.paused` in the folder, and the order goes on when there is one named `.go`.
"""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any

import httpcore
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

import worker.main
from runtime.evidence_store import EvidenceStore
from runtime.process import run_process
from tenios.client import TeniosClient
from tenios.models import NumberOrdered, NumberOrderRequest

_folder = Path(sys.argv[1])


async def _pause_at(point: str) -> None:
    with contextlib.suppress(RuntimeError):  # outside of an activity nothing pauses
        info = activity.info()
        if info.activity_type == "place_order" and (info.workflow_id or "").endswith(f".{point}"):
            await _pause(info.workflow_id or "")


async def _pause(workflow_id: str) -> None:
    paused = _folder / f"{workflow_id}.paused"
    if not paused.exists():
        paused.touch()
        while not paused.with_suffix(".go").exists():
            await asyncio.sleep(0.02)


class PausingStore(EvidenceStore):
    async def create(self, key: str, content: bytes) -> bool:
        kind = key.rpartition(".")[2]
        await _pause_at(f"before-{kind}")
        created = await super().create(key, content)
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
        self._http._transport._pool._network_backend = PausingNetwork()  # type: ignore[attr-defined]  # noqa: SLF001

    async def order_number(self, request: NumberOrderRequest) -> NumberOrdered:
        ordered = await super().order_number(request)
        await _pause_at("answered")
        return ordered


class _AfterTheActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 -- the SDK's
        result = await super().execute_activity(input)
        await _pause_at("completion")
        return result


class PausingInterceptor(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 -- the SDK's
        return _AfterTheActivity(super().intercept_activity(next))


class PausingWorker(worker.main.Worker):
    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords, interceptors=[PausingInterceptor()])


if __name__ == "__main__":
    worker.main.EvidenceStore = PausingStore  # type: ignore[misc]
    worker.main.TeniosClient = PausingClient  # type: ignore[misc]
    worker.main.Worker = PausingWorker  # type: ignore[misc]
    run_process(lambda: asyncio.run(worker.main.run()))
