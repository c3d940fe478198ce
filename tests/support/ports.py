"""Ports that nothing listens on."""

import socket

from number_orders.devstack.ports import Ports


def free_port() -> int:
    """One of those that the system gives out, which it repeats late."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def free_ports() -> Ports:
    """One for each service of the stack."""
    return Ports(temporal=free_port(), web_ui=free_port(), sandbox=free_port(), bridge=free_port())
