"""Where the services of the stack listen."""

import socket
from dataclasses import astuple

from number_orders.devstack.ports import HOST, Ports
from tests.support.ports import free_port


def test_next_free_port() -> None:
    """A port that is taken is replaced by the next free one; no two services get the same."""
    taken = free_port()
    with socket.create_server((HOST, taken)):
        chosen = Ports.choose(bridge=taken)
    assert taken < chosen.bridge < taken + 100
    assert len(set(astuple(chosen))) == 4
    # None that the system gives to whoever connects.
    assert max(astuple(chosen)) < 32_768
