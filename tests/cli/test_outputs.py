"""What goes into the command and comes out of it: bytes, terminals, disks."""

import asyncio
import json
import shlex
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.command import COMMAND, environment, make_store, run


@pytest.mark.parametrize("command", ["status", "approve", "cancel", "list", "doctor", "start"])
async def test_argument_that_is_no_text(tmp_path: Path, command: str) -> None:
    """Bytes that are no text are a usage error of each command, in one line that shows them."""
    ended = await run(tmp_path, command, "k\udcf6ln", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors == r"number-orders: argument 2 (k\xf6ln) is no text in UTF-8" + "\n"


@pytest.mark.parametrize(
    ("shell", "code", "says"),
    [
        ("{} list > /dev/full", 1, "(No space left on device)"),
        ("{} list --json > /dev/full", 1, "(No space left on device)"),
        ("{} list >&-", 0, ""),
        ("{} list 2>&-", 0, ""),
        ("PYTHONIOENCODING=ascii {} list", 0, ""),
        ("PYTHONIOENCODING=ascii {} list --json", 0, ""),
    ],
)
async def test_odd_outputs(
    tmp_path: Path, temporal: WorkflowEnvironment, shell: str, code: int, says: str
) -> None:
    """A full disk is one line, and an output that lacks characters or is closed is no failure."""
    address = temporal.client.service_client.config.target_host
    settings = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "deserted"}
    order = str(Path(__file__).parents[2] / "examples" / "cologne.json")
    await make_store(tmp_path)
    location_id = f"o{tmp_path.name}"[:64]
    started = await run(tmp_path, "start", order, "--location-id", location_id, **settings)
    assert started.code == 0, started.errors
    process = await asyncio.create_subprocess_shell(
        shell.format(shlex.quote(COMMAND)),
        cwd=tmp_path,
        env=environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        executable="/bin/bash",
    )
    output, errors = await process.communicate()
    assert (process.returncode, says in errors.decode()) == (code, True), errors
    assert errors.count(b"\n") <= 1
    if "ascii" in shell:
        shown = json.loads(output) if "--json" in shell else output.decode()
        assert r"K\xf6ln" in shown if isinstance(shown, str) else shown[0]["City"] == "Köln"
