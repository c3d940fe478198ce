"""A Temporal server that finds a history long after few events."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from temporalio.testing import WorkflowEnvironment

from number_orders.evidence.store import EvidenceStore
from number_orders.tenios.client import TeniosClient
from tests.conftest import bridge_serving, temporal_server, worker_running

EVENTS = 30
"""From so many on, the server suggests to continue as new; by default from 4,096 on."""


def moving_on_server() -> AbstractAsyncContextManager[WorkflowEnvironment]:
    return temporal_server(limit_historyCount_suggestContinueAsNew=EVENTS)


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    async with moving_on_server() as environment:
        yield environment


@pytest.fixture(scope="session")
async def bridge_url(temporal: WorkflowEnvironment, store: EvidenceStore) -> AsyncIterator[str]:
    async with bridge_serving(temporal, store) as url:
        yield url


@pytest.fixture(scope="session")
async def working(
    temporal: WorkflowEnvironment, bridge_url: str, store: EvidenceStore, tenios: TeniosClient
) -> AsyncIterator[None]:
    async with worker_running(temporal, bridge_url, store, tenios):
        yield
