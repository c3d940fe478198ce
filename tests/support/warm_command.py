"""The command in a process of its own that has been imported already.

To import it takes longer than most commands. So a server of the standard library imports it once,
and forks for each run. `tests/runtime/test_process.py` and others run the installed one.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from pkgutil import iter_modules

import number_orders.cli
from number_orders.cli.main import main

_FORKS = multiprocessing.get_context("forkserver")
# With the module of each command, which `main` imports only where that is typed.
_MODULES = [module.name for module in iter_modules(number_orders.cli.__path__)]
_FORKS.set_forkserver_preload([f"number_orders.cli.{name}" for name in _MODULES])


async def forked(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], limit_seconds: float
) -> tuple[int | None, bytes, bytes]:
    """Run the command in a folder to its end; its exit code, output and errors."""
    with ExitStack() as stack:
        output, errors = (stack.enter_context(tempfile.NamedTemporaryFile()) for _ in range(2))
        process = _FORKS.Process(
            target=_run, args=(folder, arguments, dict(environment), output.name, errors.name)
        )
        process.start()
        try:
            await asyncio.to_thread(process.join, limit_seconds)
            if process.exitcode is None:
                raise TimeoutError
        finally:
            process.kill()
            process.join()
        return process.exitcode, output.read(), errors.read()


def _run(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], output: str, errors: str
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY), descriptor)
    sys.argv = ["number-orders", *arguments]
    sys.path = [place for place in sys.path if place]  # the installed one finds nothing in a folder
    main()
