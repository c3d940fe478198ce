"""What ended a process, in one line for whoever started it.

Imported only once something has: it knows the failures of libraries that most commands do not need.
"""

import os
import sqlite3

from pydantic import ValidationError
from temporalio.service import RPCError

from number_orders.runtime.errors import StoreFailedError
from number_orders.runtime.temporal_failures import call_failure


def in_words(error: Exception) -> tuple[str, int] | None:  # noqa: PLR0911 -- one for each kind
    """What to say and the exit code; `None` for a bug, which only its traceback explains."""
    match error:
        case RPCError():
            return call_failure(error), 1
        case ValidationError():
            # What was typed is checked by the models themselves; the value is not repeated.
            problem = error.errors(include_input=False, include_url=False)[0]
            return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", 2
        case UnicodeEncodeError():
            # From the command line, since whatever else comes in is decoded.
            return "What was typed holds bytes that are no UTF-8: type it anew", 2
        case StoreFailedError():
            return f"{error}: check STORE_URL and rights", 1
        case TimeoutError():
            return "Something did not answer in time: look at its log, and try again", 1
        case OSError():
            return _unusable(error), 1
        case sqlite3.Error():
            return f"A database cannot be used ({error}): check its file and rights", 1
    return None


def _unusable(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        # A write, to the output or to an open file, whose place the error does not know.
        return f"Something could not be written or reached ({reason}): check disk and output"
    return f"{os.fsdecode(error.filename)} cannot be used ({reason}): check path and rights"
