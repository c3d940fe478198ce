"""What dashboard and alerts ask for is there: names and labels, in what real processes show."""

import json
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.samples import Sample

from tests.support.observed_system import ObservedSystem, free_address
from tests.support.processes import Processes, until_answers
from tests.support.tools import needs
from tests.support.until import LONG_ENOUGH_SECONDS, until

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"

_SELECTOR = re.compile(r"\b((?:number_orders|temporal)_\w+|up\b)({[^}]*})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


def dashboard_expressions() -> list[str]:
    """Each panel's queries, with what Grafana puts in for its variables."""
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    return [
        target["expr"].replace("$__rate_interval", "30s")
        for panel in panels
        for target in panel.get("targets", [])
    ]


def alert_expressions() -> list[str]:
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


def selectors(expressions: list[str]) -> set[str]:
    """What is selected from all series, before anything is computed."""
    return {match.group(0) for expr in expressions for match in _SELECTOR.finditer(expr)}


def selects(selector: str, sample: Sample) -> bool:
    """Whether Prometheus would select a sample."""
    found = _SELECTOR.fullmatch(selector)
    assert found is not None
    for label, operator, wanted in _MATCHER.findall(found.group(2) or ""):
        value = sample.labels.get(label, "")
        same = bool(re.fullmatch(wanted, value)) if "~" in operator else value == wanted
        if same == operator.startswith("!"):
            return False
    return sample.name == found.group(1)


async def test_everything_asked_for_exists(system: ObservedSystem) -> None:
    """Each selector of dashboard and alerts selects something of what the processes show."""
    samples = await system.samples()
    asked = selectors([*dashboard_expressions(), *alert_expressions()])
    assert len(asked) > 30
    # Prometheus itself says which targets are up.
    nothing = [
        s for s in asked if not s.startswith("up") and not any(selects(s, x) for x in samples)
    ]
    assert nothing == []


@pytest.fixture(scope="module")
async def prometheus(
    system: ObservedSystem, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A Prometheus with our configuration and rules, which scrapes the processes every second."""
    program = needs("prometheus", "prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(MONITORING / file) for file in config["rule_files"]]
    for job in config["scrape_configs"]:
        del job["dns_sd_configs"]
        kind = job["job_name"].removeprefix("number-orders-")
        targets = [where for name, where in system.scraped.items() if name.endswith(kind)]
        assert len(targets) > 1
        job["static_configs"] = [{"targets": targets}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    address = free_address()
    processes = Processes(folder)
    processes.start(
        "prometheus",
        [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
        ],
        {},
    )
    try:
        await until_answers(f"http://{address}/-/ready")
        async with httpx.AsyncClient(
            base_url=f"http://{address}", trust_env=False, timeout=LONG_ENOUGH_SECONDS
        ) as http:
            yield http
        processes.end("prometheus", signal.SIGTERM)
    finally:
        processes.stop_all()


async def query(prometheus: httpx.AsyncClient, expression: str) -> list[Any]:
    """The series that an expression gives now."""
    answer = (await prometheus.get("/api/v1/query", params={"query": expression})).json()
    assert answer["status"] == "success", (expression, answer)
    return list(answer["data"]["result"])


async def until_nothing_is_missing(prometheus: httpx.AsyncClient, asked: set[str]) -> None:
    """Wait until each expression gives at least one series; a rate needs two scrapes."""
    missing = sorted(asked)

    async def is_there() -> None:
        nonlocal missing
        missing = [expr for expr in missing if not await query(prometheus, expr)]
        assert missing == []

    await until(is_there, every_seconds=0.1)


async def test_every_panel_shows_something(prometheus: httpx.AsyncClient) -> None:
    """Prometheus has an answer to each query of the dashboard."""
    await until_nothing_is_missing(prometheus, set(dashboard_expressions()))


async def test_every_alert_can_see(prometheus: httpx.AsyncClient) -> None:
    """Prometheus knows all that the alerts select, and evaluates each rule without an error."""
    await until_nothing_is_missing(prometheus, selectors(alert_expressions()))
    groups = (await prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == len(alert_expressions())
    assert {rule["health"] for rule in rules} == {"ok"}


async def test_alerts_of_the_day(prometheus: httpx.AsyncClient) -> None:
    """What happened raises its alert, and what did not happen raises none."""
    expected = {
        "OrderOutcomeUnknown",
        "CallbackDeadLetter",
        "TemporalUnreachable",
        "OrderCountsStale",
    }
    # Still retried, so they may come or not while we look.
    possible = {"WorkflowTaskFails", "NotificationsFail"}

    async def are_raised() -> set[str]:
        alerts = (await prometheus.get("/api/v1/alerts")).json()["data"]["alerts"]
        raised = {alert["labels"]["alertname"] for alert in alerts}
        assert raised >= expected
        return raised

    assert await until(are_raised, every_seconds=0.1) <= expected | possible
