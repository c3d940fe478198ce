"""Becomes another program, one that ends when its parent does, however that ends.

    python -I -S tethered.py <process id of the parent> <program> [<argument> ...]

It is run by its path and imports the standard library alone, so that it starts at once. Where the
system is not Linux, the program outlives a parent that is killed.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run the program that the arguments name."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        # Lasts beyond exec. It is about the thread that started us: the parent's main thread.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):
            # Too late: the parent has gone meanwhile.
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 -- the stack's own commands


if __name__ == "__main__":
    main()
