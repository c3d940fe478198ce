"""Ports that nothing listens on."""

import itertools
import os
import socket

from number_orders.devstack.ports import Ports

_numbers = itertools.count(10_000 + os.getpid() % 220 * 100)
"""A hundred of one's own for each test process, all below those that the system gives out itself,
also to whoever connects: what is free there may be taken before a service listens."""


def free_port() -> int:
    """A port that no other test gets."""
    return next(port for port in _numbers if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def free_ports() -> Ports:
    """One for each service of the stack."""
    return Ports(temporal=free_port(), web_ui=free_port(), sandbox=free_port(), bridge=free_port())
