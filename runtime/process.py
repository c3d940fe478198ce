"""How every process of ours ends: one line for a mistake, and the true exit code."""

import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from temporalio.service import RPCError

from runtime.errors import UserError
from runtime.logs import configure
from runtime.settings import load_dot_env


def run_process(main: Callable[[], object]) -> NoReturn:
    """Run `main` with `.env` and logging set up, and end the process with its exit code."""
    load_dot_env()
    configure()
    code = _exit_code(main)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # An interpreter that used the SDK's core may abort while it shuts down, and the shell would
    # see that instead of our code.
    os._exit(code)


def _exit_code(main: Callable[[], object]) -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except UserError as error:
        return _fail(str(error), error.exit_code)
    except RPCError as error:
        return _fail(f"Temporal refused the call: {error.message}", 1)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:
        logging.getLogger("number-orders").exception("This is a bug")
        return 1
    return 0


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"number-orders: {message}\n")
    return code
