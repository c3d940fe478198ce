"""How a process ends, whatever its output is."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.command import COMMAND, Run, environment, run
from tests.support.until import LONG_ENOUGH_SECONDS

_BEGIN = "import logging, sqlite3, sys\nfrom number_orders.runtime.logs import configure_service\n"
_MAIN = f"{_BEGIN}from number_orders.runtime.process import run_process\ndef main():\n    "


def _process(body: str, redirected: str = "", **changes: str) -> Run:
    """A process of ours that does this, with its output redirected as a shell does it."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" "$@" {redirected}', sys.executable, "-c",
         f"{_MAIN}{body}\nrun_process(main)\n"],
        env=environment(changes),
        capture_output=True,
        check=False,
        timeout=LONG_ENOUGH_SECONDS,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


async def _typed(typed: str, temporal: WorkflowEnvironment, folder: Path) -> Run:
    """A command as it is typed into a shell."""
    address = temporal.client.service_client.config.target_host
    process = await asyncio.create_subprocess_shell(
        typed.replace("number-orders", COMMAND),
        cwd=folder,
        env=environment({"TEMPORAL_ADDRESS": address}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        output, errors = await process.communicate()
    return Run(process.returncode, output, errors)


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("number-orders list --json >/dev/full", 1, "(No space left on device)"),
        ("number-orders list >/dev/full", 1, "(No space left on device)"),
        ("number-orders list --json >&-", 0, ""),
        ("number-orders list >&-", 0, ""),
        ("number-orders status nowhere >&-", 1, "There is no order"),
        ("number-orders status nowhere 2>&-", 1, ""),
        ("number-orders status nowhere 2>/dev/full", 1, ""),
        ("number-orders status nowhere <&- >&- 2>&-", 1, ""),
    ],
)
async def test_output(
    tmp_path: Path, temporal: WorkflowEnvironment, typed: str, code: int, says: str
) -> None:
    """An output that is full is said in one line; one that was closed is not wanted."""
    ended = await _typed(typed, temporal, tmp_path)
    assert (ended.code, ended.output) == (code, "")
    assert says in ended.errors
    assert ended.errors.count("\n") == bool(says)


def test_closed_output_is_not_a_files() -> None:
    """What we write does not get into a file that we open after our output was closed."""
    body = 'print(sys.stdin.fileno() if sys.stdin else "none", open("/dev/null").fileno() > 2)'
    ended = _process(f"{body}; sys.stderr.write('fine')", "<&- >&-")
    assert (ended.code, ended.output, ended.errors) == (0, "", "fine")
    opened = _process('sys.stderr.write(str(open("/dev/null").fileno() > 2))', "<&- >&-")
    assert (opened.code, opened.errors) == (0, "True")


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", r"K\xf6ln \udcff"), ("latin-1", "Köln \\udcff"),
                            ("utf-8", "Köln \\udcff")],
)  # fmt: skip
def test_output_that_cannot_show_a_character(encoding: str, shown: str) -> None:
    """What an output cannot show is spelled out."""
    done = subprocess.run(
        [sys.executable, "-c", f"{_MAIN}print('K\\xf6ln \\udcff')\nrun_process(main)\n"],
        env=environment({"PYTHONIOENCODING": encoding}),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout.decode(encoding), done.stderr) == (0, f"{shown}\n", b"")


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ("open('/no/such')", 1, "/no/such cannot be used (No such file or directory)"),
        ("open(b'/no/s\\xfcch')", 1, "cannot be used (No such file or directory)"),
        ("open('/proc/self/mem', 'rb').read(1)", 1, "(Input/output error)"),
        ("sqlite3.connect('/no/such')", 1, "unable to open database file"),
        ("print('\\udcff'.encode())", 2, "no UTF-8"),
        ("raise TimeoutError", 1, "did not answer in time"),
        ("raise KeyboardInterrupt", 130, ""),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('said')", 1, ""),
    ],
)
def test_ends(body: str, code: int, says: str) -> None:
    """Each way to end has its exit code, and at most one line that names the place."""
    ended = _process(body)
    assert (ended.code, ended.output) == (code, "")
    assert says in ended.errors
    assert ended.errors.count("\n") == bool(says)


async def test_commands_speak_to_people(tmp_path: Path) -> None:
    """With JSON for machines, what a command says is for the person who typed it all the same."""
    listed = await run(tmp_path, "list", LOG_FORMAT="json", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert listed.code == 1
    assert listed.errors.startswith("number-orders: Temporal is not reachable")
    bug = _process("1 / 0", LOG_FORMAT="json")
    assert (bug.code, bug.output) == (1, "")
    assert "This is a bug\nTraceback" in bug.errors


@pytest.mark.parametrize("body", ["1 / 0", "logging.warning('odd'); sys.exit(1)", "open('/no/x')"])
def test_services_speak_to_machines(body: str) -> None:
    """With JSON, each line of a service is an object, tracebacks and failures too."""
    ended = _process(f"configure_service('json'); {body}")
    assert (ended.code, ended.output) == (1, "")
    [line] = ended.errors.splitlines()
    assert json.loads(line)["level"] in {"ERROR", "WARNING"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_unreadable(tmp_path: Path) -> None:
    """A file that this user may not read is named with its path."""
    file = tmp_path / ".env"
    file.write_text("A=1\n")
    file.chmod(0)
    tmp_path.chmod(0o755)
    # What the program needs is read before: our own Python may be in a folder of root's.
    program = f"import os\nos.chdir({str(tmp_path)!r})\nos.setuid(65534)\nrun_process(main)\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{_MAIN}pass\n{program}"],
        env=environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"number-orders: {file}: cannot be read (Permission denied)")
    assert done.stderr.count("\n") == 1
