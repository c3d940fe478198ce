"""Where the services of the stack listen."""

import contextlib
import errno
import fcntl
import logging
import socket
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import Field

from number_orders.runtime.errors import UserError
from number_orders.runtime.polling import NotYet, until

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_TRIED = 1000
"""Ports that are tried for a service."""
_NAME = "\0number-orders dev chooses its ports"
_TAKEN = (errno.EADDRINUSE, errno.EWOULDBLOCK)
_LIMIT_SECONDS = 900
"""Several stacks may start one after the other; each gives up by itself after some minutes."""

Port = Annotated[int, Field(gt=0, le=2**16 - _TRIED)]


@dataclass(frozen=True)
class Ports:
    """Where the services listen."""

    temporal: Port
    web_ui: Port
    sandbox: Port
    bridge: Port

    @classmethod
    def choose(cls, wanted: "Ports") -> "Ports":
        """These ports where they are free, and the next free ones otherwise."""
        chosen: list[int] = []
        for port in astuple(wanted):
            chosen.append(_free(port, {*chosen, *astuple(wanted)} - {port}))
        return cls(*chosen)

    def moved(self) -> list[tuple[str, int, int]]:
        """Each service that could not have its usual port: its name, that port, the one it got."""
        usual, chosen = asdict(USUAL_PORTS), asdict(self)
        return [
            (name.replace("_", " "), usual[name], chosen[name])
            for name in usual
            if usual[name] != chosen[name]
        ]


USUAL_PORTS = Ports(temporal=7233, web_ui=8233, sandbox=8082, bridge=8081)


@asynccontextmanager
async def alone_at_choosing() -> AsyncIterator[None]:
    """Keep other stacks of this machine from choosing the same ports until ours are taken.

    A port that is free may be taken before its service listens there.
    """
    try:
        turn = await _turn()
    except NotYet:
        _log.warning("Another number-orders dev is starting: this one waits for it")
        turn = await until(_turn, within_seconds=_LIMIT_SECONDS)
    with turn:
        yield


async def _turn() -> socket.socket | BinaryIO:
    """What only one process of this machine can have, and that ends with it."""
    # On Linux a name beside the ports, in no file system: all installs and users share it.
    # Elsewhere this very file. Nothing is left behind, and no place to write to is needed.
    turn = (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if sys.platform == "linux"
        else Path(__file__).open("rb")  # noqa: ASYNC230, SIM115 -- nothing else runs; closed below
    )
    try:
        if isinstance(turn, socket.socket):
            turn.bind(_NAME)
        else:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _TAKEN:
            # A system without such names, or a file system without locks: it is left to chance.
            return turn
        turn.close()
        raise NotYet(
            f"Other number-orders devs have been starting for {_LIMIT_SECONDS // 60} minutes: stop"
            " them, or look at their logs"
        ) from None
    return turn


def _free(preferred: int, of_others: Collection[int]) -> int:
    """The first free port from the preferred one on.

    None that the system gives out itself: a connection may take it before the service listens.
    """
    for port in range(preferred, preferred + _TRIED):
        if port not in of_others:
            with contextlib.suppress(OSError), socket.create_server((HOST, port)):
                return port
    raise UserError(f"No free port on {HOST} from {preferred} to {preferred + _TRIED - 1}")
