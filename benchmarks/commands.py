"""How long a command takes, beside an interpreter that does nothing."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_ORDER = Path(__file__).parents[1] / "examples" / "cologne.json"
_COMMANDS = {
    "--help": ("--help",),
    "list": ("list",),
    "start": ("start", str(_ORDER)),
    "status": ("status", "koeln-01"),
}


def commands(folder: Path, settings: Mapping[str, str], times: int) -> dict[str, float]:
    """The median seconds of each, by turns; `python -c pass` is `nothing`."""
    ours = [sys.executable, "-m", "number_orders.cli.main"]
    lines = {"nothing": [sys.executable, "-c", "pass"]}
    lines |= {name: [*ours, *arguments] for name, arguments in _COMMANDS.items()}
    taken: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(times + 1):
        for name, line in lines.items():
            began = time.perf_counter()
            subprocess.run(  # noqa: S603 -- our own commands
                line,
                cwd=folder,
                env={**os.environ, **settings},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            taken[name].append(time.perf_counter() - began)
    # The first of each fills the caches.
    return {name: statistics.median(seconds[1:]) for name, seconds in taken.items()}
