"""Ports that nothing listens on."""

import itertools
import os
import socket

from number_orders.devstack.ports import Ports

_BLOCK = 100
_FIRST, _LAST = 10_000, 32_000
"""All below those that the system gives out itself, also to whoever connects: what is free there
may be taken before a service listens."""


def free_port() -> int:
    """A port that no other test has, of this process or of another one."""
    for port in itertools.islice(_numbers, len(_own)):
        if listener := _listening(port):
            listener.close()
            return port
    raise RuntimeError(f"all ports from {_own[0]} to {_own[-1]} are in use")


def free_ports() -> Ports:
    """One for each service of the stack."""
    return Ports(temporal=free_port(), web_ui=free_port(), sandbox=free_port(), bridge=free_port())


def _listening(port: int) -> socket.socket | None:
    """A listener on a port; `None` if another one has it."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return None


def _claimed() -> socket.socket:
    """The first port of a block, on which this process listens for as long as it lives.

    Other test processes, of this run or of another one on the same machine, take other blocks.
    """
    blocks = range(_FIRST, _LAST, _BLOCK)
    start = os.getpid() % len(blocks)
    for first in (*blocks[start:], *blocks[:start]):
        if listener := _listening(first):
            return listener
    raise RuntimeError(f"all blocks of ports from {_FIRST} to {_LAST} are taken")


_claim = _claimed()
_own = range(_claim.getsockname()[1] + 1, _claim.getsockname()[1] + _BLOCK)
_numbers = itertools.cycle(_own)
