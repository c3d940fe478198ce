"""Everything that the compose file starts, as processes."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.compose.composed import ComposedServices
from tests.compose.composed_system import BUILD, ComposedSystem
from tests.support.processes import until_answers, until_connected
from tests.support.tools import needs
from tests.support.until import LONG_ENOUGH_SECONDS


@pytest.fixture
async def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ComposedSystem]:
    """Everything that `docker-compose --profile sandbox up` starts, in its order."""
    needs("haproxy", "haproxy")
    services = ComposedServices(tmp_path)
    for variable, value in services.environment("cli", BUILD).items():
        if variable.startswith("TEMPORAL_"):
            monkeypatch.setenv(variable, value)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(services.stop_all)
        services.start_engine()
        await services.run("setup", BUILD)
        client = await until_connected()
        for name in ("bridge-1", "bridge-2", "worker-1", "worker-2", "sandbox"):
            services.start(name, BUILD)
        services.start_proxy()
        await services.run("promote", BUILD)
        await until_answers(f"{services.sandbox_url}/_sandbox/orders")
        for name in ("bridge-1", "bridge-2"):
            await until_answers(f"{services.bridge_url(name)}/health/ready")
        sandbox = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=services.sandbox_url, trust_env=False, timeout=LONG_ENOUGH_SECONDS
            )
        )
        yield ComposedSystem(services, client, sandbox)
