"""What Prometheus gets from the real processes after a day with every trouble."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from number_orders.workflows.models import OrderStatus
from tests.support.observed_system import ObservedSystem

DOCS = Path(__file__).parents[2] / "docs" / "monitoring.md"


def values(samples: list[Sample], name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """A metric's values by some of its labels."""
    found: dict[tuple[str, ...], float] = {}
    for sample in samples:
        if sample.name == name:
            key = tuple(sample.labels[label] for label in labels)
            found[key] = found.get(key, 0) + sample.value
    return found


@pytest.fixture
async def second_worker(system: ObservedSystem) -> list[Sample]:
    return await system.samples("second-worker")


async def test_orders(second_worker: list[Sample]) -> None:
    """Orders are counted by status, those that still run apart from those that have ended."""
    counted = values(second_worker, "number_orders_orders", "status", "state")
    assert set(counted) == {(str(s), state) for s in OrderStatus for state in ("running", "ended")}
    assert {key for key, count in counted.items() if count} == {
        ("awaiting_approval", "running"),
        ("cancelled", "ended"),
        ("completed", "ended"),
        ("outcome_unknown", "running"),
        ("rejected", "running"),
    }


async def test_oldest_orders(second_worker: list[Sample]) -> None:
    """The age of the oldest order is above nothing where orders wait, and nothing elsewhere."""
    ages = values(second_worker, "number_orders_oldest_order_age_seconds", "status")
    assert {status for (status,), age in ages.items() if age > 0} == {
        "awaiting_approval",
        "outcome_unknown",
        "rejected",
    }
    assert max(ages.values()) < 600


async def test_callbacks(system: ObservedSystem) -> None:
    """Pushes are counted by what became of them, and kept ones by their place."""
    samples = await system.samples("bridge")
    received = values(samples, "number_orders_callbacks_total", "result", "code")
    assert {key: number for key, number in received.items() if number} == {
        ("delivered", "200"): 1,
        ("kept", "202"): 1,
        ("refused", "401"): 1,
        ("refused", "404"): 1,
    }
    counted = await system.samples("second-bridge")
    kept = values(counted, "number_orders_callbacks_kept", "place")
    assert kept == {("dead",): 1, ("pending",): 0}


async def test_calls_to_tenios(system: ObservedSystem) -> None:
    """Calls are measured by method, outcome and error code."""
    samples = await system.samples("worker", "second-worker")
    name = "number_orders_tenios_call_duration_seconds"
    assert values(samples, f"{name}_count", "method", "outcome", "error_code") == {
        ("create_verification", "CredentialsRefused", "none"): 1,
        ("create_verification", "RequestRefused", "INVALID_VALUE"): 1,
        ("create_verification", "Succeeded", "none"): 4,
        ("order_number", "ServerFailed", "none"): 1,
        ("order_number", "Succeeded", "none"): 1,
    }
    bounds = {float(s.labels["le"]) for s in samples if s.name == f"{name}_bucket"}
    assert bounds >= {0.01, 60, float("inf")}


async def test_statuses_entered(system: ObservedSystem) -> None:
    """Each status that an order enters is counted once, whatever is replayed."""
    samples = await system.samples("worker", "second-worker")
    entered = values(samples, "number_orders_status_entered_total", "status")
    assert entered["completed",] == entered["outcome_unknown",] == entered["rejected",] == 1
    assert entered["awaiting_approval",] == 4


async def test_cancelled_order_is_no_error(system: ObservedSystem) -> None:
    """An order that ends without a number counts nowhere as a workflow that fails."""
    samples = await system.samples("worker", "second-worker")
    assert values(samples, "temporal_workflow_completed_total") == {(): 1}
    assert values(samples, "temporal_workflow_failed_total") == {}


async def test_nothing_personal(system: ObservedSystem) -> None:
    """No label holds an order, a location or anything else that has no end."""
    for process in system.scraped:
        scrape = await system.scrape(process)
        assert "koeln" not in scrape
        assert "number-order:" not in scrape


async def test_documented(system: ObservedSystem) -> None:
    """docs/monitoring.md names every metric of ours, and no other."""
    names = {
        family.name + ("_total" if family.type == "counter" else "")
        for process in system.scraped
        for family in text_string_to_metric_families(await system.scrape(process))
        if family.name.startswith("number_orders_")
    }
    documented = re.findall(r"^\| `(number_orders_\w+)` \|", DOCS.read_text(), flags=re.MULTILINE)
    assert set(documented) == names
