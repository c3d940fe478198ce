"""The worker of the chaos run: its orders look for another number's verification every few seconds.

In an hour, which is how long they wait in production, the run is over.
"""

from datetime import timedelta

from number_orders.cli.worker import worker
from number_orders.runtime.process import run_process
from number_orders.workflows import sharing


def hurry() -> None:
    """Let the orders of this process look sooner."""
    sharing.LOOKS_EVERY = timedelta(seconds=10)


if __name__ == "__main__":
    hurry()
    run_process(worker)
