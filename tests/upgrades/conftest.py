"""A Temporal server on which builds take turns."""

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.conftest import temporal_server


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """One of its own: a promoted build would keep the other tests' workers from all work."""
    async with temporal_server(
        # A task that fails is told at once, and not at its fifth failure; it is tried again soon.
        system_numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1,
        history_workflowTaskRetryMaxInterval='"1s"',
    ) as environment:
        yield environment
