"""A process that serves HTTP: where it listens, and how it stops."""

import errno
import logging
import os
import signal
import socket

import uvicorn

from number_orders.runtime.errors import UserError
from number_orders.runtime.logs import for_machines
from number_orders.runtime.process import stop_signals

_log = logging.getLogger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises a `UserError` that names the address and what to do."""
    host = host.removeprefix("[").removesuffix("]")
    try:
        addresses = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        families = {address[0] for address in addresses}
        listener = socket.create_server(
            (host, port),
            # A name that has addresses of both kinds is IPv4's, as the default is.
            family=socket.AF_INET if socket.AF_INET in families else socket.AF_INET6,
            # Every address of this machine, IPv4's among them.
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except (OSError, UnicodeError) as error:
        raise UserError(f"Cannot listen on {_shown(host, port)} {_reason(error)}") from None
    # asyncio does this for sockets it made; ours does not say that it is TCP. An answer in two
    # pieces would wait 40 ms for the client's acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "(this is no host name): name an address of this machine"
    # A resolver's numbers are its own.
    words = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
    is_address = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
    remedy = "name an address of this machine" if is_address else "choose another port"
    return f"({words}): {remedy}"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def serve(config: uvicorn.Config, listener: socket.socket) -> None:
    """Serve HTTP until this process is told to stop; ends as a success then."""
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn stops cleanly on these and then raises them again, for the handler that was there
    # before it. Ours makes a clean stop end with 0, and catches a signal that comes too early.
    for signal_number in stop_signals():
        signal.signal(signal_number, stop)
    host, port = listener.getsockname()[:2]
    if for_machines():
        _log.info("Listening on http://%s", _shown(host, port))
    else:
        # For the person who started it by hand, as a command's output.
        print(f"Listening on http://{_shown(host, port)}", flush=True)  # noqa: T201 -- see above
    await server.serve(sockets=[listener])
