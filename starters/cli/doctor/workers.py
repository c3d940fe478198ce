"""The workers: whether they poll, with which version, and with which store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType, WorkerVersioningMode
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from starters.cli.doctor.finding import Finding, Findings, counted, fail, ok, skip, warn
from starters.pollers import POLLS_AT_LEAST_EVERY, pollers, store_of
from workflows.contract import TASK_QUEUE

_SHOWN = 5
_START = "number-orders worker starts one; if it runs, look at its log"


async def workers(
    client: Client, deployment: str | None, store: str | None, ahead: timedelta
) -> Findings:
    """Everything about workers; `ahead` is how far Temporal's clock is ahead of ours."""
    since = datetime.now(UTC) + ahead - POLLS_AT_LEAST_EVERY
    listed = {
        "workflows": await pollers(client, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
        "activities": await pollers(client, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    }
    live = {
        kind: [poller for poller in polling if poller.last_access_time.ToDatetime(UTC) > since]
        for kind, polling in listed.items()
    }
    idle = [kind for kind, polling in live.items() if not polling]
    if idle:
        seen = [p.last_access_time.ToDatetime(UTC) for kind in idle for p in listed[kind]]
        last = f"; the last one did at {max(seen):%H:%M:%S} UTC" if seen else ""
        return [
            fail("workers", f"none polls {TASK_QUEUE} for {' and '.join(idle)}{last}", _START),
            skip("worker version", "no worker polls"),
        ]
    polling = [poller for of_kind in live.values() for poller in of_kind]
    names = sorted({poller.identity for poller in polling})
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return [
        ok(
            "workers",
            f"{counted(len(names), 'worker polls', 'workers poll')} {TASK_QUEUE}:"
            f" {', '.join(names[:_SHOWN])}{more}",
        ),
        *_stores(names, store),
        await _version(client, deployment, polling),
    ]


def _stores(names: Sequence[str], store: str | None) -> Findings:
    theirs = {name: found for name in names if (found := store_of(name))}
    if store is None or len(theirs) < len(names):
        return [skip("worker store", "which one the workers use is not known")]
    others = [name for name in names if theirs[name] != store]
    if not others:
        return [ok("worker store", f"the same as this command's ({store})")]
    return [
        fail(
            "worker store",
            f"another one than this command's ({store}): {', '.join(others[:_SHOWN])}; they refuse"
            " the orders that are started with this one",
            "give the same STORE_URL to all",
        )
    ]


async def _version(
    client: Client, deployment: str | None, polling: Sequence[PollerInfo]
) -> Finding:
    versioned = [
        poller.deployment_options
        for poller in polling
        if poller.deployment_options.worker_versioning_mode
        == WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED
    ]
    plain = len(versioned) < len(polling)
    deployments = sorted({options.deployment_name for options in versioned})
    name = deployment or next(iter(deployments), None)
    if name is None:
        return ok("worker version", "workers are not versioned")
    builds = sorted({v.build_id for v in versioned if v.deployment_name == name})
    current = await _current_build(client, name)
    if current is None:
        return _none_is_current(name, builds, plain=plain)
    if current not in builds:
        return fail(
            "worker version",
            f"build {current} of {name} takes the orders, but no worker of it polls",
            f"start one with TEMPORAL_WORKER_BUILD_ID={current}"
            + "".join(f", or {_promotion(name, build)}" for build in builds[:1]),
        )
    others = [build for build in builds if build != current]
    if others or plain:
        waiting = [f"build {build}" for build in others] + ["workers without a version"] * plain
        return warn(
            "worker version",
            f"build {current} of {name} takes the orders; nothing comes to {', '.join(waiting)}",
            f"{_promotion(name, others[0])}, or stop what is not needed"
            if others
            else "give all workers TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID",
        )
    return ok("worker version", f"build {current} of {name} takes the orders, and polls")


def _none_is_current(name: str, builds: Sequence[str], *, plain: bool) -> Finding:
    if not builds:
        return warn(
            "worker version",
            f"TEMPORAL_DEPLOYMENT_NAME is {name}, but the workers that poll have no version",
            "restart them with TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID",
        )
    found = f"no build of {name} is promoted, so nothing comes to build {', '.join(builds)}"
    remedy = _promotion(name, builds[0])
    if plain:
        return warn("worker version", f"{found}; workers without a version take it", remedy)
    return fail("worker version", found, remedy)


def _promotion(deployment: str, build: str) -> str:
    return f"TEMPORAL_DEPLOYMENT_NAME={deployment} number-orders promote --build-id {build}"


async def _current_build(client: Client, deployment: str) -> str | None:
    try:
        answer = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=deployment)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    routing = answer.worker_deployment_info.routing_config
    return routing.current_deployment_version.build_id or None
