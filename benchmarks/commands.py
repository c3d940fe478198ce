"""How long a command takes, beside an interpreter that does nothing."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_EXAMPLES = Path(__file__).parents[1] / "examples"
_COMMANDS = {
    "--help": ("--help",),
    "list": ("list",),
    "start": ("start", "order.json"),
    "status": ("status", "order-0"),
}


def commands(folder: Path, settings: Mapping[str, str], times: int) -> dict[str, float]:
    """The median seconds of each, by turns; `python -c pass` is `nothing`."""
    ours = [sys.executable, "-m", "number_orders.cli.main"]
    lines = {"nothing": [sys.executable, "-c", "pass"]}
    lines |= {name: [*ours, *arguments] for name, arguments in _COMMANDS.items()}
    taken: dict[str, list[float]] = {name: [] for name in lines}
    order = json.loads((_EXAMPLES / "cologne.json").read_text())
    order["document"] = str(_EXAMPLES / order["document"])
    for number in range(times + 1):
        (folder / "order.json").write_text(json.dumps(order | {"location_id": f"order-{number}"}))
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
