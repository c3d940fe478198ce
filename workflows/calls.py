"""How an order calls an activity, and with which limits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, NotRequired, TypedDict, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.workflow import ActivityCancellationType

from number_orders.workflows import priorities
from number_orders.workflows.contract import TENIOS_TASK_QUEUE

_Answer = TypeVar("_Answer")

_FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
AT_FIRST = RetryPolicy(
    initial_interval=_FIRST_PAUSE, maximum_interval=LONGEST_PAUSE, maximum_attempts=7
)
"""A minute, if each try fails at once."""
_TRIED_WITHIN = timedelta(days=2)
"""Longer only if somebody paused it in Temporal, or if no worker runs."""
WITHOUT_END = RetryPolicy(initial_interval=_FIRST_PAUSE, maximum_interval=LONGEST_PAUSE)
"""For as long as it takes: TENIOS being away or a wrong key is no fault of the order."""


class CallOptions(TypedDict):
    """How an activity is called."""

    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    cancellation_type: ActivityCancellationType
    task_queue: NotRequired[str]


IN_LEDGER: CallOptions = {
    # Longer than the client's limit for a whole call (60 s) with room for reading the document.
    "start_to_close_timeout": timedelta(minutes=2),
    # A worker that died is noticed after this time.
    "heartbeat_timeout": timedelta(seconds=20),
    # A call that is under way goes on to its end, whoever cancels.
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
}
"""How something is called that has an effect in the ledger of the calls to TENIOS."""

AT_TENIOS: CallOptions = {**IN_LEDGER, "task_queue": TENIOS_TASK_QUEUE}
"""How TENIOS is called."""

READ: CallOptions = {**IN_LEDGER, "cancellation_type": ActivityCancellationType.TRY_CANCEL}
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
    options: CallOptions
    taken_within: timedelta | None = None
    """How long the first tries may wait for a worker each, before lists show what the order is
    about. `None`: for as long as it takes, and lists show it at once."""
    goes_first: bool = False
    """Before other orders' calls that do not: people have waited for it."""

    def tried(self) -> workflow.ActivityHandle[RawValue]:
        """Start its first tries."""
        return self._started(AT_FIRST, taken_within=self.taken_within, within=_TRIED_WITHIN)

    def repeated(self) -> workflow.ActivityHandle[RawValue]:
        """Start it, to be repeated until it is answered or cancelled."""
        return self._started(WITHOUT_END)

    def _started(
        self,
        retry_policy: RetryPolicy,
        *,
        taken_within: timedelta | None = None,
        within: timedelta | None = None,
    ) -> workflow.ActivityHandle[RawValue]:
        return workflow.start_activity(
            self.activity.__name__,
            self.request,
            # Decoded by us: whatever somebody in Temporal completes it with, the order goes on.
            result_type=RawValue,
            summary=self.summary,
            retry_policy=retry_policy,
            schedule_to_start_timeout=taken_within,
            schedule_to_close_timeout=within,
            priority=priorities.of_call(goes_first=self.goes_first),
            **self.options,
        )
