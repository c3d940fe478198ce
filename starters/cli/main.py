"""The command's entry."""

from typing import NoReturn

import typer

from runtime.process import run_process
from starters.cli import operating, orders, services
from starters.cli.callbacks import callbacks
from starters.cli.demo import demo
from starters.cli.dev import dev
from starters.cli.doctor.command import doctor
from starters.cli.fence import fence
from starters.cli.promote import promote
from starters.cli.setup import setup
from starters.cli.start import start

app = typer.Typer(
    name="number-orders",
    help="Orders local phone numbers from TENIOS as durable Temporal workflows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(dev)
app.command()(start)
app.command("list")(orders.list_orders)
app.command()(orders.status)
app.command()(orders.approve)
app.command()(orders.reject)
app.command()(operating.resubmit)
app.command()(operating.resolve)
app.command()(operating.cancel)
app.add_typer(callbacks, name="callbacks")
app.command()(services.worker)
app.command()(services.bridge)
app.command()(services.sandbox)
app.command()(promote)
app.command()(fence)
app.command()(setup)
app.command()(doctor)


def main() -> NoReturn:
    """Run `number-orders` with the process's arguments."""
    run_process(app)


if __name__ == "__main__":
    main()
