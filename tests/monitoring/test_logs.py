"""Logs for machines, as the real processes write them."""

from datetime import UTC, datetime

import pytest

from tests.support.observed_system import ObservedSystem

PROCESSES = ["worker", "bridge", "second-worker", "second-bridge", "lost-worker"]


@pytest.mark.parametrize("process", PROCESSES)
async def test_every_line(system: ObservedSystem, process: str) -> None:
    """Each line is an object with time in UTC, level, logger and message, exceptions included."""
    lines = system.log(process)
    assert lines
    for line in lines:
        assert datetime.fromisoformat(line["time"]).tzinfo == UTC
        assert {"level", "logger", "message"} <= line.keys()


@pytest.mark.parametrize("process", PROCESSES)
async def test_orders_are_named(system: ObservedSystem, process: str) -> None:
    """A line about an order has its workflow id and location id as fields."""
    for line in system.log(process):
        if "number-order:" in line["message"]:
            assert line["workflow_id"] in line["message"]
            assert line["workflow_id"] == f"number-order:{line['location_id']}"


async def test_who_logs_about_orders(system: ObservedSystem) -> None:
    """Lines of the SDK, of activities, of messages to people and of the bridge name the order."""
    lines = [line for process in PROCESSES for line in system.log(process)]
    about = {(line["logger"], line["location_id"]) for line in lines if "location_id" in line}
    assert about >= {
        ("temporalio.activity", "koeln-01"),
        ("temporalio.worker._workflow_instance", "broken"),
        ("number_orders.runtime.messenger", "unknown"),
        ("number_orders.bridge.intake", "koeln-01"),
        ("number_orders.bridge.app", "unknown"),
        ("number_orders.bridge.dead_letters", "nobody"),
        ("number_orders.runtime.messenger", "nobody"),
    }
    exceptions = [line["exc_info"] for line in lines if "exc_info" in line]
    assert any("CredentialsRefused" in text and "\n" in text for text in exceptions)


async def test_failure_at_the_start(system: ObservedSystem) -> None:
    """Why a process did not start is an object as well."""
    settings = {**system.settings, "LOG_FORMAT": "json", "TENIOS_ACCESS_KEY": ""}
    system.settings, before = settings, system.settings
    ended = await system.command("worker")
    system.settings = before
    assert ended.code == 2
    assert '"message": "TENIOS_ACCESS_KEY is missing' in ended.errors
    assert ended.errors.count("\n") == 1
