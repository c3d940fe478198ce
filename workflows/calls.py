"""How an order calls an activity, and with which limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypedDict, TypeVar

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

_Answer = TypeVar("_Answer")


class CallOptions(TypedDict):
    """How an activity is called."""

    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


CALL: CallOptions = {
    # Longer than the client's limit for a whole call (60 s) with room for reading the document.
    "start_to_close_timeout": timedelta(minutes=2),
    # A worker that died is noticed after this time.
    "heartbeat_timeout": timedelta(seconds=20),
    # For as long as it takes: TENIOS being away or a wrong key is no fault of the order.
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
    ),
    # A call that is under way goes on to its end, whoever cancels.
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
}
"""How every call is made that has an effect at TENIOS, or in the ledger of the calls to it."""

READ: CallOptions = {**CALL, "cancellation_type": ActivityCancellationType.TRY_CANCEL}
"""How something is read: nobody waits for what is not wanted any longer."""


@dataclass(frozen=True)
class Call(Generic[_Answer]):
    """An activity that an order asks for."""

    activity: Callable[..., object]
    request: object
    answers: type[_Answer]
    """What it answers; for a union, which is no type, `Any` has to stand in between."""
    summary: str
    """For people in the Web UI."""
    options: CallOptions = field(default_factory=lambda: CALL)
