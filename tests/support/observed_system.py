"""Our worker and bridge as real processes, seen as an operator sees them: metrics, logs, traces."""

import contextlib
import gzip
import json
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from tests.conftest import ACCESS_KEY, BRIDGE_KEYS
from tests.support.command import COMMAND, Run, environment, run
from tests.support.order_driver import OrderDriver
from tests.support.ports import free_port
from tests.support.processes import Processes, until_answers
from tests.support.until import LONG_ENOUGH_SECONDS, until


class Collector:
    """Takes traces as a collector does, over OTLP/HTTP."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.app = Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.bodies.append(body)
        return Response(b"", media_type="application/x-protobuf")

    def spans(self) -> Iterator[tuple[str, Span]]:
        """All spans with the name of the service that sent them."""
        for body in self.bodies:
            for resource_spans in ExportTraceServiceRequest.FromString(body).resource_spans:
                attributes = {a.key: a.value for a in resource_spans.resource.attributes}
                for scope_spans in resource_spans.scope_spans:
                    for span in scope_spans.spans:
                        yield attributes["service.name"].string_value, span


@dataclass
class ObservedSystem:
    """The running system."""

    temporal: WorkflowEnvironment
    sandbox: httpx.AsyncClient
    store: EvidenceStore
    collector: Collector
    processes: Processes
    settings: dict[str, str]
    bridge: str
    scraped: dict[str, str] = field(default_factory=dict)
    """The address of each process's metrics."""

    async def start(self, command: str, *, name: str = "", **settings: str) -> None:
        """Start a process of ours with everything switched on, and wait until it can be scraped."""
        name = name or command
        self.scraped[name] = free_address()
        ours = {"METRICS_ADDRESS": self.scraped[name], "LOG_FORMAT": "json"}
        self.processes.start(
            name, [COMMAND, command], environment({**self.settings, **ours, **settings})
        )
        await until_answers(f"http://{self.scraped[name]}/metrics")

    async def command(self, *arguments: str) -> Run:
        """A command of an operator, which is traced as well."""
        return await run(self.processes.folder, *arguments, **self.settings)

    def driver(self, location_id: str) -> OrderDriver:
        """An order's driver; its clients trace nothing."""
        return OrderDriver(self.temporal, self.sandbox, self.store, location_id)

    async def scrape(self, process: str) -> str:
        """What Prometheus would get."""
        async with httpx.AsyncClient(trust_env=False, timeout=LONG_ENOUGH_SECONDS) as http:
            return (await http.get(f"http://{self.scraped[process]}/metrics")).text

    async def samples(self, *processes: str) -> list[Sample]:
        """The samples of some processes, or of all."""
        chosen = processes or tuple(self.scraped)
        scrapes = [await self.scrape(process) for process in chosen]
        return [
            sample
            for scrape in scrapes
            for family in text_string_to_metric_families(scrape)
            for sample in family.samples
        ]

    async def until_sample(self, name: str, process: str, **labels: str) -> None:
        """Wait until a process has a metric."""

        async def has_it() -> None:
            samples = await self.samples(process)
            assert any(s.name == name and labels.items() <= s.labels.items() for s in samples), (
                f"no {name} {labels}"
            )

        await until(has_it, every_seconds=0.1)

    async def until_spans(self, enough: Callable[[list[tuple[str, Span]]], bool]) -> None:
        """Wait until enough spans have been sent."""

        async def are_enough() -> None:
            spans = list(self.collector.spans())
            assert enough(spans), f"only {sorted((who, span.name) for who, span in spans)}"

        await until(are_enough)

    def log(self, process: str) -> list[dict[str, Any]]:
        """Everything that a process wrote; each line is an object."""
        lines = (self.processes.folder / "log" / f"{process}.log").read_text().splitlines()
        return [json.loads(line) for line in lines]


def free_address() -> str:
    """An address that nobody listens on."""
    return f"127.0.0.1:{free_port()}"


@contextlib.asynccontextmanager
async def observed(
    folder: Path,
    temporal: WorkflowEnvironment,
    sandbox_url: str,
    collector_url: str,
    collector: Collector,
) -> AsyncIterator[ObservedSystem]:
    """Worker and bridge with everything switched on."""
    bridge = free_address()
    store_url = (folder / "evidence").as_uri()
    settings = {
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        "STORE_URL": store_url,
        "TENIOS_BASE_URL": sandbox_url,
        "TENIOS_ACCESS_KEY": ACCESS_KEY,
        "BRIDGE_PUBLIC_URL": f"http://{bridge}",
        "BRIDGE_KEYS": BRIDGE_KEYS,
        "BRIDGE_PORT": bridge.rpartition(":")[2],
        # Takes no message.
        "NOTIFY_URLS": "json://127.0.0.1:1/",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector_url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    processes = Processes(folder)
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as sandbox:
        system = ObservedSystem(
            temporal,
            sandbox,
            EvidenceStore.open(store_url, create=True),
            collector,
            processes,
            settings,
            f"http://{bridge}",
        )
        try:
            await system.start("worker")
            await system.start("bridge")
            await until_answers(f"http://{bridge}/health/ready")
            yield system
            for name in system.scraped:
                processes.end(name, signal.SIGTERM)
                assert await processes.code(name) == 0
        finally:
            processes.stop_all()
