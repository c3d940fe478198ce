"""Metrics, traces and logs, switched on and off by settings, in real processes."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.conftest import BRIDGE_KEYS
from tests.support.command import environment, make_store, run, run_installed

BRIDGE = {"BRIDGE_KEYS": BRIDGE_KEYS, "BRIDGE_PORT": "0", "TEMPORAL_ADDRESS": "127.0.0.1:1"}
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}

_IMPORTS_NOTHING = """
import sys
import number_orders.cli.main
from number_orders.runtime.telemetry import tracing
assert tracing("a process") == ()
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""


def test_off_by_default() -> None:
    """Without an endpoint nothing of OpenTelemetry is imported, whatever our command needs."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS_NOTHING],
        env=environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"METRICS_ADDRESS": "localhost:1"}, 2, "METRICS_ADDRESS is wrong: expected an IP address"),
        ({"METRICS_ADDRESS": "0.0.0.0"}, 2, "METRICS_ADDRESS is wrong"),  # noqa: S104 -- refused
        ({"METRICS_ADDRESS": "127.0.0.1:99999"}, 2, "METRICS_ADDRESS is wrong"),
        ({"LOG_FORMAT": "xml"}, 2, "LOG_FORMAT is wrong"),
        (ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, 2, "OTEL_EXPORTER_OTLP_PROTOCOL: "),
    ],
)
async def test_wrong_settings(
    tmp_path: Path, changes: dict[str, str], code: int, says: str
) -> None:
    """A wrong setting is named in one line before anything runs."""
    await make_store(tmp_path)
    ended = await run(tmp_path, "bridge", **{**BRIDGE, **changes})
    assert (ended.code, ended.output) == (code, "")
    assert says in ended.errors
    assert ended.errors.count("\n") == 1


async def test_port_taken(tmp_path: Path) -> None:
    """A port that another process has is named in one line, with what to do."""
    await make_store(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        ended = await run(tmp_path, "bridge", **BRIDGE, METRICS_ADDRESS=address)
    assert (ended.code, ended.output) == (1, "")
    assert f"METRICS_ADDRESS: cannot listen on {address}" in ended.errors
    assert ended.errors.count("\n") == 1


async def test_tracing_is_not_installed(tmp_path: Path) -> None:
    """Whoever asks for traces without the extra is told in one line what to install."""
    await make_store(tmp_path)
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['opentelemetry'] = None\n")
    ended = await run_installed(tmp_path, "bridge", **BRIDGE, **ENDPOINT, PYTHONPATH=str(tmp_path))
    assert (ended.code, ended.output) == (2, "")
    assert "install number-orders with its extra `tracing`" in ended.errors
    assert ended.errors.count("\n") == 1


async def test_collector_is_away(tmp_path: Path, temporal: WorkflowEnvironment) -> None:
    """A collector that is away changes neither what a command answers nor how it ends."""
    address = temporal.client.service_client.config.target_host
    without = await run(tmp_path, "status", "nobody", TEMPORAL_ADDRESS=address)
    traced = await run(tmp_path, "status", "nobody", TEMPORAL_ADDRESS=address, **ENDPOINT)
    assert (traced.code, traced.output) == (without.code, without.output)
    assert without.errors in traced.errors


async def test_logs_for_machines(tmp_path: Path) -> None:
    """With JSON a failure at the start is an object too."""
    ended = await run(tmp_path, "bridge", **BRIDGE, LOG_FORMAT="json", BRIDGE_SECRET="maybe")
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors.startswith('{"time": "')
    assert '"message": "BRIDGE_SECRET is wrong' in ended.errors
