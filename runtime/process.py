"""How every process of ours begins and ends: one line for a mistake, and the true exit code."""

import asyncio
import contextlib
import io
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from typing import NoReturn

from pydantic import ValidationError
from temporalio.service import RPCError

from number_orders.runtime.environment import load_dot_env
from number_orders.runtime.errors import StoreFailedError, UserError
from number_orders.runtime.logs import configure, for_machines
from number_orders.runtime.telemetry import shut_down
from number_orders.runtime.temporal_failures import call_failure


def run_process(main: Callable[[], object]) -> NoReturn:
    """Run `main` with `.env` and logging set up, and end the process with its exit code."""
    _prepare_streams()
    code = _exit_code(main)
    shut_down()
    logging.shutdown()
    # An interpreter that used the SDK's core may abort while it shuts down, and the shell would
    # see that instead of our code.
    os._exit(_flushed(code))


def stop_signals() -> tuple[signal.Signals, ...]:
    """What asks this process to stop. A closed terminal does, unless `nohup` started it."""
    hangs_up = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
    return (signal.SIGTERM, signal.SIGINT, *((signal.SIGHUP,) if hangs_up else ()))


def on_stop_signal(act: Callable[[signal.Signals], object]) -> None:
    """Let the running event loop act on each signal that asks this process to stop."""
    for signal_number in stop_signals():
        asyncio.get_running_loop().add_signal_handler(signal_number, act, signal_number)


def _prepare_streams() -> None:
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Closed by whoever started us. The next file would get its number, and our output.
            os.open(os.devnull, os.O_RDWR)
    # Then Python has no stream for it either, on which nobody counts.
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What its encoding cannot show is spelled out.
            stream.reconfigure(errors="backslashreplace")


def _exit_code(main: Callable[[], object]) -> int:  # noqa: C901, PLR0911 -- one for each way to end
    try:
        load_dot_env()
        configure()
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except UserError as error:
        return _fail(str(error), error.exit_code)
    except RPCError as error:
        return _fail(call_failure(error), 1)
    except ValidationError as error:
        # What was typed is checked by the models themselves; the value is not repeated.
        problem = error.errors(include_input=False, include_url=False)[0]
        return _fail(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", 2)
    except UnicodeEncodeError:
        # From the command line, since whatever else comes in is decoded.
        return _fail("What was typed holds bytes that are no UTF-8: type it anew", 2)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except StoreFailedError as error:
        return _fail(f"{error}: check STORE_URL and rights", 1)
    except TimeoutError:
        return _fail("Something did not answer in time: look at its log, and try again", 1)
    except OSError as error:
        return _fail(_unusable(error), 1)
    except sqlite3.Error as error:
        return _fail(f"A database cannot be used ({error}): check its file and rights", 1)
    except Exception:
        logging.getLogger("number-orders").exception("This is a bug")
        return 1
    return 0


def _unusable(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        # A write, to the output or to an open file, whose place the error does not know.
        return f"Something could not be written or reached ({reason}): check disk and output"
    return f"{os.fsdecode(error.filename)} cannot be used ({reason}): check path and rights"


def _fail(message: str, code: int) -> int:
    if for_machines():
        logging.getLogger("number-orders").error("%s", message)
    else:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"number-orders: {message}\n")
    return code


def _flushed(code: int) -> int:
    """The exit code once the output is out: a full disk is a failure, a reader that went is not."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        code = _fail(f"The output could not be written ({error.strerror})", code or 1)
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    return code
