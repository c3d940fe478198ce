"""Traces, as a collector gets them over OTLP/HTTP."""

import json

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from temporalio.api.common.v1 import Header, Payload, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.worker import Interceptor, Replayer

from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.telemetry import tracing
from number_orders.workflows.contract import workflow_id
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from tests.conftest import ACCESS_KEY, BRIDGE_KEYS
from tests.support.command import EXAMPLES
from tests.support.observed_system import ObservedSystem

ORDER = workflow_id("koeln-01")
STREET = json.loads((EXAMPLES / "cologne.json").read_text())["street"]


async def spans_of_order(system: ObservedSystem) -> dict[tuple[str, str], Span]:
    """The spans of the order that went from start to callback, by service and name."""

    def found() -> dict[tuple[str, str], Span]:
        return {
            (service, span.name): span
            for service, span in system.collector.spans()
            if any(a.value.string_value == ORDER for a in span.attributes)
        }

    await system.until_spans(
        lambda _: (
            ("number-orders-worker", "CompleteWorkflow:NumberOrder") in found()
            and ("number-orders-bridge", "SignalWorkflow:order_completed") in found()
        )
    )
    return found()


async def test_from_start_to_callback(system: ObservedSystem) -> None:
    """One trace holds an order from its start to its end; whoever signals it is linked."""
    spans = await spans_of_order(system)
    trace = spans["number-orders", "StartWorkflow:NumberOrder"].trace_id
    within = {who_and_name for who_and_name, span in spans.items() if span.trace_id == trace}
    worker = "number-orders-worker"
    assert within == {
        ("number-orders", "StartWorkflow:NumberOrder"),
        (worker, "RunWorkflow:NumberOrder"),
        (worker, "StartActivity:submit_verification"),
        (worker, "RunActivity:submit_verification"),
        (worker, "HandleSignal:verification_decided"),
        (worker, "StartActivity:place_order"),
        (worker, "RunActivity:place_order"),
        (worker, "HandleSignal:order_completed"),
        (worker, "CompleteWorkflow:NumberOrder"),
    }
    for sender, signal in [
        ("number-orders", "verification_decided"),
        ("number-orders-bridge", "order_completed"),
    ]:
        sent = spans[sender, f"SignalWorkflow:{signal}"]
        [link] = spans[worker, f"HandleSignal:{signal}"].links
        assert (link.trace_id, link.span_id) == (sent.trace_id, sent.span_id)


async def test_nothing_secret(system: ObservedSystem) -> None:
    """No address, key, token, secret or word of an exception is in anything that was sent."""
    await spans_of_order(system)
    sent = b"".join(system.collector.bodies)
    callback = CallbackKeys.parse(BRIDGE_KEYS).callback(ORDER)
    for secret in (STREET, ACCESS_KEY, callback.token, callback.secret, "PDF"):
        assert secret.encode() not in sent
    # The exception of the order's first call: its kind is told, its words are not.
    assert b"CredentialsRefused" in sent
    assert b"check TENIOS_ACCESS_KEY" not in sent


@pytest.mark.parametrize("content", [b"\xff", b'"text"', b"[]", b'{"traceparent": {"a": 1}}'])
async def test_broken_header(system: ObservedSystem, content: bytes) -> None:
    """A trace header that nobody can read does not keep a signal from its order."""
    client = system.temporal.client
    driver = system.driver("waiting")
    driver.handle = client.get_workflow_handle_for(NumberOrder.run, workflow_id("waiting"))
    before = len((await driver.status()).messages)
    header = Payload(metadata={"encoding": b"json/plain"}, data=content)
    await client.workflow_service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=driver.handle.id),
            signal_name="anything",
            header=Header(fields={"_tracer-data": header}),
        )
    )
    await driver.until_message(before + 1)


async def test_replay(system: ObservedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traced history replays where nothing is traced, and the other way round."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    [traces] = tracing("test")
    assert isinstance(traces, Interceptor)
    for interceptors, location_id in ([], "koeln-01"), ([traces], "unknown"):
        handle = system.temporal.client.get_workflow_handle(workflow_id(location_id))
        history = await handle.fetch_history()
        start = history.events[0].workflow_execution_started_event_attributes
        assert ("_tracer-data" in start.header.fields) == (not interceptors)
        replayer = Replayer(
            workflows=[NumberOrder],
            interceptors=interceptors,
            data_converter=WORKFLOW_DATA_CONVERTER,
        )
        await replayer.replay_workflow(history)
