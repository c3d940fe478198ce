"""What a program that starts and follows orders has to expect: one tree below `UserError`.

Each says in a sentence what is wrong and what to do. None repeats a street, a secret or a document.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence

from temporalio.service import RPCError, RPCStatusCode

from number_orders.runtime.errors import StoreFailedError, TemporalAway, UsageError, UserError
from number_orders.runtime.forking import refuse_after_fork
from number_orders.runtime.temporal_failures import call_failure
from number_orders.workflows.checks import Objection
from number_orders.workflows.naming import command, start_again

__all__ = [
    "EarlierNumberUnknown",
    "NoSuchOrder",
    "NotAnswered",
    "OrderEndedByForce",
    "OrderRefused",
    "StoreAway",
    "StoreDiffers",
    "TemporalAway",
    "TemporalRefused",
    "UsageError",
    "UserError",
]

_AWAY = frozenset(
    {
        RPCStatusCode.ABORTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.UNKNOWN,
    }
)


class NotAnswered(UserError):
    """No worker tells where an order stands."""


class OrderRefused(UsageError):
    """The order's own data cannot be taken; nothing was stored or started."""

    def __init__(self, problems: Sequence[Objection]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)

    def told(self, place: Callable[[str], str]) -> str:
        """The problems, with each field named by where it came from."""
        return "; ".join(f"{place(problem.field)}: {problem.message}" for problem in self.problems)


class NoSuchOrder(UserError):
    """Temporal knows no order of this id, or has forgotten it."""

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"There is no order {workflow_id}: see number-orders list, or start it")
        self.workflow_id = workflow_id


class OrderEndedByForce(UserError):
    """Somebody ended the order in Temporal, whatever it had begun at TENIOS."""

    def __init__(self, workflow_id: str, how: str, last_status: str) -> None:
        super().__init__(
            f"{workflow_id} was {how} in Temporal when it was {last_status or 'new'}, and TENIOS"
            f" may have its order. The way back: {start_again(workflow_id)} (in a program"
            " again=True); the attempt ledger is asked first, and a person if an order may exist"
        )
        self.workflow_id = workflow_id
        self.how = how
        """`failed`, `canceled`, `terminated` or `timed out`, in Temporal's spelling."""
        self.last_status = last_status


class EarlierNumberUnknown(UserError):
    """A further number is asked for while nobody knows what became of an earlier one."""

    def __init__(self, workflow_id: str, fate: str) -> None:
        look = command("status", workflow_id)
        super().__init__(
            f"{workflow_id} is {fate}: nobody knows whether TENIOS has its order, and a further"
            f" number may be a second one by mistake. Clear that up first ({look}); if both are"
            " wanted all the same, say why with --despite-unknown (in a program"
            " despite_unknown=...); nothing was started"
        )
        self.workflow_id = workflow_id
        self.fate = fate


class StoreDiffers(UserError):
    """The evidence store is not the one that the order or the workers have."""


class StoreAway(UserError):
    """The evidence store cannot be used at the moment, or without the right to it."""


class TemporalRefused(UserError):
    """Temporal refused a call, and will again until somebody changes something."""

    def __init__(self, error: RPCError) -> None:
        message = call_failure(error)
        if error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in error.message:
            message = f"{error.message}: number-orders setup registers what is missing"
        super().__init__(message)
        self.status = error.status


@contextlib.contextmanager
def told_apart() -> Iterator[None]:
    """Let what fails in Temporal and in the store fail as one of this tree."""
    refuse_after_fork()
    try:
        yield
    except RPCError as error:
        if error.status not in _AWAY:
            raise TemporalRefused(error) from None
        raise _away(error.status.name) from None
    except RuntimeError as error:
        # How the SDK says that a client which connects with its first call could not.
        if not str(error).startswith("Failed client connect"):
            raise
        raise _away("no connection") from None
    except StoreFailedError as error:
        raise StoreAway(f"{error}: check STORE_URL and rights") from None


def _away(why: str) -> TemporalAway:
    return TemporalAway(
        f"Temporal does not answer ({why}): try again later, which is harmless even if it got the"
        " call"
    )
