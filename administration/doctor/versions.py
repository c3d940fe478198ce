"""Which build of the workers takes the orders, and whether it polls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from temporalio.api.enums.v1 import WorkerVersioningMode
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from number_orders.administration.doctor.finding import Finding, fail, ok, warn

_VERSIONED = WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED


@dataclass(frozen=True)
class _Routing:
    """What Temporal knows of a deployment."""

    current: str | None
    former: frozenset[str]
    """The builds that took the orders before."""


async def version(
    client: Client,
    deployment: str | None,
    polling: Sequence[PollerInfo],
    listed: Sequence[PollerInfo],
) -> Finding:
    """The finding about versions.

    Args:
        client: Of the orders' namespace.
        deployment: Which one is meant, if a setting says so.
        polling: Those that take work.
        listed: Those, and the ones that have stopped lately.
    """
    versioned = [p.deployment_options for p in polling if _is_versioned(p)]
    plain = len(versioned) < len(polling)
    deployments = sorted({options.deployment_name for options in versioned})
    name = deployment or next(iter(deployments), None)
    if name is None:
        return ok("worker version", "workers are not versioned")
    builds = sorted({v.build_id for v in versioned if v.deployment_name == name})
    routing = await _routing(client, name)
    if routing.current is None:
        return _none_is_current(name, builds, plain=plain)
    current = f"build {routing.current} of {name} takes the orders"
    if routing.current not in builds:
        return fail(
            "worker version",
            f"{current}, but no worker of it polls",
            f"start one with TEMPORAL_WORKER_BUILD_ID={routing.current}"
            + "".join(f", or {_promotion(name, build)}" for build in builds[:1]),
        )
    waiting = [build for build in builds if build != routing.current]
    fresh = [build for build in waiting if build not in routing.former]
    if fresh:
        return warn(
            "worker version",
            f"{current}; nothing comes to {', '.join(f'build {build}' for build in fresh)}",
            f"{_promotion(name, fresh[0])}, or stop what is not needed",
        )
    if plain:
        return warn(
            "worker version",
            f"{current}; nothing comes to workers without a version",
            "give all workers TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID",
        )
    return ok("worker version", f"{current}, and polls{_old_ones(name, waiting, builds, listed)}")


def _old_ones(
    name: str, waiting: Sequence[str], live: Sequence[str], listed: Sequence[PollerInfo]
) -> str:
    """What became of the builds before: an ordinary upgrade leaves nothing to do about them."""
    last: dict[str, str] = {}
    for poller in listed:
        options = poller.deployment_options
        if _is_versioned(poller) and options.deployment_name == name:
            at = f"{poller.last_access_time.ToDatetime(UTC):%H:%M:%S}"
            last[options.build_id] = max(at, last.get(options.build_id, at))
    stopped = [
        f"; build {build} has stopped (it last asked for work at {at} UTC)"
        for build, at in sorted(last.items())
        if build not in live
    ]
    former = [f"; build {build} took them before, and nothing comes to it" for build in waiting]
    return "".join([*former, *stopped])


def _is_versioned(poller: PollerInfo) -> bool:
    return poller.deployment_options.worker_versioning_mode == _VERSIONED


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


async def _routing(client: Client, deployment: str) -> _Routing:
    try:
        answer = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=deployment)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return _Routing(current=None, former=frozenset())
        raise
    info = answer.worker_deployment_info
    return _Routing(
        current=info.routing_config.current_deployment_version.build_id or None,
        former=frozenset(
            summary.deployment_version.build_id
            for summary in info.version_summaries
            if summary.HasField("last_deactivation_time")
        ),
    )
