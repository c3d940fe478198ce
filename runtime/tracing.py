"""Traces for OpenTelemetry. Imported only where they are wanted: see `runtime.telemetry`.

Spans carry names, ids and times, and which kind of exception there was. An exception's words stay
out, since nobody can promise for all of them that they repeat no address.
"""

import functools
from collections.abc import Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from temporalio.api.common.v1 import Payload
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor
from temporalio.converter import DefaultPayloadConverter
from temporalio.worker import WorkflowInboundInterceptor, WorkflowInterceptorClassInput

_providers: list[TracerProvider] = []


@functools.cache
def tracing_interceptor(service_name: str) -> TracingInterceptor:
    """The SDK's interceptor, which sends to wherever OpenTelemetry's variables say."""
    resource = Resource.create({SERVICE_NAME: service_name}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_WithoutWords(OTLPSpanExporter())))
    _providers.append(provider)
    return _Tracing(provider.get_tracer("number_orders"))


def flush() -> None:
    """Send what was not sent yet, and end."""
    for provider in _providers:
        provider.shutdown()


class _WithoutWords(SpanExporter):
    """Sends spans without the words of exceptions, which stand in the status and in events."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_without_words(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _without_words(span: ReadableSpan) -> ReadableSpan:
    kind, _, _ = (span.status.description or "").partition(":")
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, kind or None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


class _Carriers(DefaultPayloadConverter):
    """Reads the header in which a trace travels; what cannot be read is no trace.

    The SDK's own would raise, which fails a workflow task again and again: whoever may signal an
    order could wedge it with a header.
    """

    def from_payloads(
        self, payloads: Sequence[Payload], type_hints: list[type] | None = None
    ) -> list[Any]:
        try:
            [carrier] = super().from_payloads(payloads, type_hints)
        except Exception:  # noqa: BLE001 -- whatever cannot be read
            return [{}]
        readable = isinstance(carrier, dict) and all(isinstance(v, str) for v in carrier.values())
        return [carrier if readable else {}]


class _Tracing(TracingInterceptor):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.payload_converter = _Carriers()

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002 -- the SDK's name
    ) -> type[TracingWorkflowInboundInterceptor]:
        super().workflow_interceptor_class(input)
        return _WorkflowTracing


class _WorkflowTracing(TracingWorkflowInboundInterceptor):
    def __init__(self, next: WorkflowInboundInterceptor) -> None:  # noqa: A002 -- the SDK's name
        super().__init__(next)
        self.payload_converter = _Carriers()
