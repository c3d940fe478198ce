"""`python -m tests.chaos`: many orders, real processes, and everything that can go wrong.

Prints a table of counts and exits 0, or names the first broken promise and exits 1.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.chaos.conductor import Chaos
from tests.chaos.evidence import PromiseBrokenError
from tests.chaos.mutants import MUTANTS


def main() -> int:
    """Run with the command line's sizes."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--locations", type=int, default=1000, help="some have three numbers")
    parser.add_argument("--in-flight", type=int, default=50)
    parser.add_argument("--kills", type=int, default=45)
    parser.add_argument("--spacing", type=float, default=6.5, help="seconds between two kills")
    parser.add_argument("--outages", type=int, default=2, help="of Temporal, over 25 seconds")
    parser.add_argument("--without-hangs", action="store_true", help="a hang lasts a minute")
    parser.add_argument("--mutant", choices=MUTANTS, help="run a broken service instead")
    parser.add_argument("--folder", type=Path, help="keep state and logs here")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="number-orders-chaos-"))
    chaos = Chaos(
        folder.absolute(),
        seed=arguments.seed,
        locations=arguments.locations,
        in_flight=arguments.in_flight,
        kills=arguments.kills,
        spacing=arguments.spacing,
        outages=arguments.outages,
        with_hangs=not arguments.without_hangs,
        instead=MUTANTS.get(arguments.mutant, {}),
    )
    console = Console(width=100)
    began = time.monotonic()
    try:
        table = asyncio.run(chaos.run())
    except PromiseBrokenError as broken:
        console.print(f"BROKEN after {time.monotonic() - began:.0f} s: {broken}", markup=False)
        console.print(f"State and logs: {folder}", markup=False)
        return 1
    console.print(table)
    console.print(f"All promises kept. Seed {arguments.seed}, {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # As our commands end: the SDK's core may abort an interpreter that shuts down.
    os._exit(code)
