"""Running the command `number-orders` as a process."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from number_orders.evidence.store import EvidenceStore
from tests.support.until import LONG_ENOUGH_SECONDS, until
from tests.support.warm_command import forked

COMMAND = str(Path(sys.executable).parent / "number-orders")
EXAMPLES = Path(__file__).parents[2] / "examples"


class Run:
    """A command that has ended."""

    def __init__(self, code: int | None, output: bytes, errors: bytes) -> None:
        self.code = code
        self.output = output.decode()
        self.errors = errors.decode()


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """The environment without anything of the person who runs the tests."""
    prefixes = ("TEMPORAL_", "TENIOS_", "BRIDGE_", "STORE_", "NOTIFY_", "SANDBOX_", "OTEL_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(prefixes)}
    return {**inherited, "TEMPORAL_CONFIG_FILE": os.devnull, "COLUMNS": "200", **changes}


async def make_store(folder: Path) -> None:
    """The evidence store that a command in this folder uses by default."""
    store = EvidenceStore.open((folder / "var" / "evidence").as_uri(), create=True)
    await store.identity()


async def run(folder: Path, *arguments: str, **changes: str) -> Run:
    """Run the command in a folder to its end, without the time that its imports take."""
    return Run(*await forked(folder, arguments, environment(changes), LONG_ENOUGH_SECONDS))


async def run_installed(folder: Path, *arguments: str, **changes: str) -> Run:
    """Run the command as a person does."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *arguments,
        cwd=folder,
        env=environment(changes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(LONG_ENOUGH_SECONDS):
        output, errors = await process.communicate()
    return Run(process.returncode, output, errors)


async def until_status(
    folder: Path, settings: Mapping[str, str], **facts: object
) -> dict[str, object]:
    """Wait until the order of koeln-01 is as given."""

    async def is_so() -> dict[str, object]:
        shown = await run(folder, "status", "koeln-01", "--json", **settings)
        order: dict[str, object] = json.loads(shown.output)
        assert facts.items() <= order.items(), order
        return order

    return await until(is_so)
