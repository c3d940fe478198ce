"""Whose calls to TENIOS go first, where more wait than TENIOS' pace lets through.

Temporal hands out the tasks of the lowest key first. An order that was started alone goes before
those of a batch, and what people have waited for, the order itself, before a submission. Batches
share what is left, whatever their sizes, where the server has `matching.enableFairness`.
"""

from temporalio import workflow
from temporalio.common import Priority

_ALONE = 2
_IN_BATCH = 4
_LONGEST_FAIRNESS_KEY = 64
"""Bytes, for Temporal."""


def alone() -> Priority:
    """Of an order that somebody started for itself."""
    return Priority(priority_key=_ALONE)


def in_batch(name: str) -> Priority:
    """Of an order that was started with many others.

    Args:
        name: What tells the batch from others, in ASCII.
    """
    return Priority(priority_key=_IN_BATCH, fairness_key=name[:_LONGEST_FAIRNESS_KEY])


def of_call(*, goes_first: bool) -> Priority:
    """Of a call of the current workflow, whoever started that.

    Args:
        goes_first: Before submissions.
    """
    own = workflow.info().priority
    key = own.priority_key or _ALONE
    return Priority(priority_key=max(1, key - goes_first), fairness_key=own.fairness_key)
