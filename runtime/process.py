"""How every process of ours begins and ends: one line for a mistake, and the true exit code."""

import asyncio
import contextlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from number_orders.runtime.environment import load_dot_env
from number_orders.runtime.errors import UserError
from number_orders.runtime.logs import configure, for_machines

_TRACES_SENT_WITHIN_SECONDS = 3.0
"""A collector that is away must not hold up a command for longer."""


def run_process(main: Callable[[], object]) -> NoReturn:
    """Run `main` with `.env` and logging set up, and end the process with its exit code."""
    _prepare_streams()
    code = _exit_code(main)
    _send_traces()
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


def _exit_code(main: Callable[[], object]) -> int:
    try:
        load_dot_env()
        configure()
        main()
    except SystemExit as end:
        return _exit_code_of(end)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except UserError as error:
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        _read_by_nobody()
    except Exception as error:
        from number_orders.runtime.failures import in_words  # noqa: PLC0415 -- its docstring says why

        if said := in_words(error):
            return _fail(*said)
        logging.getLogger("number-orders").exception("This is a bug")
        return 1
    return 0


def _exit_code_of(end: SystemExit) -> int:
    if isinstance(end.__context__, BrokenPipeError):
        # Typer's way with a reader that went.
        _read_by_nobody()
        return 0
    return end.code if isinstance(end.code, int) else int(end.code is not None)


def _read_by_nobody() -> None:
    """Whoever read our output has seen enough, which is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> int:
    if for_machines():
        logging.getLogger("number-orders").error("%s", message)
    else:
        # A file's name, and whatever else was given, may hold what a terminal obeys.
        shown = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in message)
        with contextlib.suppress(OSError):
            sys.stderr.write(f"number-orders: {shown}\n")
    return code


def _send_traces() -> None:
    """Send what was traced and not sent yet, for as long as that may take at the end."""
    if "number_orders.runtime.tracing" not in sys.modules:
        return
    from number_orders.runtime.tracing import flush  # noqa: PLC0415 -- only where it is there already

    flushing = threading.Thread(target=flush, daemon=True)
    flushing.start()
    flushing.join(_TRACES_SENT_WITHIN_SECONDS)


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
