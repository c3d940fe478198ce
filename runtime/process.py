"""How every process of ours ends: one line for a mistake, and the true exit code."""

import contextlib
import logging
import os
import sqlite3
import sys
from collections.abc import Callable
from typing import NoReturn

from pydantic import ValidationError
from temporalio.service import RPCError

from runtime.errors import UserError
from runtime.evidence_store import StoreFailedError
from runtime.logs import configure, for_machines
from runtime.settings import LogSettings, load, load_dot_env
from runtime.telemetry import shut_down
from runtime.temporal_failures import call_failure


def run_process(main: Callable[[], object]) -> NoReturn:
    """Run `main` with `.env` and logging set up, and end the process with its exit code."""
    code = _exit_code(main)
    shut_down()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        # Whoever read our output may have gone.
        with contextlib.suppress(OSError):
            stream.flush()
    # An interpreter that used the SDK's core may abort while it shuts down, and the shell would
    # see that instead of our code.
    os._exit(code)


def _exit_code(main: Callable[[], object]) -> int:  # noqa: C901, PLR0911 -- one for each way to end
    try:
        load_dot_env()
        configure(load(LogSettings).log_format)
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return 130
    except UserError as error:
        return _fail(str(error), error.exit_code)
    except RPCError as error:
        return _fail(call_failure(error), 1)
    except ValidationError as error:
        # What was typed is checked by the models themselves; the value is not repeated.
        problem = error.errors(include_input=False, include_url=False)[0]
        return _fail(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", 2)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except StoreFailedError as error:
        return _fail(f"{error}: check STORE_URL and rights", 1)
    except TimeoutError:
        return _fail("Something did not answer in time: look at its log, and try again", 1)
    except (OSError, sqlite3.Error) as error:
        return _fail(
            f"A file or store cannot be used ({type(error).__name__}): check path and rights",
            1,
        )
    except Exception:
        logging.getLogger("number-orders").exception("This is a bug")
        return 1
    return 0


def _fail(message: str, code: int) -> int:
    if for_machines():
        logging.getLogger("number-orders").error("%s", message)
    else:
        sys.stderr.write(f"number-orders: {message}\n")
    return code
