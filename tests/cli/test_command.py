"""The installed command `number-orders`, as processes."""

import asyncio
import json
import re
import signal
import socket
from pathlib import Path

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from tests.conftest import BRIDGE_KEYS
from tests.support.command import (
    COMMAND,
    EXAMPLES,
    environment,
    make_store,
    run,
    until_status,
)
from tests.support.order_driver import order_fields
from tests.support.until import LONG_ENOUGH_SECONDS

WORKER = {
    "TENIOS_ACCESS_KEY": "k",
    "TENIOS_BASE_URL": "http://127.0.0.1:1",
    "BRIDGE_PUBLIC_URL": "https://bridge.example",
    "BRIDGE_KEYS": BRIDGE_KEYS,
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
}


@pytest.mark.parametrize(
    ("command", "changes", "code", "says"),
    [
        ("worker", {"TENIOS_ACCESS_KEY": ""}, 2, "TENIOS_ACCESS_KEY is missing"),
        ("worker", {"BRIDGE_KEYS": "secretstuff"}, 2, "BRIDGE_KEYS is wrong"),
        ("worker", {"BRIDGE_PUBLIC_URL": "bridge"}, 2, "BRIDGE_PUBLIC_URL is wrong"),
        ("worker", {"TENIOS_BASE_URL": "http://a.example"}, 2, "TENIOS_BASE_URL must start with"),
        ("worker", {"TENIOS_CALLS_PER_SECOND": "0"}, 2, "TENIOS_CALLS_PER_SECOND is wrong"),
        ("worker", {"STORE_URL": "ftp://x"}, 2, "STORE_URL"),
        ("worker", {"NOTIFY_URLS": "nonsense"}, 2, "NOTIFY_URLS is wrong"),
        ("worker", {}, 1, "Temporal is not reachable at 127.0.0.1:1"),
        ("bridge", {"BRIDGE_PORT": "x"}, 2, "BRIDGE_PORT is wrong"),
        ("bridge", {"BRIDGE_SECRET": "maybe"}, 2, "BRIDGE_SECRET is wrong"),
        ("list", {}, 1, "Temporal is not reachable at 127.0.0.1:1"),
        ("nonsense", {}, 2, "No such command"),
    ],
)
async def test_wrong_settings(
    tmp_path: Path, command: str, changes: dict[str, str], code: int, says: str
) -> None:
    """A wrong setting is named in one line before anything runs, and no secret is repeated."""
    ended = await run(tmp_path, command, **{**WORKER, **changes})
    assert (ended.code, ended.output) == (code, "")
    assert says in ended.errors
    assert "Traceback" not in ended.errors
    assert "secretstuff" not in ended.errors
    if command != "nonsense":
        assert ended.errors.count("\n") == 1


async def test_dot_env(tmp_path: Path) -> None:
    """Settings are read from `.env`, Temporal's own among them; the environment wins."""
    settings = WORKER | {"TENIOS_ACCESS_KEY": "", "TEMPORAL_ADDRESS": "127.0.0.1:2"}
    (tmp_path / ".env").write_text("\n".join(f"{k}={v}" for k, v in settings.items()))
    ended = await run(tmp_path, "worker", TENIOS_ACCESS_KEY="k")
    assert (ended.code, ended.output) == (1, "")
    assert "Temporal is not reachable at 127.0.0.1:2" in ended.errors


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize(
    ("command", "ready"),
    [
        (["worker"], "Working on the task queue"),
        (["bridge"], "Listening on"),
        (["sandbox", "--port", "0"], "Listening on"),
    ],
)
async def test_clean_stop(
    tmp_path: Path,
    temporal: WorkflowEnvironment,
    command: list[str],
    ready: str,
    signal_number: signal.Signals,
) -> None:
    """SIGTERM, Ctrl-C and a closed terminal stop each service cleanly, with exit code 0."""
    await make_store(tmp_path)
    address = temporal.client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *command,
        cwd=tmp_path,
        # In a namespace of its own, so that this worker takes no task of another test.
        env=environment(
            WORKER
            | {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "empty", "BRIDGE_PORT": "0"}
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        while ready not in (line := (await process.stdout.readline()).decode()):
            assert line, "it ended before it was ready"
        process.send_signal(signal_number)
        rest, _ = await process.communicate()
    assert process.returncode == 0, rest.decode()
    assert "Traceback" not in rest.decode()


@pytest.mark.parametrize(
    "arguments", [["sandbox", "--port", "0", "--state", "no/x"], ["dev", "--folder", "file"]]
)
async def test_unusable_path(tmp_path: Path, arguments: list[str]) -> None:
    """A path that cannot be used is one line, not a stack trace."""
    (tmp_path / "file").touch()
    ended = await run(tmp_path, *arguments)
    assert ended.code == 1
    assert ended.errors.count("\n") == 1


async def test_port_in_use(tmp_path: Path) -> None:
    """A port that is taken is named in one line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        ended = await run(tmp_path, "sandbox", "--port", port)
    assert ended.code == 1
    assert f"Cannot listen on 127.0.0.1:{port} (Address already in use)" in ended.errors


async def test_whole_order(tmp_path: Path, development: dict[str, str]) -> None:
    """A person orders a number with nothing but the command and the sandbox's page."""
    temporal = {"TEMPORAL_ADDRESS": development["Temporal"]}
    sandbox = development["TENIOS sandbox"]

    started = await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **temporal)
    assert (started.code, started.errors) == (0, "")
    assert "Started number-order:koeln-01" in started.output

    again = await run(
        tmp_path, "start", str(EXAMPLES / "cologne.json"), "--area-code", "30", **temporal
    )
    assert (again.code, again.output) == (1, "")
    assert "nothing was changed. It has other data: area_code" in again.errors
    assert "belongs to Berlin" in again.errors
    same = await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **temporal)
    assert (same.code, same.errors) == (0, "")
    assert "nothing was changed" in same.output

    order = await until_status(tmp_path, temporal, status="awaiting_approval")
    async with httpx.AsyncClient(
        trust_env=False, base_url=sandbox, timeout=LONG_ENOUGH_SECONDS
    ) as team:
        await team.post(f"verifications/{order['verification_id']}/approve")
        approved = await run(tmp_path, "approve", "koeln-01", "--by", "ann", **temporal)
        assert approved.code == 0
        order = await until_status(tmp_path, temporal, status="awaiting_completion")
        early = await run(tmp_path, "reject", "koeln-01", **temporal)
        assert early.code == 1
        assert "nothing was sent" in early.errors
        await team.post(f"orders/{order['order_id']}/complete")
    order = await until_status(tmp_path, temporal, status="completed")
    assert str(order["phone_number"]).startswith("+49221")

    shown = await run(tmp_path, "status", "koeln-01", **temporal)
    assert "approved verification" in shown.output
    assert "by ann" in shown.output
    listed = await run(tmp_path, "list", "--json", "--status", "completed", **temporal)
    [row] = json.loads(listed.output)
    assert row["PhoneNumber"] == order["phone_number"]

    unknown = await run(tmp_path, "status", "nowhere", **temporal)
    assert unknown.code == 1
    assert "There is no order number-order:nowhere" in unknown.errors

    flags = order_fields("a")
    arguments = [part for k, v in flags.items() for part in (f"--{k.replace('_', '-')}", v)]
    by_flags = await run(
        tmp_path,
        "start",
        *arguments,
        "--document",
        str(EXAMPLES / "proof-of-address.pdf"),
        **temporal,
    )
    assert (by_flags.code, by_flags.errors) == (0, "")
    for log in (tmp_path / "var" / "log").glob("*.log"):
        assert "Domkloster" not in log.read_text()


async def test_demo(tmp_path: Path) -> None:
    """The demo ends by itself with its table, code 0 and nothing left running."""
    ended = await run(tmp_path, "demo", TMPDIR=str(tmp_path))
    assert ended.code == 0, ended.errors
    rows = [line for line in ended.output.splitlines() if line.startswith("│")]
    assert [re.findall(r"completed|rejected", row) for row in rows] == [
        ["completed"],
        ["completed"],
        ["rejected"],
    ]
    assert list(tmp_path.iterdir()) == []


async def test_true_exit_codes(tmp_path: Path, temporal: WorkflowEnvironment) -> None:
    """However often a command ran the SDK's core, it ends with its own code and never a signal."""
    address = {"TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host}
    listed = [run(tmp_path, "list", **address) for _ in range(6)]
    unknown = [run(tmp_path, "status", "nowhere", **address) for _ in range(6)]
    ended = await asyncio.gather(*listed, *unknown)
    assert [one.code for one in ended] == [0] * 6 + [1] * 6


@pytest.mark.parametrize("command", ["list --json", "--version", "start --help"])
async def test_reader_that_goes_away(
    tmp_path: Path, temporal: WorkflowEnvironment, command: str
) -> None:
    """A command whose output nobody takes ends quietly, and well."""
    process = await asyncio.create_subprocess_shell(
        f"{COMMAND} {command} | true; exit ${{PIPESTATUS[0]}}",
        cwd=tmp_path,
        env=environment({"TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host}),
        stderr=asyncio.subprocess.PIPE,
        executable="/bin/bash",
    )
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
