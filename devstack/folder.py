"""The folder in which the stack keeps its state."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from number_orders.devstack.ports import Ports
from number_orders.runtime.errors import UserError

_SQLITE = b"SQLite format 3\0"
_HALF_MADE = "temporal.db.half-made"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder's state to ourselves; the lock ends with this process, however that ends."""
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise UserError(
                f"{folder} is in use by another number-orders dev (process {lock.read() or '?'}):"
                " stop that one, or choose another --folder"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def check_databases(folder: Path) -> None:
    """Raise a `UserError` if a file is there that Temporal or the sandbox could not work with."""
    for file in (folder / "temporal.db", folder / "sandbox.db"):
        if not file.exists():
            continue
        # To be written too: an OSError names the file.
        with file.open("r+b") as database:
            beginning = database.read(len(_SQLITE))
        if beginning != _SQLITE:
            what = "is no database" if beginning else "is empty"
            raise UserError(
                f"{file} {what}: move it away to begin anew, or choose another --folder"
            )


def begin_database(folder: Path) -> None:
    """Let Temporal make its database anew if it was killed as it made it, and cannot go on with it.

    Until `keep_database` nothing of a user's is in a new one.
    """
    database, half_made = folder / "temporal.db", folder / _HALF_MADE
    if half_made.exists():
        for file in (database, folder / "temporal.db-wal", folder / "temporal.db-shm"):
            file.unlink(missing_ok=True)
    elif not database.exists():
        half_made.touch()


def keep_database(folder: Path) -> None:
    """Temporal has made its database."""
    (folder / _HALF_MADE).unlink(missing_ok=True)


def last_ports(folder: Path) -> Ports | None:
    """Where the services were at last: TENIOS was told the bridge's, and programs Temporal's."""
    try:
        return TypeAdapter(Ports).validate_json((folder / "ports.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def keep_ports(folder: Path, ports: Ports) -> None:
    """Remember where the services are, for the next start."""
    (folder / "ports.json").write_text(json.dumps(asdict(ports)))


def bridge_keys(file: Path) -> str:
    """Keys that stay: orders in flight have addresses made with them."""
    file.touch(mode=0o600)
    if not file.read_bytes():
        file.write_text(f"dev:{base64.b64encode(secrets.token_bytes(32)).decode()}")
    return file.read_text(errors="replace")
