"""The stack of `dev` and `demo`: how it starts, and that it leaves nothing behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest

from number_orders.devstack.stack import service_environment, temporal_command
from number_orders.runtime.settings import BridgeSettings, WorkerSettings
from number_orders.runtime.web_ui import WebUi
from number_orders.starters.ready_lists import ready_lists
from tests.support.command import COMMAND, environment, run
from tests.support.ports import free_ports
from tests.support.running import Running, is_there, running, until_gone
from tests.support.until import LONG_ENOUGH_SECONDS, until

_NOBODY = 12345
"""A user without an entry."""


def test_settings_are_known(tmp_path: Path) -> None:
    """What the services are told, they read: otherwise a person's own setting is in force."""
    told = service_environment(tmp_path, free_ports()).keys() - os.environ.keys()
    read = {name.upper() for kind in (WorkerSettings, BridgeSettings) for name in kind.model_fields}
    of_others = {"HOME", "USER", "SANDBOX_ACCESS_KEYS"}
    assert {name for name in told - read - of_others if not name.startswith("TEMPORAL_")} == set()


async def test_killed(tmp_path: Path) -> None:
    """A `dev` that is killed leaves nothing behind, and the next one goes on with its state."""
    # A part of a URI, for the database.
    folder = tmp_path / "c#proj? 100%41"
    folder.mkdir()
    async with running(folder, "dev") as dev:
        await dev.says("Stop:")
        services = dev.services()
        assert set(services) == {"temporal", "sandbox", "bridge", "worker"}
        dev.process.kill()
        await dev.process.wait()
        await until_gone(list(services.values()))
    assert (folder / "var" / "temporal.db").exists()
    assert list(tmp_path.iterdir()) == [folder]
    async with running(folder, "dev") as again:
        await again.says("Stop:")


async def test_links(tmp_path: Path) -> None:
    """`dev` prints the ready lists of its own Web UI, and its services link to that."""
    # A person's own setting, which is about another Temporal.
    async with running(tmp_path, "dev", TEMPORAL_UI_URL="https://temporal.example") as dev:
        await dev.says("Stop:")
        ports = json.loads((tmp_path / "var" / "ports.json").read_text())
        root = f"http://127.0.0.1:{ports['web_ui']}"
        for name, query in ready_lists().items():
            assert f"{name:<24}{WebUi(root, 'default').orders(query)}\n" in dev.output
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(root, follow_redirects=True)).is_success
        assert f"export TEMPORAL_UI_URL={root}\n" in dev.output
        for name in ("worker", "bridge"):
            told = Path(f"/proc/{dev.services()[name]}/environ").read_bytes().split(b"\0")
            assert f"TEMPORAL_UI_URL={root}".encode() in told


async def test_killed_while_it_starts(tmp_path: Path) -> None:
    """The same holds at any time of its start."""
    for _ in range(3):
        async with running(tmp_path, "dev") as dev:
            services = await dev.until_services()
            dev.process.kill()
            await dev.process.wait()
            await until_gone(list(services.values()))


async def test_second_dev(tmp_path: Path) -> None:
    """A second `dev` on the same folder is refused in one line; the first one goes on."""
    async with running(tmp_path, "dev") as dev:
        await dev.says("Stop:")
        second = await run(tmp_path, "dev")
        assert (second.code, second.output) == (1, "")
        assert f"in use by another number-orders dev (process {dev.process.pid})" in second.errors
        assert second.errors.count("\n") == 1
        assert len(dev.services()) == 4


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGHUP])
async def test_busy(tmp_path: Path, signal_number: signal.Signals) -> None:
    """A `dev` that is told to stop does not wait for a worker that cannot finish."""

    async def works() -> None:
        assert "Working on" in (tmp_path / "var/log/worker.log").read_text()

    async with running(tmp_path, "dev") as dev:
        await dev.says("Stop:")
        services = dev.services()
        # Before it works, it has nothing to finish, and ends at once.
        await until(works)
        os.kill(services["worker"], signal.SIGSTOP)
        began = asyncio.get_running_loop().time()
        dev.process.send_signal(signal_number)
        code, output = await dev.end()
        # 30 s is what we promise; the worker alone would take 75.
        assert asyncio.get_running_loop().time() - began < 60
        assert code == 0
        assert "Stopping ..." in output
        assert "worker did not stop within 15 s and was killed" in output
        assert not any(is_there(process_id) for process_id in services.values())


async def test_nohup(tmp_path: Path) -> None:
    """Started by `nohup`, a closed terminal stops nothing."""
    process = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        f'trap "" HUP; exec {COMMAND} dev',
        cwd=tmp_path,
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    dev = Running(process)
    try:
        await dev.says("Stop:")
        services = dev.services()
        for process_id in (process.pid, services["sandbox"], services["bridge"]):
            os.kill(process_id, signal.SIGHUP)
        # What is asked after it is answered by who ignored it.
        process.send_signal(signal.SIGTERM)
        code, output = await dev.end()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert code == 0
    assert "ended by itself" not in output


@pytest.mark.parametrize("when", ["Temporal Web UI", "awaiting_approval"])
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_demo_is_stopped(tmp_path: Path, when: str, signal_number: signal.Signals) -> None:
    """Ctrl-C in mid-demo says that it stopped, without logs, and nothing is left."""
    async with running(tmp_path, "demo", TMPDIR=str(tmp_path)) as demo:
        await demo.says(when)
        services = demo.services()
        demo.process.send_signal(signal_number)
        code, output = await demo.end()
        assert code == 128 + signal_number
        *_, after = output.partition("Stopping ...\n")
        # On a busy machine a service may have to be killed, which is said.
        assert [line for line in after.splitlines() if "and was killed" not in line] == ["Stopped"]
        assert "---" not in output
        assert not any(is_there(process_id) for process_id in services.values())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["dev", "demo"])
async def test_stopped_while_it_starts(tmp_path: Path, command: str) -> None:
    """A stack can be stopped before it is there, and stops what it has started."""
    async with running(tmp_path, command, TMPDIR=str(tmp_path)) as stack:
        services = await stack.until_services()
        stack.process.send_signal(signal.SIGINT)
        code, output = await stack.end()
        assert code == (130 if command == "demo" else 0), output
        assert "Traceback" not in output
        assert not any(is_there(process_id) for process_id in services.values())


async def test_sandboxs_file_is_no_database(tmp_path: Path) -> None:
    """The sandbox by itself names its file too."""
    (tmp_path / "state").write_bytes(b"text" * 9)
    ended = await run(tmp_path, "sandbox", "--port", "0", "--state", "state")
    assert (ended.code, ended.output) == (1, "")
    assert "state cannot be used as the sandbox's state (file is not a database)" in ended.errors
    assert ended.errors.count("\n") == 1


@pytest.mark.parametrize("place", ["evidence", "log", "lock", "bridge-keys", "temporal.db"])
async def test_unusable_place(tmp_path: Path, place: str) -> None:
    """What cannot be used in the folder is named by its path in one line."""
    (tmp_path / "var").mkdir()
    unusable = tmp_path / "var" / place
    if place in {"evidence", "log"}:
        unusable.touch()
    else:
        unusable.mkdir()
    ended = await run(tmp_path, "dev")
    assert ended.code in {1, 2}
    # Another stack may be choosing its ports just then.
    lines = [line for line in ended.errors.splitlines() if "this one waits for it" not in line]
    assert len(lines) == 1
    assert str(unusable) in lines[0]


@pytest.mark.parametrize("command", ["dev", "demo"])
def test_service_that_does_not_start(tmp_path: Path, command: str) -> None:
    """A stack that cannot start says why, with the end of the log, also where that is deleted."""
    broken = tmp_path / "bin"
    broken.mkdir()
    says = "#!/bin/sh\necho 'panic: no room'\nseq 100\necho 'the end'\nexit 3\n"
    (broken / "temporal").write_text(says)
    (broken / "temporal").chmod(0o755)
    program = (
        "import number_orders.devstack.stack as stack\n"
        "from number_orders.cli.main import main\n"
        f"stack.temporal_command = lambda *_: [{str(broken / 'temporal')!r}]\n"
        "main()\n"
    )
    done = subprocess.run(
        [str(Path(COMMAND).with_name("python")), "-c", program, command],
        cwd=tmp_path,
        env=environment({"TMPDIR": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG_ENOUGH_SECONDS,
    )
    assert done.returncode == 1
    # Another one may have been starting.
    assert "number-orders: temporal did not start (exit code 3). The end of" in done.stderr
    assert "\npanic: no room\n1\n" in done.stderr
    assert done.stderr.endswith("\n100\nthe end\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
async def test_user_without_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporal's server starts for a user whom the system does not know."""
    for name in ("USER", "HOME", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    ports = free_ports()
    # Not below pytest's folders, which are root's alone.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        changed = service_environment(folder, ports)
        os.chown(folder, _NOBODY, _NOBODY)
        server = await asyncio.create_subprocess_exec(
            *temporal_command(ports), env=changed, cwd=folder,
            user=_NOBODY, group=_NOBODY, extra_groups=[],
        )  # fmt: skip

        async def listens() -> None:
            if server.returncode is not None:
                pytest.fail(f"it has ended with {server.returncode}")
            assert _listens(ports.temporal)

        try:
            await until(listens)
        finally:
            if server.returncode is None:
                server.kill()
            await server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_foreign_packages(tmp_path: Path) -> None:
    """Packages of others that are called as ours are change nothing."""
    foreign = tmp_path / "foreign"
    for name in ("activities", "bridge", "sandbox", "tenios", "worker"):
        (foreign / name).mkdir(parents=True)
        (foreign / name / "__init__.py").write_text("raise ImportError('a foreign package')\n")
    work = tmp_path / "work"
    (work / "var").mkdir(parents=True)
    (work / "var" / "worker.py").write_text("raise ImportError('a foreign module')\n")
    async with running(work, "dev", PYTHONPATH=str(foreign)) as dev:
        await dev.says("Stop:")


async def test_closed_terminal(tmp_path: Path) -> None:
    """When its terminal is closed, so that it cannot even write, a `dev` stops all the same."""
    ours, its = os.openpty()
    process = await asyncio.create_subprocess_exec(
        # A session of its own whose terminal this is.
        *("setsid", "--ctty", COMMAND, "dev"),
        cwd=tmp_path,
        env=environment({}),
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    dev = Running(process)
    try:
        services = await dev.until_services(4)
        os.close(ours)
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            await process.wait()
        await until_gone(list(services.values()))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_two_at_once(tmp_path: Path) -> None:
    """Stacks that start at the same moment get ports of their own."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    async with running(folders[0], "dev") as one, running(folders[1], "dev") as other:
        await asyncio.gather(one.says("Stop:"), other.says("Stop:"))
        ports = [json.loads((folder / "var" / "ports.json").read_text()) for folder in folders]
        assert not set(ports[0].values()) & set(ports[1].values())
