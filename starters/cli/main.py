"""The command's entry: one line for each mistake, and the true exit code."""

import logging
import os
import sys
from typing import NoReturn

import typer
from temporalio.service import RPCError

from runtime.errors import UserError
from runtime.logs import configure
from runtime.settings import load_dot_env
from starters.cli import orders, services
from starters.cli.demo import demo
from starters.cli.dev import dev

app = typer.Typer(
    name="number-orders",
    help="Orders local phone numbers from TENIOS as durable Temporal workflows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (demo, dev):
    app.command()(command)
for command in (orders.start, orders.approve, orders.reject, orders.status):
    app.command()(command)
app.command("list")(orders.list_orders)
for command in (services.worker, services.bridge, services.sandbox):
    app.command()(command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and end the process with its exit code."""
    code = _run(arguments)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # An interpreter that used the SDK's core may abort while it shuts down, and the shell would
    # see that instead of our code.
    os._exit(code)


def _run(arguments: list[str] | None) -> int:
    load_dot_env()
    configure()
    try:
        app(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except UserError as error:
        return _fail(str(error), error.exit_code)
    except RPCError as error:
        return _fail(f"Temporal refused the call: {error.message}", 1)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


def _fail(message: str, code: int) -> int:
    print(f"number-orders: {message}", file=sys.stderr)  # noqa: T201 -- this is the command's output
    return code


if __name__ == "__main__":
    main()
