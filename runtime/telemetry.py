"""What a process shows of itself: metrics for Prometheus, traces for OpenTelemetry.

Each is off unless a setting asks for it, and costs nothing then: metrics go to a meter that does
nothing, and nothing of OpenTelemetry is imported.
"""

import os
from collections.abc import Sequence

from temporalio.client import Client, Interceptor
from temporalio.common import MetricMeter
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from number_orders.runtime.environment import variable
from number_orders.runtime.errors import UsageError, UserError
from number_orders.runtime.forking import refuse_after_fork
from number_orders.runtime.logs import SDK_CORE

TENIOS_CALL_DURATION = "number_orders_tenios_call_duration"
"""The SDK adds the unit to a duration's name."""

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


_runtimes: dict[str | None, Runtime] = {}
"""By metrics address."""


def runtime_of_process(metrics_address: str | None) -> Runtime:
    """The one runtime of this process, which all its clients share.

    Each has threads and file descriptors of its own, so that one a client would use them up.

    Raises:
        UsageError: This process was forked from one that has a runtime.
    """
    refuse_after_fork()
    if metrics_address not in _runtimes:
        # Of two threads that come here at once, both get the first one's.
        _runtimes.setdefault(metrics_address, start_runtime(metrics_address))
    return _runtimes[metrics_address]


def start_runtime(metrics_address: str | None) -> Runtime:
    """The SDK's runtime, scraped at `http://<metrics_address>/metrics` if there is an address.

    The SDK's own exporter serves its metrics and ours on one port.
    """
    try:
        return Runtime(
            telemetry=TelemetryConfig(
                # The SDK's core logs each retry of a connection, with stack traces; we say it once,
                # in a line. What is left goes through our logging, to be formatted like all else.
                logging=LoggingConfig(
                    filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"),
                    forwarding=LogForwardingConfig(SDK_CORE, append_target_to_name=False),
                ),
                metrics=_prometheus(metrics_address) if metrics_address else None,
                attach_service_name=False,
            )
        )
    except ValueError as error:
        raise UserError(
            f"METRICS_ADDRESS: cannot listen on {metrics_address} ({error}): choose another port;"
            " each process of a machine needs its own"
        ) from None


def _prometheus(address: str) -> PrometheusConfig:
    return PrometheusConfig(
        bind_address=address,
        # As Prometheus' own conventions name things.
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides={TENIOS_CALL_DURATION: _SECONDS},
    )


def meter_of(client: Client) -> MetricMeter:
    """Where a client's process keeps its metrics; one that does nothing if it has none."""
    runtime = client.service_client.config.runtime or Runtime.default()
    return runtime.metric_meter


def tracing(service_name: str) -> Sequence[Interceptor]:
    """What traces a client and its workers, if OpenTelemetry's variables name an endpoint."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        # OpenTelemetry reads them itself, and as they are.
        os.environ[name] = variable(name) or ""
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return ()
    for name in _PROTOCOLS:
        if os.environ.get(name, "http/protobuf") not in {"", "http/protobuf"}:
            raise UsageError(f"{name}: traces are sent by http/protobuf only; unset it")
    try:
        # Here, since whoever traces nothing needs nothing of it.
        from number_orders.runtime.tracing import tracing_interceptor  # noqa: PLC0415 -- see above
    except ModuleNotFoundError as error:
        raise UsageError(
            "OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, which need the package"
            f" {error.name}: install number-orders with its extra `tracing`, or unset it"
        ) from None
    return (tracing_interceptor(service_name),)
