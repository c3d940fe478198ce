"""What a check found, in a line, and what to do about it."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from temporalio.service import RPCError

from number_orders.runtime.errors import StoreFailedError, UserError
from number_orders.runtime.temporal_failures import call_failure

# More than the store, and all else that has a limit of its own.
_LIMIT_SECONDS = 20.0


class Level(StrEnum):
    """How bad it is; `FAIL` in capitals, to be seen in a long list."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"
    SKIP = "skip"


@dataclass(frozen=True)
class Finding:
    """One line."""

    level: Level
    check: str
    found: str
    remedy: str = ""


Findings = Sequence[Finding]


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, check, found)


def warn(check: str, found: str, remedy: str) -> Finding:
    """Orders work; something else does not, or will not for long."""
    return Finding(Level.WARN, check, found, remedy)


def fail(check: str, found: str, remedy: str = "") -> Finding:
    """Orders do not work. Without a remedy where what was found says it."""
    return Finding(Level.FAIL, check, found, remedy)


def skip(check: str, why: str) -> Finding:
    """It could not be looked at."""
    return Finding(Level.SKIP, check, why)


def counted(number: float, singular: str, plural: str = "") -> str:
    """A number with its noun."""
    return f"{number:g} {singular if number == 1 else plural or f'{singular}s'}"


async def bounded(check: str, findings: Awaitable[Findings]) -> Findings:
    """What a check finds within its time; whatever it raises is a finding as well."""
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            return await findings
    except TimeoutError:
        return [
            fail(check, f"no answer within {_LIMIT_SECONDS:g} s", "look at its log and network")
        ]
    except RPCError as error:
        return [fail(check, call_failure(error))]
    except UserError as error:
        return [fail(check, str(error))]
    except StoreFailedError as error:
        return [fail(check, str(error), "check STORE_URL, its credentials and rights")]
    except Exception as error:  # noqa: BLE001 -- no check may hide what the others found
        # Not the error's own words: they may repeat an address with its token.
        return [fail(check, f"the check itself failed ({type(error).__name__}): this is a bug")]
