"""One service of the stack, as a process that this one started."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TETHERED = Path(__file__).with_name("tethered.py")
_SHOWN_FIRST, _SHOWN_LAST = 5, 20
"""Lines of a log: the reason stands first where a program's stack follows it, else at the end."""


@dataclass(frozen=True)
class Service:
    """A running service, and where in its log this run began."""

    name: str
    log: Path
    log_began: int
    process: subprocess.Popen[bytes]

    @classmethod
    def launch(
        cls, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> "Service":
        """Start a service and do not wait for it; call it in the main thread."""
        path = folder / "log" / f"{name}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own commands
                # Whatever happens to us, it is not left behind.
                [sys.executable, "-I", "-S", str(_TETHERED), str(os.getpid()), *command],
                env=environment,
                # Away from the user's .env, which is about real accounts.
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us alone; we stop them in order.
                start_new_session=True,
            )
            return cls(name, path, log.tell(), process)

    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.process.poll() is not None

    def failure(self, what: str) -> str:
        """What happened to it, with its log: that may be deleted before it is read."""
        with self.log.open("rb") as log:
            log.seek(self.log_began)
            lines = log.read().decode(errors="replace").splitlines()
        if len(lines) > _SHOWN_FIRST + _SHOWN_LAST:
            lines[_SHOWN_FIRST:-_SHOWN_LAST] = ["..."]
        code = self.process.poll()
        so = "" if code is None else f" (exit code {code})"
        shown = "\n".join(lines) or "(nothing)"
        return f"{self.name} {what}{so}. The end of its log, {self.log}:\n{shown}"

    def tell(self) -> None:
        """Ask it to stop."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self, limit_seconds: float) -> bool:
        """Wait until it has stopped, and kill it after the limit; says whether it stopped."""
        try:
            self.process.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        return True
