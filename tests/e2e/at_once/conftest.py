"""A Temporal server of its own, whose worker comes and goes as the test wants."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.tenios.client import TeniosClient
from tests.conftest import bridge_serving, temporal_server, worker_running

Working = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    async with temporal_server() as environment:
        yield environment


@pytest.fixture(scope="session")
async def bridge_url(temporal: WorkflowEnvironment, store: EvidenceStore) -> AsyncIterator[str]:
    async with bridge_serving(temporal, store) as url:
        yield url


@pytest.fixture(scope="session")
def working(
    temporal: WorkflowEnvironment, bridge_url: str, store: EvidenceStore, tenios: TeniosClient
) -> Working:
    """In place of the worker that always runs, one that runs while its context lasts."""
    return lambda: worker_running(temporal, bridge_url, store, tenios)
