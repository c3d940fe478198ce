"""The clients of Temporal and of the evidence store run threads, which a fork does not copy.

A lock that such a thread held stays locked in the child, and what it wrote stays half-written: one
child in thirty hung or crashed, though it made clients of its own. So it is refused.
"""

import functools
import os

from number_orders.runtime.errors import UsageError


def refuse_after_fork() -> None:
    """Note that this process runs such threads from now on.

    Raises:
        UsageError: This process was forked from one that ran them.
    """
    if _process_with_threads() != os.getpid():
        raise UsageError(
            "This process was forked from one that had used Temporal or the evidence store: use"
            " them only after the fork, or start the process with multiprocessing's 'spawn'"
        )


@functools.cache
def _process_with_threads() -> int:
    """The process that asked first; its forks inherit the answer."""
    return os.getpid()
