"""Which of Temporal's statuses end a run of a workflow."""

from typing import Final

from temporalio.api.enums.v1 import WorkflowExecutionStatus

ENDED: Final = frozenset(
    {
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED,
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT,
    }
)
"""By number, since a server may have statuses that the SDK cannot name, such as that of a paused
order, which takes signals. One that was continued has a current run."""
