"""Choosing the build that takes the orders; tests/compose shows it choosing one."""

from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from tests.command import run


async def test_a_build_without_workers_is_not_promoted(
    tmp_path: Path, temporal: WorkflowEnvironment
) -> None:
    """A build that nobody runs never gets the orders: they would stand still."""
    promoted = await run(
        tmp_path,
        "promote",
        "--build-id",
        "nobody-runs-it",
        "--wait",
        "0",
        TEMPORAL_ADDRESS=temporal.client.service_client.config.target_host,
        TEMPORAL_DEPLOYMENT_NAME="number-orders",
    )

    assert promoted.code == 1
    assert promoted.errors == (
        "number-orders: No worker of build nobody-runs-it polls: start one with"
        " TEMPORAL_DEPLOYMENT_NAME=number-orders and TEMPORAL_WORKER_BUILD_ID=nobody-runs-it,"
        " and look at its log\n"
    )


async def test_without_a_deployment_there_is_nothing_to_promote(tmp_path: Path) -> None:
    """Workers that are not versioned are not promoted; what to set is said."""
    promoted = await run(tmp_path, "promote", "--build-id", "2026-11-24")

    assert promoted.code == 2
    assert "TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID" in promoted.errors


async def test_a_deployment_needs_a_build_id(tmp_path: Path) -> None:
    """A worker of a deployment without a build id does not start unversioned, but says so."""
    started = await run(
        tmp_path,
        "worker",
        TEMPORAL_DEPLOYMENT_NAME="number-orders",
        BRIDGE_KEYS="test:a2V5LW9mLXRoZS10ZXN0cy0wMDAwMDAwMDAwMDAwMDA=",
        BRIDGE_PUBLIC_URL="https://orders.example",
        TENIOS_ACCESS_KEY="key-of-the-tests",
    )

    assert started.code == 2
    assert "TEMPORAL_DEPLOYMENT_NAME needs TEMPORAL_WORKER_BUILD_ID" in started.errors
