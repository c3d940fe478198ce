"""The files in deploy/monitoring, read by the tools that they are made for."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.support.tools import needs

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "alerts.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool(arguments: tuple[str, ...]) -> None:
    """Prometheus' own tool reads rules and configuration, and the rules' tests pass."""
    promtool = needs("promtool", "prometheus")
    done = subprocess.run(
        [promtool, *arguments], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested() -> None:
    """Each alert has a test in which it fires, and one in which it does not yet."""
    tests = yaml.safe_load((MONITORING / "alerts_test.yml").read_text())["tests"]
    for outcome in (True, False):
        tested = {
            name
            for test in tests
            for expected in test["promql_expr_test"]
            if bool(expected["exp_samples"]) is outcome
            for name in re.findall(r'alertname="(\w+)"', expected["expr"])
        }
        assert tested == {alert["alert"] for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alert_says_what_to_do(alert: dict[str, Any]) -> None:
    """An alert says what is wrong, what it means, how bad it is, and where to read on."""
    assert set(alert["annotations"]) == {"summary", "description", "runbook"}
    assert alert["labels"]["severity"] in {"critical", "warning"}
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    assert anchor == alert["alert"].lower()
    headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(), flags=re.MULTILINE)
    assert anchor in {heading.strip("` ").lower() for heading in headings}


def test_dashboard() -> None:
    """Grafana's own types read the dashboard and keep all of it: none of it is a mistyped name."""
    register_default_plugins()
    written = json.loads((MONITORING / "dashboard.json").read_text())
    dashboard = Dashboard.from_json(written)
    kept = json.loads(JSONEncoder().encode(dashboard))
    assert list(_lost(written, kept)) == []


def test_dashboard_asks_for_its_data_source() -> None:
    """Each query goes to the data source that is chosen, wherever the dashboard is imported."""
    text = (MONITORING / "dashboard.json").read_text()
    assert set(re.findall(r'"uid": "([^"]*)"', text)) == {"${datasource}", "number-orders"}


def _lost(written: Any, kept: Any, where: str = "") -> list[str]:
    """The places at which two values differ."""
    if isinstance(written, dict) and isinstance(kept, dict):
        return [
            place
            for name, value in written.items()
            for place in _lost(value, kept.get(name), f"{where}/{name}")
        ]
    if isinstance(written, list) and isinstance(kept, list) and len(written) == len(kept):
        pairs = enumerate(zip(written, kept, strict=True))
        return [place for n, pair in pairs for place in _lost(*pair, f"{where}/{n}")]
    return [] if written == kept else [where]
