"""Temporal itself: connection, namespace, search attributes, clock."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, timedelta

from temporalio.api.enums.v1 import TaskQueueKind, TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
    PollWorkflowTaskQueueRequest,
)
from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig
from temporalio.service import RPCError, TLSConfig

from number_orders.administration import namespace
from number_orders.administration.doctor.finding import Findings, counted, fail, ok, warn
from number_orders.runtime.polling import NotYet, until

CLOCK_LIMIT_SECONDS = 5.0
_RETENTION_AT_LEAST = timedelta(days=30)
_CLOCK_QUEUE = "number-orders-doctor"
_CLOCK_TELLS_WITHIN_SECONDS = 2.0


async def server(client: Client, config: ClientConnectConfig) -> Findings:
    """Which server answers, and how we come to it."""
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    return [
        ok(
            "temporal",
            f"{config['target_host']} answers, version {info.server_version or 'not told'};"
            f" {', '.join(_how(config))}",
        )
    ]


def _how(config: ClientConnectConfig) -> Iterator[str]:
    tls = config.get("tls")
    yield "TLS" if tls else "no TLS"
    if isinstance(tls, TLSConfig) and tls.client_cert:
        yield "client certificate"
    yield "API key" if config.get("api_key") else "no API key"


async def namespace_found(client: Client) -> Findings:
    """Whether the namespace exists and remembers for long enough."""
    kept = await namespace.retention(client)
    if kept is None:
        return [
            fail(
                "namespace",
                f"there is no {client.namespace}",
                "number-orders setup makes it, or set TEMPORAL_NAMESPACE",
            )
        ]
    found = f"{client.namespace} keeps ended orders for {counted(kept / timedelta(days=1), 'day')}"
    if kept < _RETENTION_AT_LEAST:
        return [
            warn(
                "namespace",
                f"{found}; after that only the attempt ledger remembers them",
                "number-orders setup",
            )
        ]
    return [ok("namespace", found)]


async def search_attributes(client: Client) -> Findings:
    """Whether all are there, with the right types."""
    registered = await namespace.registered(client)
    missing = await namespace.missing(client, registered)
    if registered is None:
        # Temporal Cloud does not list them to everyone.
        found = f"all {len(namespace.WANTED)} are known; the server does not tell us their types"
    else:
        found = f"all {len(namespace.WANTED)} are registered"
    findings = []
    if missing:
        findings.append(
            fail(
                "search attributes",
                f"missing: {namespace.described(missing)}",
                "number-orders setup registers them",
            )
        )
    if wrong := namespace.of_another_type(registered or {}):
        findings.append(
            fail(
                "search attributes",
                f"of another type: {namespace.described(wrong)}",
                f"needed: {namespace.described(namespace.wanted(wrong))}; use another namespace",
            )
        )
    return findings or [ok("search attributes", found)]


async def clock_offset(client: Client) -> timedelta | None:
    """How far Temporal's clock is ahead of ours; `None` if it does not tell.

    No call tells the time, but a poll is listed with it. A sticky queue has a single partition,
    so that the poll is seen at once.
    """
    identity = f"{_CLOCK_QUEUE} {uuid.uuid4()}"
    queue = TaskQueue(
        name=identity, kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY, normal_name=_CLOCK_QUEUE
    )
    began = time.time()
    polling = asyncio.create_task(
        client.workflow_service.poll_workflow_task_queue(
            PollWorkflowTaskQueueRequest(
                namespace=client.namespace, task_queue=queue, identity=identity
            ),
            # A server complains of less.
            timeout=timedelta(seconds=30),
        )
    )

    async def seen() -> timedelta:
        answer = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace,
                task_queue=queue,
                task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            )
        )
        if not answer.pollers:
            raise NotYet("Temporal does not list our poll")
        at = answer.pollers[0].last_access_time.ToDatetime(UTC).timestamp()
        # It was polled at some moment between the two.
        return timedelta(seconds=at - min(max(at, began), time.time()))

    try:
        return await until(seen, within_seconds=_CLOCK_TELLS_WITHIN_SECONDS, every_seconds=0.05)
    except NotYet:
        return None
    finally:
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError, RPCError):
            await polling


def clock_compared(check: str, ahead: timedelta) -> Findings:
    """What is said about another clock."""
    seconds = ahead.total_seconds()
    if abs(seconds) <= CLOCK_LIMIT_SECONDS:
        return [ok(check, f"{abs(seconds):.1f} s apart from ours")]
    return [
        warn(
            check,
            f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} ours",
            "let NTP or chrony set the clocks of all machines",
        )
    ]
